//! The verifiable log over HTTP: open to everybody. Hashes of entries tell nothing of them, for every entry holds an id that
//! is chance.

use std::cell::RefCell;

use actix_web::{
    HttpRequest, HttpResponse, get,
    http::header::{CACHE_CONTROL, ETAG},
    web::Data,
};
use serde::Serialize;

use super::{
    model::{AuditKeys, AuditLeaves, AuditLog, ConsistencyQuery, InclusionQuery, LeavesQuery},
    store::{self, Stored},
};
use crate::{
    audit_log::{ConsistencyProof, InclusionProof, LogSigner, hex, parse_hex, tlog},
    db::{Conn, Database, HeadRow, audit_keys, newest_head},
    error::{AppError, AppResult, ErrorCode, FieldError, Message},
    ids::sha256_hex,
    web::{PublicProblems, ValidQuery, is_not_modified, kept_json},
};

/// Leaves on a page.
const LEAVES_MAX: u64 = 1_000;

fn signer(db: &Database) -> AppResult<LogSigner> {
    db.log()
        .cloned()
        .ok_or_else(|| AppError::internal("there is no audit log"))
}

fn bad(pointer: &str, code: &str, vi: &str, en: &str) -> AppError {
    AppError {
        errors: vec![FieldError::new(pointer, code, Message::new(vi, en))],
        ..AppError::new(ErrorCode::InvalidRequest)
    }
}

/// Sends JSON that names its version by its own digest.
fn json(request: &HttpRequest, body: &impl Serialize) -> AppResult<HttpResponse> {
    let text = serde_json::to_string(body).map_err(AppError::internal)?;
    let digest = sha256_hex(text.as_bytes());
    let etag = format!("\"{}\"", digest.get(..32).unwrap_or(&digest));
    kept_json(request, || Ok(text), &etag)
}

/// Read the audit log's head
///
/// How many entries are sealed, the root over them, and the signed checkpoint. Public.
#[utoipa::path(tag = "audit",
    responses((status = 200, description = "The log as it stands.", body = AuditLog),
        (status = 304, description = "The caller holds it already."), PublicProblems))]
#[get("/audit/log")]
pub async fn get_audit_log(request: HttpRequest, db: Data<Database>) -> AppResult<HttpResponse> {
    let signer = signer(&db)?;
    let (head, unsealed) = db
        .read(|conn| Ok((newest_head(conn)?, store::unsealed(conn)?)))
        .await?;
    json(&request, &AuditLog::of(&signer, head, unsealed))
}

/// Export the newest checkpoint
///
/// The newest head as a signed note (C2SP tlog-checkpoint, signed-note, Ed25519), to be kept elsewhere: whoever holds one
/// finds any later change of what it covers, and that the log was cut. Public.
#[utoipa::path(tag = "audit",
    responses((status = 200, description = "The signed note.", body = String, content_type = "text/plain",
            example = "parindex/audit/kPrK…\n5\n1PTuobZRHaecDfYI2fxUbwWnuSEQGM2UVMJt84gzIO8=\nsealed 2026-11-24T03:00:00Z\n\n— parindex/audit/kPrK… Rb3…=\n"),
        (status = 304, description = "The caller holds it already."), PublicProblems))]
#[get("/audit/log/checkpoint")]
pub async fn get_audit_checkpoint(request: HttpRequest, db: Data<Database>) -> AppResult<HttpResponse> {
    let head = db
        .read(|conn| newest_head(conn)?.ok_or_else(nothing_sealed))
        .await?;
    let etag = format!("\"{}-{}\"", head.tree_size, head.sealed_at.unix_seconds());
    let known = is_not_modified(request.headers(), &etag);
    let mut response = if known {
        HttpResponse::NotModified()
    } else {
        HttpResponse::Ok()
    };
    response
        .insert_header((ETAG, etag))
        .insert_header((CACHE_CONTROL, "no-cache"));
    if known {
        return Ok(response.finish());
    }
    Ok(response.content_type("text/plain; charset=utf-8").body(head.note))
}

fn nothing_sealed() -> AppError {
    AppError::with(
        ErrorCode::NotFound,
        "Nhật ký chưa có bản ghi nào được niêm; thử lại sau một giây.",
        "Nothing is sealed yet; try again in a second.",
    )
    .retry_after(1)
}

/// Prove that an entry is sealed
///
/// The way from a leaf to the root of a signed head (RFC 6962 §2.1.1), with that head. A receipt names its leaf hash;
/// `parindex audit check` checks both without a server. 404 with `Retry-After` while the entry waits. Public.
#[utoipa::path(tag = "audit", params(InclusionQuery),
    responses((status = 200, description = "The proof.", body = InclusionProof),
        (status = 304, description = "The caller holds it already."), PublicProblems))]
#[get("/audit/log/inclusion-proof")]
pub async fn get_audit_inclusion_proof(
    request: HttpRequest,
    db: Data<Database>,
    ValidQuery(asked): ValidQuery<InclusionQuery>,
) -> AppResult<HttpResponse> {
    if parse_hex(&asked.leaf_hash).is_none() {
        return Err(bad(
            "?leaf_hash",
            "bad_hash",
            "leaf_hash gồm 64 chữ số thập lục phân viết thường.",
            "leaf_hash is 64 small hexadecimal digits.",
        ));
    }
    let proof = db.read(move |conn| prove_inclusion(conn, &asked)).await?;
    json(&request, &proof)
}

