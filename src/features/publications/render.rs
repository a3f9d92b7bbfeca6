//! From a document to the bytes of a part in a form. Pure.

use super::{
    agency_view::{AgencyResultView, agency_result},
    books,
    changes::{self, ChangesView},
    cubes,
    document::Document,
    node_views::{self, DataView},
    part::{Form, PartName, link_header},
    report,
    shelf::{stem, to_json},
    tables::{self, Decimals},
    views::{self, DomainsView, Print, RankingView},
};
use crate::{
    error::{AppError, AppResult},
    formats::{
        Frame, Lang, Names, docx,
        sdmx::{Structure, write_sdmx_csv, write_structure_json, write_structure_xml},
        write_csv, write_csvw, write_json_stat,
        xlsx::{Page, result_page},
    },
    ids::PublicationId,
    scoring::CompiledSet,
    web::{Format, Representations},
};

/// Packs a body and links it to its other forms.
pub fn finish(of: &str, body: Vec<u8>, part: &PartName, form: Form) -> AppResult<Representations> {
    let stem = form.etag(stem(of, &part.etag()));
    let made = Representations::render(body, &stem, form.format)?;
    let links = link_header(part.address(), part.forms(), form);
    if links.is_empty() {
        Ok(made)
    } else {
        made.linked(&links)
    }
}

/// What a correction changed, in a form.
pub fn represent_changes(
    id: &PublicationId,
    document: &Document,
    view: &ChangesView,
    part: &PartName,
    form: Form,
) -> AppResult<Representations> {
    let title = Names {
        vi: format!("Nội dung đính chính: {}", document.title_vi),
        en: document
            .title_en
            .as_ref()
            .map(|title| format!("Corrections: {title}")),
    };
    let frame = || changes::frame(view, title);
    let body = match form.format {
        Format::Json => to_json(view)?,
        Format::Csv => write_csv(&frame().table(form.labels, form.lang)).into_bytes(),
        Format::Csvw => {
            let url = format!("{}.csv{}", part.address().0, form.query());
            write_csvw(&frame(), &url, form.labels, form.lang).into_bytes()
        }
        Format::Xlsx => {
            let page = result_page("Đính chính", &frame(), &books::notes(id, document), &[]);
            books::write(document, vec![page]).map_err(AppError::internal)?
        }
        _ => return Err(AppError::not_found()),
    };
    finish(id.as_str(), body, part, form)
}

/// What a part is rendered from.
pub struct Source<'a> {
    /// The publication's id.
    pub id: &'a PublicationId,
    /// Its document.
    pub document: &'a Document,
    /// Its criteria set, where a part needs it.
    pub set: Option<&'a CompiledSet>,
}

