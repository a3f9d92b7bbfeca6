//! What is kept of each publication in memory, and the order of all of them.

use std::{collections::HashMap, sync::Arc};

use super::{
    document::{Document, PublicationKind},
    model::{Publication, PublicationQuery, PublicationRow},
    tables, views,
};
use crate::{
    error::{AppError, AppResult},
    formats::write_csv,
    ids::{PublicationId, SetCode},
    scoring::{CompiledSet, CriteriaSet},
    web::{Encoding, Format, Representation, Representations},
};

/// Characters of the id that an ETag begins with: 128 bits.
const STEM_LENGTH: usize = 32;

/// The beginning of the ETags of a part of a publication.
pub fn stem(id: &str, part: &str) -> String {
    format!("{}-{part}", id.get(..STEM_LENGTH).unwrap_or(id))
}

/// A part that is rendered with the publication, in both formats.
pub struct Part {
    json: Representations,
    csv: Representations,
}

impl Part {
    fn render(id: &PublicationId, name: &str, json: Vec<u8>, csv: String) -> AppResult<Self> {
        let stem = stem(id.as_str(), name);
        Ok(Self {
            json: Representations::render(json, &stem, Format::Json)?,
            csv: Representations::render(csv.into_bytes(), &stem, Format::Csv)?,
        })
    }

    /// The finished body.
    pub fn get(&self, format: Format, encoding: Encoding) -> &Representation {
        match format {
            Format::Json => self.json.get(encoding),
            Format::Csv => self.csv.get(encoding),
        }
    }
}

/// A publication in memory.
pub struct Published {
    /// What it is.
    pub about: Publication,
    /// Its ranking.
    pub ranking: Part,
    /// The domains of its agencies.
    pub domains: Part,
    /// Its canonical document, packed: a tenth of the text, and itself a finished body.
    pub document: Representation,
    /// The codes of its agencies, in order.
    agencies: Vec<String>,
}

impl Published {
    /// Renders what is read most.
    pub fn render(row: &PublicationRow) -> AppResult<Self> {
        let document = Document::parse(&row.document)?;
        let ranking = views::ranking(&row.id, &document)?;
        let domains = views::domains(&document, &ranking);
        Ok(Self {
            about: Publication::of(row, &document),
            ranking: Part::render(
                &row.id,
                "ranking",
                to_json(&ranking)?,
                write_csv(&tables::ranking(&ranking)),
            )?,
            domains: Part::render(
                &row.id,
                "domains",
                to_json(&domains)?,
                write_csv(&tables::domains(&domains)),
            )?,
            document: Representation::gzip(
                row.document.as_bytes(),
                &stem(row.id.as_str(), "document"),
                Format::Json,
            )?,
            agencies: document
                .agencies
                .iter()
                .map(|agency| agency.code.to_string())
                .collect(),
        })
    }

    /// Whether an agency is in it.
    pub fn holds(&self, agency: &str) -> bool {
        self.agencies
            .binary_search_by(|code| code.as_str().cmp(agency))
            .is_ok()
    }
}

/// A view as JSON text.
pub fn to_json(view: &impl serde::Serialize) -> AppResult<Vec<u8>> {
    serde_json::to_vec(view).map_err(AppError::internal)
}

/// A document ready to compute from.
pub struct Opened {
    /// The document.
    pub document: Document,
    /// Its criteria set; none for an external table.
    pub set: Option<CompiledSet>,
}

impl Opened {
    /// Unpacks a publication's document.
    pub fn of(published: &Published) -> AppResult<Self> {
        let text = String::from_utf8(published.document.unpack_gzip()?).map_err(AppError::internal)?;
        let document = Document::parse(&text)?;
        let set = document.criteria_set.document.clone();
        let set = set
            .map(CriteriaSet::compile)
            .transpose()
            .map_err(|faults| AppError::internal(format!("a published set has {} faults", faults.len())))?;
        Ok(Self { document, set })
    }
}

/// All publications. Replaced as a whole when one is added, so that readers never wait.
#[derive(Clone, Default)]
pub struct Shelf {
    by_id: HashMap<String, Arc<Published>>,
    in_order: Vec<Arc<Published>>,
    superseded: HashMap<PublicationId, PublicationId>,
    last_sequence: i64,
}

impl Shelf {
    /// The highest sequence number that was looked at.
    pub fn last_sequence(&self) -> i64 {
        self.last_sequence
    }

    /// Puts a publication at the end.
    pub fn add(&mut self, published: Published) {
        let published = Arc::new(published);
        let about = &published.about;
        self.last_sequence = about.sequence;
        if let Some(old) = &about.supersedes {
            self.superseded.insert(old.clone(), about.id.clone());
        }
        self.by_id.insert(about.id.to_string(), published.clone());
        self.in_order.push(published);
    }

    /// Passes one by that can't be rendered.
    pub fn skip(&mut self, sequence: i64) {
        self.last_sequence = sequence;
    }

    /// The publication with an id.
    pub fn find(&self, id: &str) -> Option<Arc<Published>> {
        self.by_id.get(id).cloned()
    }

    /// What a publication is, with the one that corrects it.
    pub fn about(&self, published: &Published) -> Publication {
        Publication {
            superseded_by: self.superseded.get(&published.about.id).cloned(),
            ..published.about.clone()
        }
    }

    /// The newest of a family of criteria sets: the latest year, and of that year what was published last. A table of
    /// 2012 that is taken in today, or a correction of last year's result, is not the latest result.
    pub fn latest(&self, set: &SetCode) -> Option<Publication> {
        self.in_order
            .iter()
            .filter(|published| published.about.criteria_set.code == *set)
            .max_by_key(|published| (published.about.year, published.about.sequence))
            .map(|published| self.about(published))
    }

    /// Publications that a query asks for, newest first, from below a sequence number.
    pub fn list(&self, asked: &PublicationQuery, below: i64, fetch: usize) -> Vec<Publication> {
        self.in_order
            .iter()
            .rev()
            .filter(|published| published.about.sequence < below && fits(&published.about, asked))
            .take(fetch)
            .map(|published| self.about(published))
            .collect()
    }
}

fn fits(about: &Publication, asked: &PublicationQuery) -> bool {
    let kind = |kind: PublicationKind| about.kind == kind;
    asked
        .set
        .as_ref()
        .is_none_or(|set| about.criteria_set.code == *set)
        && asked
            .round
            .as_ref()
            .is_none_or(|round| about.round == round.as_str())
        && asked.year.is_none_or(|year| about.year == year)
        && asked.kind.is_none_or(kind)
}
