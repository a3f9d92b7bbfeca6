//! Workbooks over HTTP: read off the worker threads, and handed out as files.

use std::{future::Future, pin::Pin};

use actix_web::{
    FromRequest, HttpRequest, HttpResponse,
    dev::Payload,
    http::header,
    web::{self, Bytes},
};
use serde::de::DeserializeOwned;

use super::input::{ValidJson, content_type, is_json, read_bytes};
use crate::{
    error::{AppError, AppResult, ErrorCode, FieldError, Message},
    formats::xlsx::{CONTENT_TYPE, FaultKind, Stamp, Workbook, WorkbookFault, read_workbook},
    ids::sha256_hex,
};

/// A workbook that was sent, read, and the digest of its file.
#[derive(Debug)]
pub struct WorkbookBody {
    /// Its cells.
    pub workbook: Workbook,
    /// SHA-256 of the bytes that were sent.
    pub digest: String,
}

impl FromRequest for WorkbookBody {
    type Error = AppError;
    type Future = Pin<Box<dyn Future<Output = AppResult<Self>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let is_workbook = is_workbook(request);
        let bytes = Bytes::from_request(request, payload);
        Box::pin(async move {
            if !is_workbook {
                return Err(wrong_type());
            }
            read(read_bytes(bytes).await?).await
        })
    }
}

/// A document that may come as JSON or as a workbook.
#[derive(Debug)]
pub enum JsonOrWorkbook<T> {
    /// `application/json`.
    Json(ValidJson<T>),
    /// A workbook.
    Workbook(WorkbookBody),
}

impl<T: DeserializeOwned + 'static> FromRequest for JsonOrWorkbook<T> {
    type Error = AppError;
    type Future = Pin<Box<dyn Future<Output = AppResult<Self>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        if is_json(request) {
            let json = ValidJson::<T>::from_request(request, payload);
            return Box::pin(async move { json.await.map(Self::Json) });
        }
        let workbook = WorkbookBody::from_request(request, payload);
        Box::pin(async move { workbook.await.map(Self::Workbook) })
    }
}

/// An .xlsx file, as the API's description shows it.
#[derive(Debug)]
pub struct WorkbookFile;

impl utoipa::PartialSchema for WorkbookFile {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        use utoipa::openapi::schema::{KnownFormat, ObjectBuilder, SchemaFormat, Type};
        ObjectBuilder::new()
            .schema_type(Type::String)
            .format(Some(SchemaFormat::KnownFormat(KnownFormat::Binary)))
            .description(Some("The bytes of an .xlsx file."))
            .into()
    }
}

impl utoipa::ToSchema for WorkbookFile {}

fn is_workbook(request: &HttpRequest) -> bool {
    content_type(request).eq_ignore_ascii_case(CONTENT_TYPE)
}

fn wrong_type() -> AppError {
    AppError::with(
        ErrorCode::UnsupportedMediaType,
        format!("Gửi tệp .xlsx với Content-Type: {CONTENT_TYPE}."),
        format!("Send the .xlsx file with Content-Type: {CONTENT_TYPE}."),
    )
}

/// Unpacking and reading take milliseconds of a core: too long for a thread that serves others.
async fn read(bytes: Bytes) -> AppResult<WorkbookBody> {
    let read = web::block(move || {
        let workbook = read_workbook(&bytes)?;
        Ok::<_, WorkbookFault>(WorkbookBody {
            workbook,
            digest: sha256_hex(&bytes),
        })
    });
    // A panic in the reader would be a fault of ours: it ends this request, not the process.
    read.await.map_err(AppError::internal)?.map_err(AppError::from)
}

impl From<WorkbookFault> for AppError {
    fn from(fault: WorkbookFault) -> Self {
        let message = Message::new(fault.message_vi, fault.message_en);
        match fault.kind {
            FaultKind::WrongType => Self {
                detail: Some(message),
                ..Self::new(ErrorCode::UnsupportedMediaType)
            },
            FaultKind::TooLarge => Self {
                detail: Some(message),
                ..Self::new(ErrorCode::PayloadTooLarge)
            },
            FaultKind::Damaged => Self::invalid(vec![FieldError::new("", "damaged_workbook", message)]),
        }
    }
}

/// Hands a workbook out as a file to keep.
pub fn workbook_file(bytes: Vec<u8>, name: &str, etag: Option<&str>) -> HttpResponse {
    let mut response = HttpResponse::Ok();
    response
        .content_type(CONTENT_TYPE)
        .insert_header((header::CACHE_CONTROL, "private, no-store"))
        .insert_header((
            header::CONTENT_DISPOSITION,
            format!("attachment; filename=\"{name}.xlsx\""),
        ));
    if let Some(etag) = etag {
        response.insert_header((header::ETAG, etag));
    }
    response.body(bytes)
}

/// Makes a workbook off the worker threads.
pub async fn make_workbook(
    make: impl FnOnce() -> Result<Vec<u8>, String> + Send + 'static,
) -> AppResult<Vec<u8>> {
    web::block(make)
        .await
        .map_err(AppError::internal)?
        .map_err(AppError::internal)
}

/// Refuses a workbook that was not made for this: an old template, one of another round or agency, or none of ours.
/// `form` and `version` come first in `expected`; then what else must be the same, with its name for people.
pub fn check_stamp(
    workbook: &Workbook,
    expected: &Stamp,
    names: &[(&str, &str, &str)],
    template: &str,
) -> AppResult<()> {
    let refuse = |code: &str, vi: String, en: String| {
        Err(AppError::invalid_item(
            "",
            code,
            format!("{vi} Tải mẫu mới tại {template}, chép số liệu sang rồi gửi lại."),
            format!("{en} Download a new template from {template}, copy the figures into it and send that."),
        ))
    };
    let Some(found) = Stamp::of(workbook) else {
        return refuse(
            "foreign_template",
            "Tệp này không phải mẫu của hệ thống (thiếu trang ẩn “parindex”).".to_owned(),
            "The file is no template of this service (its hidden sheet “parindex” is missing).".to_owned(),
        );
    };
    if found.get("form") != expected.get("form") {
        return refuse(
            "foreign_template",
            "Tệp này là mẫu của một biểu khác.".to_owned(),
            "The file is the template of another form.".to_owned(),
        );
    }
    if found.get("version") != expected.get("version") {
        return refuse(
            "old_template",
            "Mẫu thuộc phiên bản cũ của hệ thống.".to_owned(),
            "The template is of another version of the service.".to_owned(),
        );
    }
    for (name, vi, en) in names {
        let (has, wants) = (found.get(name).unwrap_or("?"), expected.get(name).unwrap_or("?"));
        if has != wants {
            return refuse(
                "foreign_template",
                format!("Mẫu này của {vi} {has}, không phải {vi} {wants}."),
                format!("The template is for the {en} {has}, not for the {en} {wants}."),
            );
        }
    }
    if found.get("digest") != expected.get("digest") {
        return refuse(
            "old_template",
            "Bộ tiêu chí đã thay đổi từ khi tải mẫu.".to_owned(),
            "The criteria set has changed since the template was downloaded.".to_owned(),
        );
    }
    Ok(())
}
