//! Making publications: of a round's result, and of an external table.

use super::{
    build::Content,
    document::{Document, DocumentRound, DocumentSet, FORMAT, PublicationKind},
    external::ExternalTable,
    model::{Publication, PublicationRow},
    shelf::Published,
    signing::{SignatureRow, Signer},
    store,
    texts::AgencyTexts,
};
use crate::{
    clock::Moment,
    db::{Entry, Outcome, Tx, json_answer},
    error::{AppError, AppResult, ErrorCode, FieldError, Message},
    features::{
        agencies,
        scores::RoundResult,
        webhooks::{self, Announced},
    },
    ids::PublicationId,
};

/// What the publisher says beside the result.
#[derive(Clone, Debug, Default)]
pub struct Announcement {
    /// The earlier publication to show changes against.
    pub baseline: Option<PublicationId>,
    /// Title in Vietnamese; the round's if none is given.
    pub title_vi: Option<String>,
    /// Title in English; the round's if none is given.
    pub title_en: Option<String>,
    /// What a reader must know, in Vietnamese.
    pub notice_vi: Option<String>,
    /// The same in English.
    pub notice_en: Option<String>,
}

/// Freezes a round's result as a publication. It names the round's last one, if there is one, as superseded.
///
/// `content` is the result's. The caller decided that it may be published, and its change holds
/// [`store::lock_publications`]. Answers with the publication as it is served, which is good once the change is kept.
pub fn publish(
    tx: &mut Tx<'_>,
    signer: &Signer,
    result: &RoundResult,
    mut content: Content,
    said: Announcement,
) -> AppResult<Published> {
    let round = &result.round;
    if let Some(id) = &said.baseline {
        let baseline = store::find_document(tx.conn(), id)?.ok_or_else(|| unknown("/baseline", id))?;
        content.compare(&baseline);
    }
    let supersedes = store::newest_of(tx.conn(), PublicationKind::Computed, &round.code)?;
    let (document, texts) = document_of(result, content, said, supersedes, tx.now());
    let render =
        |row: &PublicationRow, signature: SignatureRow| Published::of(row, &document, Some(signature));
    let (row, rendered) = store::insert_publication(tx, signer, &document, &texts, render)?;
    announce(tx, &row, &document)?;
    rendered
}

/// Tells the webhooks of a publication, in the change that keeps it.
fn announce(tx: &mut Tx<'_>, row: &PublicationRow, document: &Document) -> AppResult<()> {
    let announced = Announced {
        publication: row.id.clone(),
        sequence: row.sequence,
        kind: row.kind.as_str(),
        round: document.round.code.clone(),
        year: document.round.year,
        set: document.criteria_set.code.clone(),
        published_at: document.published_at,
        supersedes: document.supersedes.clone(),
        path: format!("/api/v1/publications/{}", row.id),
    };
    webhooks::announce(tx, &announced)
}

/// The document that a round's result makes, with what the publisher says beside it, and the text of its agencies.
pub(super) fn document_of(
    result: &RoundResult,
    content: Content,
    said: Announcement,
    supersedes: Option<PublicationId>,
    published_at: Moment,
) -> (Document, AgencyTexts) {
    let round = &result.round;
    let own_title = said.title_vi.is_some();
    let document = Document {
        format: FORMAT.to_owned(),
        kind: PublicationKind::Computed,
        title_vi: said.title_vi.unwrap_or_else(|| round.title_vi.clone()),
        // The round's English title does not translate another Vietnamese one.
        title_en: said
            .title_en
            .or_else(|| round.title_en.clone().filter(|_| !own_title)),
        notice_vi: said.notice_vi,
        notice_en: said.notice_en,
        round: DocumentRound {
            code: round.code.to_string(),
            year: round.year,
            owner: Some(round.owner_code.clone()),
        },
        criteria_set: DocumentSet {
            code: round.criteria_set_code.clone(),
            version: Some(round.criteria_set_version),
            digest: Some(content.set_digest),
            document: Some(result.set.document().clone()),
        },
        published_at,
        baseline: said.baseline,
        supersedes,
        external: None,
        agencies: content.agencies,
        ranking: content.ranking,
        not_ranked: content.not_ranked,
        means: content.means,
    };
    (document, content.texts)
}

