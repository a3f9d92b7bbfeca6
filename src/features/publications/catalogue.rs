//! The catalogue of open data: a series of datasets for each family of criteria sets, a dataset for each publication, a
//! distribution for each form of its parts. Pure.

use std::collections::BTreeMap;

use super::{
    document::PublicationKind,
    finished::FileFacts,
    model::Publication,
    part::{FORMS, PartName},
    shelf::{Published, Shelf},
};
use crate::{
    formats::{Catalogue, Dataset, Distribution, Names},
    ids::SetCode,
    web::Format,
};

const ADDRESS: &str = "/api/v1/catalogue";

/// The catalogue, or what is in it of one family.
pub fn catalogue(
    shelf: &Shelf,
    only: Option<&SetCode>,
    [publisher, licence]: &[Option<String>; 2],
) -> Catalogue {
    let mut families: BTreeMap<&SetCode, Vec<&Published>> = BTreeMap::new();
    for published in shelf.published() {
        let family = &published.about.criteria_set.code;
        if only.is_none_or(|set| set == family) {
            families.entry(family).or_default().push(published);
        }
    }
    let mut datasets = Vec::new();
    for (family, members) in families {
        let series = series(family, &members);
        let address = series.as_ref().map(|series| series.address.clone());
        datasets.extend(series);
        datasets.extend(
            members
                .iter()
                .map(|published| dataset(shelf, published, address.clone())),
        );
    }
    Catalogue {
        address: ADDRESS.to_owned(),
        title: Names::new(
            "Dữ liệu mở của Chỉ số cải cách hành chính",
            "Open data of the PAR Index",
        ),
        publisher: publisher.clone(),
        licence: licence.clone(),
        datasets,
    }
}

fn address_of(family: &SetCode) -> String {
    format!("/api/v1/series/{family}")
}

/// A family through the years; none where no publication of it knows any agency.
fn series(family: &SetCode, all: &[&Published]) -> Option<Dataset> {
    let members: Vec<&&Published> = all.iter().filter(|one| one.about.agencies > 0).collect();
    let years = || members.iter().map(|published| published.about.year);
    let times = || members.iter().map(|published| published.about.published_at);
    let address = address_of(family);
    let distributions = FORMS
        .iter()
        .filter(|format| **format != Format::Csvw)
        .map(|format| {
            let described_by =
                (*format == Format::Csv).then(|| format!("{address}.{}", Format::Csvw.suffix()));
            Distribution {
                address: format!("{address}.{}", format.suffix()),
                title: Names::new(
                    format!("Chuỗi theo năm ({})", format.suffix()),
                    format!("Series ({})", format.suffix()),
                ),
                media_type: format.content_type(),
                described_by,
                ..Distribution::default()
            }
        });
    Some(Dataset {
        identifier: family.to_string(),
        title: Names::new(
            format!("Kết quả qua các năm: {family}"),
            format!("Results through the years: {family}"),
        ),
        issued: times().min()?.to_string(),
        modified: times().max()?.to_string(),
        years: (years().min()?, years().max()?),
        is_series: true,
        distributions: distributions.collect(),
        address,
        ..Dataset::default()
    })
}

fn dataset(shelf: &Shelf, published: &Published, in_series: Option<String>) -> Dataset {
    let about = shelf.about(published, None);
    let address = |id: &dyn std::fmt::Display| format!("/api/v1/publications/{id}");
    let own = about.links.itself.clone();
    let files = published
        .files
        .iter()
        .filter(|file| file.format != Format::Csvw)
        .map(|file| known(&own, file));
    let others = others(&own);
    Dataset {
        identifier: about.id.to_string(),
        title: Names {
            vi: about.title_vi.clone(),
            en: about.title_en.clone(),
        },
        notes: notes(&about),
        issued: about.published_at.to_string(),
        modified: about.published_at.to_string(),
        years: (about.year, about.year),
        is_series: false,
        in_series,
        replaces: about.supersedes.as_ref().map(|id| address(id)),
        replaced_by: about.superseded_by.as_ref().map(|id| address(id)),
        distributions: files.chain(others).collect(),
        address: own,
    }
}

fn notes(about: &Publication) -> Vec<Names> {
    let mut notes = Vec::new();
    if let Some(vi) = &about.notice_vi {
        notes.push(Names {
            vi: vi.clone(),
            en: about.notice_en.clone(),
        });
    }
    if about.kind == PublicationKind::External {
        notes.push(Names::new(
            "Bảng đã công bố trước đây, được nhập vào hệ thống.",
            "An earlier published table that was taken in.",
        ));
    }
    notes
}

fn part_names(part: &PartName) -> (&'static str, &'static str) {
    match part {
        PartName::Document => ("Văn bản gốc", "The canonical document"),
        PartName::Ranking => ("Xếp hạng", "Ranking"),
        PartName::Domains => ("Các lĩnh vực", "Domains"),
        _ => ("Mọi tiêu chí", "All nodes"),
    }
}

fn title(part: &PartName, format: Format) -> Names {
    let ((vi, en), suffix) = (part_names(part), format.suffix());
    Names::new(format!("{vi} ({suffix})"), format!("{en} ({suffix})"))
}

/// A file whose bytes are known.
fn known(own: &str, file: &FileFacts) -> Distribution {
    let (name, _) = file.part.address();
    let address = match file.part {
        PartName::Document => format!("{own}/{name}"),
        _ => format!("{own}/{name}.{}", file.format.suffix()),
    };
    Distribution {
        title: title(&file.part, file.format),
        media_type: file.format.content_type(),
        bytes: Some(file.bytes),
        sha256: Some(file.sha256.clone()),
        described_by: (file.format == Format::Csv).then(|| format!("{own}/{name}.{}", Format::Csvw.suffix())),
        address,
    }
}

/// All nodes: rendered when they are read.
fn others(own: &str) -> impl Iterator<Item = Distribution> {
    let forms = FORMS.iter().filter(|format| **format != Format::Csvw);
    forms.map(move |format| Distribution {
        address: format!("{own}/data.{}", format.suffix()),
        title: title(&PartName::Data, *format),
        media_type: format.content_type(),
        described_by: (*format == Format::Csv).then(|| format!("{own}/data.{}", Format::Csvw.suffix())),
        ..Distribution::default()
    })
}
