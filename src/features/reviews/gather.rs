//! What a review tells now: every figure is read, none is kept before it is frozen.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    document::{FORMAT, MissingPart, NamedAgency, ReviewDocument, ReviewedProgramme, WrittenPart},
    figures::{self, PlanFacts},
    model::{PartRow, ReviewPart, ReviewRow},
    store,
};
use crate::{
    clock::Moment,
    db::Conn,
    error::AppResult,
    features::{
        agencies, holidays, inspections,
        programmes::{self, AsOf, ProgrammeRow, ReviewedLine},
        progress, publications, recommendations,
    },
    ids::{AgencyCode, ProgrammeCode, TaskCode},
};

/// Codes in one query.
const IN_QUERY_MAX: usize = 500;

/// The units that write: the signatories in their order, then everybody else who leads or co-ordinates a line.
pub fn writers(conn: &mut Conn, programme: &ProgrammeCode) -> AppResult<Vec<AgencyCode>> {
    let mut writers = programmes::signatories(conn, programme)?;
    let others = programmes::taking_part(conn, programme)?;
    let others: Vec<AgencyCode> = others
        .into_iter()
        .filter(|unit| !writers.contains(unit))
        .collect();
    writers.extend(others);
    Ok(writers)
}

/// Those parts that are written, and those that are not, in the order of the units.
pub fn sort_parts(writers: &[AgencyCode], rows: Vec<PartRow>) -> (Vec<WrittenPart>, Vec<MissingPart>) {
    let mut texts: BTreeMap<(AgencyCode, ReviewPart), String> = rows
        .into_iter()
        .map(|row| ((row.agency_code, row.part), row.text))
        .collect();
    let (mut written, mut missing) = (Vec::new(), Vec::new());
    for agency in writers {
        for part in ReviewPart::ALL {
            let (agency, part) = (agency.clone(), *part);
            match texts.remove(&(agency.clone(), part)) {
                Some(text) => written.push(WrittenPart { agency, part, text }),
                None => missing.push(MissingPart { agency, part }),
            }
        }
    }
    // A unit that has left the plan since wrote it all the same.
    let others = texts.into_iter();
    written.extend(others.map(|((agency, part), text)| WrittenPart { agency, part, text }));
    (written, missing)
}

/// What a review tells at a moment.
pub fn document(
    conn: &mut Conn,
    programme: &ProgrammeRow,
    review: &ReviewRow,
    now: Moment,
) -> AppResult<ReviewDocument> {
    let years = review
        .year
        .map_or((programme.from_year, programme.to_year), |year| (year, year));
    let today = holidays::day_of(now);
    let signatories = programmes::signatories(conn, &programme.code)?;
    let settled = recommendations::settled(conn, &signatories, years, today)?;
    let inspected = inspections::inspected(conn, &signatories, years, today)?;
    let budgets = programmes::reviewed_budgets(conn, &programme.code, review.year)?;
    let writers = writers(conn, &programme.code)?;
    let (parts, missing_parts) = sort_parts(&writers, store::parts(conn, &review.id)?);
    let mut document = ReviewDocument {
        format: FORMAT.to_owned(),
        kind: review.kind,
        year: review.year,
        number: None,
        as_of: now,
        plan: figures::plan(plan_facts(conn, programme, review, now)?),
        recommendations: figures::recommendations(&signatories, &settled),
        inspections: figures::inspections(&inspected),
        budget: figures::budget(&budgets),
        results: publications::of_years(conn, years)?,
        assessment: review.assessment.clone(),
        parts,
        missing_parts,
        carried: None,
        agencies: Vec::new(),
        programme: ReviewedProgramme {
            code: programme.code.clone(),
            title: programme.title.clone(),
            number: programme.number.clone(),
            signed_on: programme.signed_on,
            period: programme.period(),
            owner: programme.owner_code.clone(),
            signatories,
            time_zone: programme.time_zone.name().to_owned(),
        },
    };
    document.agencies = names(conn, &document, writers, now)?;
    Ok(document)
}

fn plan_facts(
    conn: &mut Conn,
    programme: &ProgrammeRow,
    review: &ReviewRow,
    now: Moment,
) -> AppResult<PlanFacts> {
    let (code, year) = (&programme.code, review.year);
    let lines = programmes::reviewed_lines(conn, code, year)?;
    let contents = programmes::contents(conn, code)?.into_iter();
    Ok(PlanFacts {
        programme: code.clone(),
        as_of: AsOf::new(now, programme.nearly_due_days),
        contents: contents.map(|content| (content.code, content.title)).collect(),
        titles: titles(conn, code, &lines)?,
        reasons: progress::last_words(conn, code, year)?,
        without_year: programmes::lines_without_year(conn, code)?,
        extensions: progress::extensions_of(conn, code, year)?,
        lines,
    })
}

fn titles(
    conn: &mut Conn,
    programme: &ProgrammeCode,
    lines: &[ReviewedLine],
) -> AppResult<BTreeMap<TaskCode, String>> {
    let tasks: BTreeSet<&TaskCode> = lines.iter().map(|line| &line.task_code).collect();
    let tasks: Vec<TaskCode> = tasks.into_iter().cloned().collect();
    let mut titles = BTreeMap::new();
    for tasks in tasks.chunks(IN_QUERY_MAX) {
        titles.extend(programmes::titles(conn, programme, tasks)?);
    }
    Ok(titles)
}

/// The names of every agency that a document names.
fn names(
    conn: &mut Conn,
    document: &ReviewDocument,
    writers: Vec<AgencyCode>,
    now: Moment,
) -> AppResult<Vec<NamedAgency>> {
    let mut codes = writers;
    codes.push(document.programme.owner.clone());
    codes.extend(document.parts.iter().map(|part| part.agency.clone()));
    let cards = agencies::cards(conn, &codes, holidays::day_of(now))?;
    Ok(cards
        .into_values()
        .map(|card| NamedAgency {
            code: card.code,
            name_vi: card.name_vi,
        })
        .collect())
}