fn unknown(pointer: &str, id: &PublicationId) -> AppError {
    AppError::invalid_item(
        pointer,
        "unknown_publication",
        format!("Không có công bố {id}."),
        format!("There is no publication {id}."),
    )
}

/// What to do with an external table that was taken in already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IfThere {
    /// Refuse it: 409.
    Refuse,
    /// Leave things as they are.
    Skip,
}

/// Takes an external table in as a publication: answers 201, or 204 for one that is there already and is skipped.
///
/// The change holds [`store::lock_publications`].
pub fn import_results(
    tx: &mut Tx<'_>,
    signer: &Signer,
    table: ExternalTable,
    if_there: IfThere,
) -> AppResult<Outcome> {
    let mut errors = table.faults();
    let codes: Vec<_> = table.entries.iter().map(|entry| entry.agency.clone()).collect();
    let missing = agencies::missing(tx.conn(), &codes)?;
    for (index, code) in codes
        .iter()
        .enumerate()
        .filter(|(_, code)| missing.contains(code))
    {
        errors.push(FieldError::new(
            format!("/entries/{index}/agency"),
            "unknown_agency",
            Message::new(
                format!("Không có cơ quan {code}."),
                format!("There is no agency {code}."),
            ),
        ));
    }
    if !errors.is_empty() {
        return Err(AppError::invalid(errors));
    }
    let there = store::newest_of(tx.conn(), PublicationKind::External, &table.code)?;
    match (&there, &table.supersedes) {
        (Some(_), None) if if_there == IfThere::Skip => {
            return Ok(Outcome::Unchanged(crate::db::Answer::empty()));
        }
        (Some(id), None) => return Err(already_there(&table, id)),
        (None, Some(id)) => return Err(unknown("/supersedes", id)),
        (Some(newest), Some(named)) if newest != named => return Err(not_the_newest(newest)),
        _ => {}
    }
    let last_day = chrono::NaiveDate::from_ymd_opt(table.year, 12, 31).unwrap_or(chrono::NaiveDate::MAX);
    let cards = agencies::cards(tx.conn(), &codes, last_day)?;
    let document = table.document(&cards, tx.now())?;
    let texts = AgencyTexts::of(&document.agencies)?;
    let (row, ()) = store::insert_publication(tx, signer, &document, &texts, |_, _| ())?;
    announce(tx, &row, &document)?;
    let shown = Publication::of(&row, &document);
    let answer = json_answer(201, &shown)?.header("location", shown.links.itself.clone());
    Ok(Outcome::Done(answer, entry(&row)))
}

fn entry(row: &PublicationRow) -> Entry {
    Entry {
        object_kind: "publication",
        object_id: row.id.to_string(),
        before_digest: None,
        // The id is the document's digest.
        after_digest: Some(row.id.to_string()),
        detail: serde_json::json!({"kind": row.kind, "code": row.round_code, "sequence": row.sequence}),
    }
}

fn already_there(table: &ExternalTable, id: &PublicationId) -> AppError {
    let code = &table.code;
    AppError::with(
        ErrorCode::AlreadyExists,
        format!("Bảng {code} đã được nhập (công bố {id}); để đính chính, gửi supersedes là mã đó."),
        format!(
            "The table {code} was taken in already (publication {id}); to correct it, send that id as supersedes."
        ),
    )
}

fn not_the_newest(newest: &PublicationId) -> AppError {
    AppError::invalid_item(
        "/supersedes",
        "not_the_newest",
        format!("Chỉ đính chính được công bố mới nhất của bảng này: {newest}."),
        format!("Only the newest publication of this table can be corrected: {newest}."),
    )
}