fn prove_inclusion(conn: &mut Conn, asked: &InclusionQuery) -> AppResult<InclusionProof> {
    let leaf = store::find_leaf(conn, &asked.leaf_hash)?.ok_or_else(|| {
        AppError::with(
            ErrorCode::NotFound,
            "Chưa có bản ghi nào được niêm với leaf_hash này; bản ghi mới được niêm trong khoảng một giây.",
            "No entry is sealed with this leaf hash; a new one is sealed within a second or so.",
        )
        .retry_after(1)
    })?;
    let head = match asked.tree_size {
        None => newest_head(conn)?.ok_or_else(nothing_sealed)?,
        Some(size) => head_of_size(conn, size)?,
    };
    let size = u64::try_from(head.tree_size).map_err(AppError::internal)?;
    let leaf_index = u64::try_from(leaf.leaf_index).map_err(AppError::internal)?;
    if leaf_index >= size {
        return Err(AppError::with(
            ErrorCode::NotFound,
            "Bản ghi này được niêm sau điểm kiểm tra được yêu cầu.",
            "This entry was sealed after the head that was asked for.",
        ));
    }
    let path =
        tlog::prove_record(size, leaf_index, &Stored(RefCell::new(conn))).map_err(AppError::internal)?;
    Ok(InclusionProof {
        leaf_hash: leaf.leaf_hash,
        leaf_index,
        tree_size: size,
        path: path.into_iter().map(hex).collect(),
        checkpoint: head.note,
    })
}

fn head_of_size(conn: &mut Conn, size: u64) -> AppResult<HeadRow> {
    let head = match i64::try_from(size) {
        Ok(size) => store::head_of(conn, size)?,
        Err(_) => None,
    };
    head.ok_or_else(|| {
        AppError::with(
            ErrorCode::NotFound,
            "Không có điểm kiểm tra nào với số bản ghi này; bỏ tree_size để lấy điểm mới nhất.",
            "No head was signed at this size; leave tree_size out for the newest one.",
        )
    })
}

/// Prove that the log only grew
///
/// That the log of an earlier size is the beginning of the log of a later one (RFC 6962 §2.1.2): who kept the checkpoint of
/// the earlier checks it with the checkpoint of the later. Public.
#[utoipa::path(tag = "audit", params(ConsistencyQuery),
    responses((status = 200, description = "The proof.", body = ConsistencyProof),
        (status = 304, description = "The caller holds it already."), PublicProblems))]
#[get("/audit/log/consistency-proof")]
pub async fn get_audit_consistency_proof(
    request: HttpRequest,
    db: Data<Database>,
    ValidQuery(asked): ValidQuery<ConsistencyQuery>,
) -> AppResult<HttpResponse> {
    if asked.first == 0 || asked.first > asked.second {
        return Err(bad(
            "?first",
            "bad_size",
            "first từ 1 đến second.",
            "first is from 1 to second.",
        ));
    }
    let proof = db
        .read(move |conn| {
            let head = newest_head(conn)?.ok_or_else(nothing_sealed)?;
            if i64::try_from(asked.second).map_or(true, |second| second > head.tree_size) {
                return Err(AppError::with(
                    ErrorCode::NotFound,
                    format!("Nhật ký mới có {} bản ghi được niêm.", head.tree_size),
                    format!("The log has {} sealed entries so far.", head.tree_size),
                ));
            }
            let path = tlog::prove_tree(asked.second, asked.first, &Stored(RefCell::new(conn)))
                .map_err(AppError::internal)?;
            Ok(ConsistencyProof {
                first: asked.first,
                second: asked.second,
                path: path.into_iter().map(hex).collect(),
            })
        })
        .await?;
    json(&request, &proof)
}

/// List the leaves of the audit log
///
/// The hashes of all sealed entries in their order, so that whoever watches the log can compute its root anew. Public.
#[utoipa::path(tag = "audit", params(LeavesQuery),
    responses((status = 200, description = "A page of leaf hashes.", body = AuditLeaves),
        (status = 304, description = "The caller holds it already."), PublicProblems))]
#[get("/audit/log/leaves")]
pub async fn list_audit_leaves(
    request: HttpRequest,
    db: Data<Database>,
    ValidQuery(asked): ValidQuery<LeavesQuery>,
) -> AppResult<HttpResponse> {
    let limit = asked.limit.unwrap_or(LEAVES_MAX);
    if limit == 0 || limit > LEAVES_MAX {
        return Err(bad(
            "?limit",
            "bad_limit",
            "limit từ 1 đến 1000.",
            "limit is from 1 to 1000.",
        ));
    }
    let from = asked.from.unwrap_or(0);
    let Ok(first) = i64::try_from(from) else {
        return Err(bad(
            "?from",
            "out_of_range",
            "from lớn hơn mọi số thứ tự có thể có.",
            "from is beyond any place that there can be.",
        ));
    };
    // One more is read, to know whether another page follows.
    let mut rows = db
        .read(move |conn| store::leaves_from(conn, first, limit as i64 + 1))
        .await?;
    let next = (rows.len() as u64 > limit).then(|| from + limit);
    rows.truncate(limit as usize);
    let data = rows.into_iter().map(|row| row.leaf_hash).collect();
    json(&request, &AuditLeaves { from, data, next })
}

/// Read the keys of the audit log
///
/// A JSON Web Key Set (RFC 7517) with the public half of every key that has ever signed heads and receipts here, and the same
/// keys as tools for signed notes take them. Whoever wants to check something later keeps these now. Public.
#[utoipa::path(get, tag = "audit",
    responses((status = 200, description = "The keys, the oldest first.", body = AuditKeys),
        (status = 304, description = "The caller holds them already."), PublicProblems))]
#[get("/.well-known/audit-keys.json")]
pub async fn get_audit_keys(request: HttpRequest, db: Data<Database>) -> AppResult<HttpResponse> {
    let origin = signer(&db)?.origin().to_owned();
    let rows = db.read(audit_keys).await?;
    json(&request, &AuditKeys::of(&origin, rows)?)
}
