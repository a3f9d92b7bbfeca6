//! What is kept of each publication in memory, and the order of all of them.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use super::{
    document::{Document, PublicationKind},
    finished::{FileFacts, Finished},
    model::{Publication, PublicationQuery, PublicationRow},
    nodes,
    part::{Form, PartName},
    render::Source,
    signing::{PublicationSignature, SignatureRow},
};
use crate::{
    clock::Moment,
    error::{AppError, AppResult},
    ids::{PublicationId, SetCode},
    scoring::{CompiledSet, CriteriaSet},
    web::{Format, Representation, Representations},
};

/// Characters of the id that an ETag begins with: 128 bits.
const STEM_LENGTH: usize = 32;

/// The beginning of the ETags of a part of a publication.
pub fn stem(id: &str, part: &str) -> String {
    format!("{}-{part}", id.get(..STEM_LENGTH).unwrap_or(id))
}

/// A publication in memory.
#[derive(Clone)]
pub struct Published {
    /// What it is.
    pub about: Publication,
    /// Its signature; none for what was published before there were any.
    pub signature: Option<PublicationSignature>,
    /// Its finished bodies, as long as there is room for them.
    finished: Option<Arc<Finished>>,
    /// Its files whose bytes never change; the first one is the document.
    pub files: Arc<[FileFacts]>,
    /// The codes of its agencies, in order.
    agencies: Arc<[String]>,
    /// The codes of its nodes.
    nodes: Arc<[String]>,
}

impl Published {
    /// Reads a row and renders what is read most.
    pub fn render(row: &PublicationRow, signature: Option<SignatureRow>) -> AppResult<Self> {
        Self::of(row, &Document::parse(&row.document)?, signature)
    }

    /// Renders what is read most of a document, which is the row's.
    pub fn of(row: &PublicationRow, document: &Document, signature: Option<SignatureRow>) -> AppResult<Self> {
        let source = Source {
            id: &row.id,
            document,
            set: None,
        };
        let finished = Finished::render(&source, &row.document)?;
        let mut files = vec![FileFacts {
            part: PartName::Document,
            format: Format::Json,
            bytes: row.document.len(),
            // The id is the document's digest.
            sha256: row.id.to_string(),
        }];
        files.extend(finished.files());
        let agencies = document.agencies.iter().map(|agency| agency.code.to_string());
        let heads = nodes::heads(document).into_iter().map(|head| head.code);
        Ok(Self {
            about: Publication::of(row, document),
            signature: signature.map(PublicationSignature::from),
            finished: Some(Arc::new(finished)),
            files: files.into(),
            agencies: agencies.collect(),
            nodes: heads.collect(),
        })
    }

    /// A part's finished bodies, if it is kept in this form.
    pub fn finished(&self, part: &PartName, form: Form) -> Option<&Representations> {
        let finished = self.finished.as_ref().filter(|_| form.is_plain())?;
        match part {
            PartName::Ranking => finished.ranking.get(form.format),
            PartName::Domains => finished.domains.get(form.format),
            _ => None,
        }
    }

    /// The packed document, if it is kept.
    pub fn document(&self) -> Option<&Representation> {
        self.finished.as_ref().map(|finished| &finished.document)
    }

    /// Whether it has a part: an agency or a node may be of another publication.
    pub fn has(&self, part: &PartName) -> bool {
        match part {
            PartName::Agency(code) => self.agencies.binary_search(code).is_ok(),
            PartName::Node(code) => self.nodes.contains(code),
            PartName::Chart(picture) => picture.agency().is_none_or(|code| {
                self.agencies
                    .binary_search_by(|known| known.as_str().cmp(code))
                    .is_ok()
            }),
            _ => true,
        }
    }