impl Source<'_> {
    /// A part in a form, packed, with its links.
    pub fn represent(&self, part: &PartName, form: Form) -> AppResult<Representations> {
        finish(self.id.as_str(), self.body(part, form)?, part, form)
    }

    fn body(&self, part: &PartName, form: Form) -> AppResult<Vec<u8>> {
        let text = match form.format {
            Format::Json => return self.json(part),
            Format::Xlsx => return self.workbook(part),
            Format::Csv => write_csv(&self.frame(part)?.table(form.labels, form.lang)),
            Format::Csvw => {
                let url = format!("{}.csv{}", part.address().0, form.query());
                write_csvw(&self.frame(part)?, &url, form.labels, form.lang)
            }
            Format::JsonStat => write_json_stat(&cubes::cube(self.id, self.document, part)?, form.lang),
            Format::SdmxCsv => write_sdmx_csv(&cubes::cube(self.id, self.document, part)?),
            Format::StructureXml => write_structure_xml(&self.structure()?),
            Format::StructureJson => write_structure_json(&self.structure()?),
            Format::Docx => return self.report(part, form.lang),
            Format::JsonLd | Format::Html | Format::Svg | Format::Png => return Err(AppError::not_found()),
        };
        Ok(text.into_bytes())
    }

    fn decimals(&self) -> Decimals {
        Print::of(self.document).decimals()
    }

    fn structure(&self) -> AppResult<Structure> {
        Ok(Structure::of(&cubes::outline(self.id, self.document)?))
    }

    fn ranking(&self) -> AppResult<RankingView> {
        views::ranking(self.id, self.document)
    }

    fn domains(&self) -> AppResult<DomainsView> {
        Ok(views::domains(self.document, &self.ranking()?))
    }

    fn agency(&self, code: &str) -> AppResult<AgencyResultView> {
        agency_result(self.document, self.set, self.ranking()?, code)
    }

    fn data(&self) -> AppResult<DataView> {
        let nodes = super::nodes::heads(self.document).len();
        cubes::check_size(nodes * self.document.agencies.len())?;
        node_views::data(self.id, self.document)
    }

    fn json(&self, part: &PartName) -> AppResult<Vec<u8>> {
        match part {
            PartName::Ranking => to_json(&self.ranking()?),
            PartName::Domains => to_json(&self.domains()?),
            PartName::Agency(code) => to_json(&self.agency(code)?),
            PartName::Node(code) => to_json(&node_views::node_result(self.id, self.document, code)?),
            PartName::Data => to_json(&self.data()?),
            PartName::Document => Ok(self.document.canonical()?.0.into_bytes()),
            _ => Err(AppError::not_found()),
        }
    }

    fn report(&self, part: &PartName, lang: Lang) -> AppResult<Vec<u8>> {
        if *part != PartName::Report {
            return Err(AppError::not_found());
        }
        let paper = report::report(self.id, self.document, lang)?;
        docx::write_docx(&paper).map_err(AppError::internal)
    }

    /// The title of a page or table that is about one thing of the publication.
    fn titled(&self, vi: &str, en: &str) -> Names {
        let document = self.document;
        Names {
            vi: format!("{}: {vi}", document.title_vi),
            en: document.title_en.as_ref().map(|title| format!("{title}: {en}")),
        }
    }

    fn frame(&self, part: &PartName) -> AppResult<Frame> {
        let decimals = self.decimals();
        Ok(match part {
            PartName::Ranking => tables::ranking(&self.ranking()?, decimals),
            PartName::Domains => {
                tables::domains(&self.domains()?, self.titled("các lĩnh vực", "domains"), decimals)
            }
            PartName::Agency(code) => tables::agency(&self.agency(code)?, decimals),
            PartName::Node(code) => {
                tables::node(&node_views::node_result(self.id, self.document, code)?, decimals)
            }
            PartName::Data => tables::data(&self.data()?, self.titled("mọi tiêu chí", "all nodes"), decimals),
            _ => return Err(AppError::not_found()),
        })
    }

    fn workbook(&self, part: &PartName) -> AppResult<Vec<u8>> {
        let (decimals, notes) = (self.decimals(), books::notes(self.id, self.document));
        let page = |name: &str, part: &PartName| -> AppResult<Page> {
            Ok(result_page(name, &self.frame(part)?, &notes, &[]))
        };
        let ranked = |pages: &mut Vec<Page>| -> AppResult<()> {
            pages.push(page("Xếp hạng", &PartName::Ranking)?);
            pages.extend(books::groups(&self.ranking()?, decimals, &notes));
            Ok(())
        };
        let mut pages = Vec::new();
        match part {
            PartName::Ranking => ranked(&mut pages)?,
            PartName::Domains => pages.push(page("Lĩnh vực", part)?),
            PartName::Node(_) => pages.push(page("Tiêu chí", part)?),
            PartName::Agency(code) => {
                let view = self.agency(code)?;
                let looks: Vec<_> = view.nodes.iter().map(|node| books::look(node.tier)).collect();
                let frame = tables::agency(&view, decimals);
                pages.push(result_page("Kết quả", &frame, &notes, &looks));
            }
            PartName::Data => {
                let data = self.data()?;
                ranked(&mut pages)?;
                pages.push(page("Lĩnh vực", &PartName::Domains)?);
                pages.push(books::matrix(&data, decimals, &notes));
            }
            _ => return Err(AppError::not_found()),
        }
        books::write(self.document, pages).map_err(AppError::internal)
    }
}
