//! Taking a programme in: by the API, or by the operator from a file.

use super::{
    model::{NewProgramme, Programme, ProgrammeStatus},
    row_model::ProgrammeRow,
    rules, store,
};
use crate::{
    clock::Moment,
    db::{Conn, Entry, Outcome, Tx, digest_of, json_answer},
    error::{AppError, AppResult, ErrorCode, FieldError},
    features::agencies,
    ids::AgencyCode,
    web::etag_of_revision,
};

/// Adds a programme as a draft; one that is there already just so is left alone where `keep_same` says so.
pub fn file(tx: &mut Tx<'_>, new: NewProgramme, keep_same: bool) -> AppResult<Outcome> {
    let (row, signatories, contents) = rows_of(new, tx.now());
    let mut faults = rules::check_programme(&row, &signatories);
    faults.extend(rules::check_contents(&contents));
    let mut named = vec![("/owner".to_owned(), row.owner_code.clone())];
    named.extend(places("/signatories", &signatories));
    faults.extend(unknown_agencies(tx.conn(), &named)?);
    if !faults.is_empty() {
        return Err(AppError::invalid(faults));
    }
    if keep_same && let Ok(present) = store::find_programme(tx.conn(), &row.code) {
        let present = shown(tx.conn(), present)?;
        let same = present.title == row.title
            && present.number == row.number
            && (present.signed_on, present.drafted_on) == (row.signed_on, row.drafted_on)
            && present.period == row.period()
            && present.owner == row.owner_code
            && present.signatories == signatories
            && present.contents == contents;
        return if same {
            Ok(Outcome::Unchanged(json_answer(200, &present)?))
        } else {
            Err(AppError::with(
                ErrorCode::AlreadyExists,
                format!("Đã có chương trình {} với nội dung khác.", row.code),
                format!("There is a programme {} already, and it differs.", row.code),
            ))
        };
    }
    store::insert_programme(tx, &row, &signatories, &contents)?;
    let programme = shown(tx.conn(), row)?;
    let answer = json_answer(201, &programme)?
        .header("etag", etag_of_revision(programme.revision))
        .header("location", format!("/api/v1/programmes/{}", programme.code));
    Ok(Outcome::Done(answer, entry_of(None, &programme)?))
}

fn rows_of(new: NewProgramme, now: Moment) -> (ProgrammeRow, Vec<AgencyCode>, Vec<super::model::Content>) {
    let row = ProgrammeRow {
        code: new.code,
        title: new.title,
        number: new.number,
        signed_on: new.signed_on,
        drafted_on: new.drafted_on,
        from_year: new.period.from_year,
        to_year: new.period.to_year,
        status: ProgrammeStatus::Draft,
        owner_code: new.owner,
        nearly_due_days: new.nearly_due_days,
        description: new.description,
        note: new.note,
        time_zone: new.time_zone,
        revision: 1,
        created_at: now,
        updated_at: now,
    };
    (row, new.signatories, new.contents)
}

/// Agencies of a list with their places.
pub fn places<'a>(
    list: &'a str,
    agencies: &'a [AgencyCode],
) -> impl Iterator<Item = (String, AgencyCode)> + 'a {
    agencies
        .iter()
        .enumerate()
        .map(move |(index, code)| (format!("{list}/{index}"), code.clone()))
}

/// Names the agencies that don't exist.
pub fn unknown_agencies(conn: &mut Conn, asked: &[(String, AgencyCode)]) -> AppResult<Vec<FieldError>> {
    let codes: std::collections::BTreeSet<AgencyCode> = asked.iter().map(|(_, code)| code.clone()).collect();
    let codes: Vec<AgencyCode> = codes.into_iter().collect();
    let missing = agencies::missing(conn, &codes)?;
    Ok(asked
        .iter()
        .filter(|(_, code)| missing.contains(code))
        .map(|(pointer, code)| {
            rules::fault(
                pointer,
                "unknown_agency",
                format!("Không có cơ quan {code}."),
                format!("There is no agency {code}."),
            )
        })
        .collect())
}

/// A programme as everybody sees it; what the caller may do is added by who answers.
pub fn shown(conn: &mut Conn, row: ProgrammeRow) -> AppResult<Programme> {
    Ok(Programme {
        signatories: store::signatories(conn, &row.code)?,
        contents: store::contents(conn, &row.code)?,
        period: row.period(),
        code: row.code,
        title: row.title,
        number: row.number,
        signed_on: row.signed_on,
        drafted_on: row.drafted_on,
        status: row.status,
        owner: row.owner_code,
        nearly_due_days: row.nearly_due_days,
        description: row.description,
        note: row.note,
        time_zone: row.time_zone,
        revision: row.revision,
        created_at: row.created_at,
        updated_at: row.updated_at,
        actions: Vec::new(),
    })
}

/// The audit entry of a programme's change.
pub fn entry_of(before: Option<&Programme>, after: &Programme) -> AppResult<Entry> {
    Ok(Entry {
        object_kind: "programme",
        object_id: after.code.to_string(),
        before_digest: before.map(digest_of).transpose()?,
        after_digest: Some(digest_of(after)?),
        detail: serde_json::json!({
            "status": after.status, "signed_on": after.signed_on, "contents": after.contents.len(),
        }),
    })
}