    fn weight(&self) -> usize {
        self.finished.as_ref().map_or(0, |finished| finished.weight())
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
    /// Reads a canonical text.
    pub fn of(text: &str) -> AppResult<Self> {
        let document = Document::parse(text)?;
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

    /// Lets go of finished bodies until the rest fits: first of old publications, last of the latest of each family.
    /// What is let go of is rendered again when it is read.
    pub fn fit(&mut self, bytes_max: usize) {
        let latest: HashSet<PublicationId> = self
            .in_order
            .iter()
            .map(|published| &published.about.criteria_set.code)
            .collect::<HashSet<_>>()
            .into_iter()
            .filter_map(|set| self.latest(set, None))
            .map(|about| about.id)
            .collect();
        let mut order: Vec<usize> = (0..self.in_order.len()).rev().collect();
        order.sort_by_key(|at| {
            self.in_order
                .get(*at)
                .is_none_or(|published| !latest.contains(&published.about.id))
        });
        let mut bytes = 0_usize;
        for at in order {
            let Some(published) = self.in_order.get_mut(at) else {
                continue;
            };
            bytes = bytes.saturating_add(published.weight());
            if bytes > bytes_max && published.finished.is_some() {
                bytes = bytes.saturating_sub(published.weight());
                let slim = Arc::new(Published {
                    finished: None,
                    ..Published::clone(published)
                });
                self.by_id.insert(slim.about.id.to_string(), slim.clone());
                *published = slim;
            }
        }
    }

    /// The publication with an id.
    pub fn find(&self, id: &str) -> Option<Arc<Published>> {
        self.by_id.get(id).cloned()
    }

    /// What a publication is, with the one that corrects it, as it stood at a moment.
    pub fn about(&self, published: &Published, as_of: Option<Moment>) -> Publication {
        let correction = self.superseded.get(&published.about.id);
        let correction = correction.filter(|id| {
            let correction = self.by_id.get(id.as_str());
            correction.is_some_and(|correction| was_there(&correction.about, as_of))
        });
        Publication {
            superseded_by: correction.cloned(),
            ..published.about.clone()
        }
    }

    /// The newest of a family of criteria sets at a moment: the latest year, and of that year what was published last. A
    /// table of 2012 that is taken in today, or a correction of last year's result, is not the latest result.
    pub fn latest(&self, set: &SetCode, as_of: Option<Moment>) -> Option<Publication> {
        self.in_order
            .iter()
            .filter(|published| {
                published.about.criteria_set.code == *set && was_there(&published.about, as_of)
            })
            .max_by_key(|published| (published.about.year, published.about.sequence))
            .map(|published| self.about(published, as_of))
    }

    /// Publications that a query asks for, newest first, from below a sequence number.
    pub fn list(&self, asked: &PublicationQuery, below: i64, fetch: usize) -> Vec<Publication> {
        self.in_order
            .iter()
            .rev()
            .filter(|published| published.about.sequence < below && fits(&published.about, asked))
            .take(fetch)
            .map(|published| self.about(published, asked.as_of))
            .collect()
    }

    /// All publications, oldest first, with their files.
    pub fn published(&self) -> impl Iterator<Item = &Arc<Published>> {
        self.in_order.iter()
    }

    /// All publications as they stood at a moment, oldest first.
    pub fn all(&self, as_of: Option<Moment>) -> Vec<Publication> {
        self.in_order
            .iter()
            .filter(|published| was_there(&published.about, as_of))
            .map(|published| self.about(published, as_of))
            .collect()
    }

    /// A publication with all that it corrects and all that correct it, oldest first.
    pub fn chain(&self, id: &str) -> Vec<Publication> {
        let mut chain = Vec::new();
        let mut next = self.find(id);
        // Each names an older one, so this ends.
        while let Some(published) = next {
            next = published
                .about
                .supersedes
                .as_ref()
                .and_then(|old| self.find(old.as_str()));
            chain.push(self.about(&published, None));
        }
        chain.reverse();
        while let Some(newer) = chain.last().and_then(|last| last.superseded_by.clone()) {
            let Some(published) = self.find(newer.as_str()) else {
                break;
            };
            chain.push(self.about(&published, None));
        }
        chain
    }
}

/// Whether a publication was there at a moment.
fn was_there(about: &Publication, as_of: Option<Moment>) -> bool {
    as_of.is_none_or(|moment| about.published_at <= moment)
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
        && was_there(about, asked.as_of)
        && asked
            .updated_after
            .is_none_or(|moment| about.published_at > moment)
        && asked.after.is_none_or(|sequence| about.sequence > sequence)
}
