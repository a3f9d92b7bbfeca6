//! The bodies that are made with a publication and kept finished.

use std::thread::{self, ScopedJoinHandle};

use super::{
    part::{FORMS, Form, PartName},
    render::Source,
    shelf::stem,
};
use crate::{
    error::{AppError, AppResult},
    web::{Encoding, Format, Representation, Representations},
};

/// A part that is rendered with the publication, in every form that says nothing about names.
pub(super) struct Part(Vec<(Format, Representations)>);

impl Part {
    fn render(source: &Source<'_>, name: &PartName) -> AppResult<Self> {
        let forms = FORMS.iter().map(|format| {
            let made = source.represent(name, Form::plain(*format))?;
            Ok((*format, made))
        });
        forms.collect::<AppResult<_>>().map(Self)
    }

    pub(super) fn get(&self, format: Format) -> Option<&Representations> {
        self.0
            .iter()
            .find(|(of, _)| *of == format)
            .map(|(_, representations)| representations)
    }

    fn weight(&self) -> usize {
        self.0.iter().map(|(_, made)| made.weight()).sum()
    }
}

/// A file of a publication, as the catalogue lists it.
pub struct FileFacts {
    /// Its part.
    pub part: PartName,
    /// Its format.
    pub format: Format,
    /// Its bytes.
    pub bytes: usize,
    /// Its SHA-256.
    pub sha256: String,
}

fn joined<T>(thread: ScopedJoinHandle<'_, AppResult<T>>) -> AppResult<T> {
    thread
        .join()
        .map_err(|_| AppError::internal("rendering a publication panicked"))?
}

/// The bodies of a publication that are kept finished.
pub(super) struct Finished {
    pub(super) ranking: Part,
    pub(super) domains: Part,
    /// The canonical document, packed: a tenth of the text, and itself a finished body.
    pub(super) document: Representation,
}

impl Finished {
    /// Each of its three on a thread of its own: none needs the others, and somebody waits for what was just published.
    pub(super) fn render(source: &Source<'_>, text: &str) -> AppResult<Self> {
        let pack = || {
            Representation::gzip(
                text.as_bytes(),
                &stem(source.id.as_str(), "document"),
                Format::Json,
            )
        };
        thread::scope(|scope| {
            let domains = scope.spawn(|| Part::render(source, &PartName::Domains));
            let document = scope.spawn(pack);
            Ok(Self {
                ranking: Part::render(source, &PartName::Ranking)?,
                domains: joined(domains)?,
                document: joined(document)?,
            })
        })
    }

    pub(super) fn files(&self) -> Vec<FileFacts> {
        let parts = [
            (PartName::Ranking, &self.ranking),
            (PartName::Domains, &self.domains),
        ];
        let files = parts.into_iter().flat_map(|(name, part)| {
            part.0.iter().map(move |(format, made)| {
                let body = made.get(Encoding::Identity);
                FileFacts {
                    part: name.clone(),
                    format: *format,
                    bytes: body.weight(),
                    sha256: body.digest(),
                }
            })
        });
        files.collect()
    }

    pub(super) fn weight(&self) -> usize {
        self.ranking.weight() + self.domains.weight() + self.document.weight()
    }
}
