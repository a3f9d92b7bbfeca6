//! The document of a review as a file.

use actix_web::{
    HttpRequest, HttpResponse, get,
    http::header,
    web::{Data, Path},
};
use serde::Deserialize;

use super::{
    document::ReviewDocument,
    model::{ReviewName, ReviewState},
    report, shown, store, tables,
};
use crate::{
    access::{Action, Object},
    db::Database,
    error::{AppError, AppResult},
    features::{programmes, publications::WordFile},
    formats::docx::write_docx,
    ids::ProgrammeCode,
    web::{
        Caller, Encoding, Format, ReadProblems, WorkbookFile, etag_of_form, is_not_modified, make_workbook,
    },
    words,
};

/// Characters of the digest that an ETag begins with: 128 bits.
const STEM_LENGTH: usize = 32;

words! {
    /// The form of a review's document.
    ReviewSuffix {
        /// The document itself.
        Json = "json",
        /// A report to be edited.
        Docx = "docx",
        /// Its tables as a workbook.
        Xlsx = "xlsx",
    }
}

impl ReviewSuffix {
    fn format(self) -> Format {
        match self {
            Self::Json => Format::Json,
            Self::Docx => Format::Docx,
            Self::Xlsx => Format::Xlsx,
        }
    }
}

/// The address of a form.
#[derive(Debug, Deserialize)]
pub struct Address {
    programme: ProgrammeCode,
    review: ReviewName,
    format: ReviewSuffix,
}

/// What a form is made of: the text of the document, and its digest if it never changes.
struct Source {
    text: String,
    digest: Option<String>,
}

/// Read a review as a file
///
/// The document as JSON, a report in Vietnamese as a Word document to be edited, or a workbook of its tables. A frozen one is
/// the kept text byte for byte as JSON, and the other forms never change; of a draft they stand for now.
#[utoipa::path(tag = "reviews",
    params(("programme" = ProgrammeCode, Path), ("review" = ReviewName, Path),
        ("format" = ReviewSuffix, Path, description = "The form.", example = "docx")),
    security(("bearer" = [])),
    responses((status = 200, description = "The document.",
        content((ReviewDocument = "application/json"),
            (WordFile = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
            (WorkbookFile = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"))),
        (status = 304, description = "The caller holds it already."), ReadProblems))]
#[get("/programmes/{programme}/reviews/{review}.{format}")]
pub async fn get_programme_review_form(
    request: HttpRequest,
    caller: Caller,
    db: Data<Database>,
    path: Path<Address>,
) -> AppResult<HttpResponse> {
    caller.check(Action::ReadReference, Object::System)?;
    let Address {
        programme: code,
        review: name,
        format,
    } = path.into_inner();
    let (now, format) = (db.clock().now(), format.format());
    let file = format!("{code}-{}.{}", name.as_str(), format.suffix());
    let export = caller.export(
        "get_programme_review_form",
        "programme_review",
        format!("{code}/{}", name.as_str()),
    );
    let source = db
        .read(move |conn| {
            let programme = programmes::find_programme(conn, &code)?;
            let row = store::find(conn, &code, &name)?;
            if row.state == ReviewState::Frozen {
                let (text, digest) = shown::kept(&row)?;
                return Ok(Source {
                    text: text.to_owned(),
                    digest: Some(digest.to_owned()),
                });
            }
            let document = shown::draft(conn, &caller.principal, &programme, &row, now)?;
            Ok(Source {
                text: serde_json::to_string(&document).map_err(AppError::internal)?,
                digest: None,
            })
        })
        .await?;
    let etag = source.digest.map(|digest| {
        let stem = digest.get(..STEM_LENGTH).unwrap_or(&digest);
        etag_of_form(&format!("{stem}-review"), format, Encoding::Identity)
    });
    if let Some(etag) = etag
        .as_ref()
        .filter(|etag| is_not_modified(request.headers(), etag))
    {
        return Ok(HttpResponse::NotModified()
            .insert_header((header::ETAG, etag.as_str()))
            .finish());
    }
    let body = make_workbook(move || render(source.text, format)).await?;
    export.record(&db, &body).await?;
    let mut response = HttpResponse::Ok();
    response.content_type(format.content_type());
    match etag {
        Some(etag) => response
            .insert_header((header::ETAG, etag))
            .insert_header((header::CACHE_CONTROL, "private, no-cache")),
        None => response.insert_header((header::CACHE_CONTROL, "private, no-store")),
    };
    if format != Format::Json {
        let attached = format!("attachment; filename=\"{file}\"");
        response.insert_header((header::CONTENT_DISPOSITION, attached));
    }
    Ok(response.body(body))
}

fn render(text: String, format: Format) -> Result<Vec<u8>, String> {
    if format == Format::Json {
        return Ok(text.into_bytes());
    }
    let document: ReviewDocument = serde_json::from_str(&text).map_err(|error| error.to_string())?;
    match format {
        Format::Docx => write_docx(&report::paper(&document)),
        _ => tables::workbook(&document),
    }
}
