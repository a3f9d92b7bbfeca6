//! What can go wrong with each kind of operation, as the API's description tells it.

use std::collections::BTreeMap;

use utoipa::{
    IntoResponses,
    openapi::{RefOr, Response, content::ContentBuilder, response::ResponseBuilder, schema::Ref},
};

fn problem_responses(statuses: &[(u16, &str)]) -> BTreeMap<String, RefOr<Response>> {
    statuses
        .iter()
        .map(|(status, description)| {
            let schema = Ref::from_schema_name("Problem");
            let content = ContentBuilder::new().schema(Some(schema)).build();
            let response = ResponseBuilder::new()
                .description(*description)
                .content("application/problem+json", content)
                .build();
            (status.to_string(), RefOr::T(response))
        })
        .collect()
}

macro_rules! problem_set {
    ($(#[$doc:meta])* $name:ident: $($status:literal $description:literal),+) => {
        $(#[$doc])*
        pub struct $name;
        impl IntoResponses for $name {
            fn responses() -> BTreeMap<String, RefOr<Response>> {
                problem_responses(&[$(($status, $description)),+])
            }
        }
    };
}

problem_set!(/// What can go wrong with a public reading.
    PublicProblems:
    400 "A path or query parameter can't be read.",
    401 "An API key was sent that is not good: wrong, expired or revoked. Without one this is open.",
    404 "There is no such object.",
    405 "The method is not supported here.",
    406 "The format asked for is not offered.",
    429 "Too many requests.",
    500 "A fault of the service.",
    503 "Overloaded, or the database can't be reached.");
problem_set!(/// What can go wrong with a reading of published results, beside that.
    OpenDataProblems:
    403 "The API key's scopes do not name this.",
    416 "The form does not hold the bytes that Range asks for; Content-Range tells its size.");
problem_set!(/// What can go wrong with a reading that needs a login.
    ReadProblems:
    400 "A path or query parameter can't be read.",
    401 "A login is needed, or the token is no longer good.",
    403 "The caller may see the object but not do this.",
    404 "There is no such object, or the caller may not know of it.",
    405 "The method is not supported here.",
    429 "Too many requests.",
    500 "A fault of the service.",
    503 "Overloaded, or the database can't be reached.");
problem_set!(/// What can go wrong with a download.
    DownloadProblems:
    400 "A path or query parameter can't be read.",
    401 "A login is needed, or the token is no longer good.",
    403 "The caller may see the object but not do this.",
    404 "There is no such object, or the caller may not know of it.",
    405 "The method is not supported here.",
    416 "The file does not hold the bytes that Range asks for; Content-Range tells its size.",
    429 "Too many requests.",
    500 "A fault of the service.",
    503 "Overloaded, or the database can't be reached.");
problem_set!(/// What can go wrong with a change.
    WriteProblems:
    400 "The body or a parameter can't be read.",
    401 "A login is needed, or the token is no longer good.",
    403 "The caller may see the object but not do this.",
    404 "There is no such object, or the caller may not know of it.",
    405 "The method is not supported here.",
    408 "The request arrived too slowly.",
    409 "The object's state does not allow it, or it exists already.",
    412 "If-Match names a stale version.",
    413 "The body is too large.",
    415 "The body is not application/json.",
    422 "Items are not valid; each is named. Nothing was saved.",
    428 "If-Match is missing.",
    429 "Too many requests, or too many failed logins.",
    500 "A fault of the service.",
    503 "Overloaded, or the database can't be reached; nothing was saved.");
problem_set!(/// What can go wrong with a change that comes as a workbook.
    WorkbookProblems:
    400 "The body or a parameter can't be read.",
    401 "A login is needed, or the token is no longer good.",
    403 "The caller may see the object but not do this.",
    404 "There is no such object, or the caller may not know of it.",
    405 "The method is not supported here.",
    408 "The request arrived too slowly.",
    409 "The object's state does not allow it, or it exists already.",
    412 "If-Match names a stale version.",
    413 "The file is too large, packed or unpacked, or has too many cells.",
    415 "The body is no .xlsx file, has another Content-Type, a password, or macros.",
    422 "The file is damaged or no template of ours, or rows are not valid; each cell is named. Nothing was saved.",
    428 "If-Match is missing.",
    429 "Too many requests, or too many failed logins.",
    500 "A fault of the service.",
    503 "Overloaded, or the database can't be reached; nothing was saved.");
problem_set!(/// What can go wrong with a document that comes as JSON or as a workbook.
    DocumentProblems:
    400 "The body or a parameter can't be read.",
    401 "A login is needed, or the token is no longer good.",
    403 "The caller may see the object but not do this.",
    404 "There is no such object, or the caller may not know of it.",
    405 "The method is not supported here.",
    408 "The request arrived too slowly.",
    409 "The object's state does not allow it, or it exists already.",
    412 "If-Match names a stale version.",
    413 "The body is too large.",
    415 "The body is neither application/json nor an .xlsx file without password and macros.",
    422 "The document is not valid; every fault is named, of a workbook with its cell. Nothing was saved.",
    428 "If-Match is missing.",
    429 "Too many requests, or too many failed logins.",
    500 "A fault of the service.",
    503 "Overloaded, or the database can't be reached; nothing was saved.");
