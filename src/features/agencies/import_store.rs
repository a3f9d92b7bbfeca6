//! Taking levels, regions and agencies in: what the database knows of them, and writing what differs.

use std::collections::{BTreeMap, BTreeSet};

use diesel::{prelude::*, upsert::excluded};

use super::{
    model::{AgencyDocument, AgencyImport, AgencyRow, Level, Region},
    references::{DEPTH_MAX, Known},
    search::search_key,
    span::Span,
    store::{self, CODES_IN_QUERY_MAX},
};
use crate::{
    db::{
        Conn, Tx,
        schema::{
            agencies, agency_identifiers, agency_levels, agency_names, agency_parents, agency_regions,
            agency_successors, regions,
        },
    },
    each,
    error::AppResult,
    ids::{AgencyCode, LevelCode, RegionCode},
};

/// What the database holds of a document's objects, and around them.
pub struct Present {
    /// Levels by code.
    pub levels: BTreeMap<LevelCode, Level>,
    /// Regions by code.
    pub regions: BTreeMap<RegionCode, Region>,
    /// The document's agencies, as far as they exist.
    pub agencies: BTreeMap<AgencyCode, AgencyDocument>,
    /// What its references are checked against.
    pub known: Known,
}

/// Reads what a document is compared with and checked against.
pub fn present(conn: &mut Conn, document: &AgencyImport) -> AppResult<Present> {
    let own: BTreeSet<AgencyCode> = document
        .agencies
        .iter()
        .map(|agency| agency.code.clone())
        .collect();
    let codes: Vec<AgencyCode> = own.iter().cloned().collect();
    let levels: BTreeMap<LevelCode, Level> = store::list_levels(conn)?
        .into_iter()
        .map(|level| (level.code.clone(), level))
        .collect();
    let regions: BTreeMap<RegionCode, Region> = store::list_regions(conn)?
        .into_iter()
        .map(|region| (region.code.clone(), region))
        .collect();
    let mut known = Known {
        levels: levels.keys().cloned().collect(),
        regions: regions.keys().cloned().collect(),
        parents: parents_above(conn, document, &own)?,
        predecessors: store::predecessors_of(conn, &codes)?,
        ..Known::default()
    };
    known
        .levels
        .extend(document.levels.iter().map(|level| level.code.clone()));
    known
        .regions
        .extend(document.regions.iter().map(|region| region.code.clone()));
    known.predecessors.retain(|(before, _)| !own.contains(before));
    let named: BTreeSet<AgencyCode> = document
        .agencies
        .iter()
        .flat_map(|agency| {
            agency
                .parents
                .iter()
                .map(|row| &row.parent)
                .chain(&agency.successors)
        })
        .chain(known.predecessors.iter().map(|(before, _)| before))
        .filter(|code| !own.contains(*code))
        .cloned()
        .collect();
    let named: Vec<AgencyCode> = named.into_iter().collect();
    known.agencies = store::rows(conn, &named)?
        .into_iter()
        .map(|row| {
            let span = Span {
                from: row.valid_from,
                to: row.valid_to,
            };
            (row.code, span)
        })
        .collect();
    Ok(Present {
        levels,
        regions,
        agencies: store::agencies_with_history(conn, &codes)?
            .into_iter()
            .map(|(code, agency)| (code, agency.document()))
            .collect(),
        known,
    })
}

/// The parents of agencies above the document's, one step after another.
fn parents_above(
    conn: &mut Conn,
    document: &AgencyImport,
    own: &BTreeSet<AgencyCode>,
) -> AppResult<BTreeMap<AgencyCode, Vec<super::model::AgencyParent>>> {
    let mut seen: BTreeSet<AgencyCode> = own.clone();
    let mut above = BTreeMap::new();
    let mut frontier: Vec<AgencyCode> = document
        .agencies
        .iter()
        .flat_map(|agency| agency.parents.iter().map(|row| row.parent.clone()))
        .collect();
    for _ in 0..=DEPTH_MAX {
        frontier.retain(|code| seen.insert(code.clone()));
        if frontier.is_empty() {
            break;
        }
        let rows = store::parents_of(conn, &frontier)?;
        frontier = rows.values().flatten().map(|row| row.parent.clone()).collect();
        above.extend(rows);
    }
    Ok(above)
}

/// Writes what is new or differs, with all its rows.
pub fn write(
    tx: &mut Tx<'_>,
    levels: &[Level],
    regions: &[Region],
    agencies: &[AgencyDocument],
) -> AppResult<()> {
    write_levels(tx.conn(), levels)?;
    write_regions(tx.conn(), regions)?;
    write_agencies(tx, agencies)?;
    let codes: Vec<&AgencyCode> = agencies.iter().map(|agency| &agency.code).collect();
    for codes in codes.chunks(CODES_IN_QUERY_MAX) {
        delete_rows(tx.conn(), codes)?;
    }
    // All agencies are there by now, so references may point forward.
    for agencies in agencies.chunks(CODES_IN_QUERY_MAX) {
        insert_names(tx.conn(), agencies)?;
        insert_parents(tx.conn(), agencies)?;
        insert_regions(tx.conn(), agencies)?;
        insert_identifiers(tx.conn(), agencies)?;
        insert_successors(tx.conn(), agencies)?;
    }
    Ok(())
}

fn write_levels(conn: &mut Conn, levels: &[Level]) -> AppResult<()> {
    if levels.is_empty() {
        return Ok(());
    }
    each!(
        conn,
        diesel::insert_into(agency_levels::table)
            .values(levels)
            .on_conflict(agency_levels::code)
            .do_update()
            .set((
                agency_levels::name_vi.eq(excluded(agency_levels::name_vi)),
                agency_levels::name_en.eq(excluded(agency_levels::name_en)),
                agency_levels::position.eq(excluded(agency_levels::position)),
            ))
    )?;
    Ok(())
}

fn write_regions(conn: &mut Conn, rows: &[Region]) -> AppResult<()> {
    if rows.is_empty() {
        return Ok(());
    }
    each!(
        conn,
        diesel::insert_into(regions::table)
            .values(rows)
            .on_conflict(regions::code)
            .do_update()
            .set((
                regions::scheme.eq(excluded(regions::scheme)),
                regions::name_vi.eq(excluded(regions::name_vi)),
                regions::name_en.eq(excluded(regions::name_en)),
            ))
    )?;
    Ok(())
}

fn write_agencies(tx: &mut Tx<'_>, documents: &[AgencyDocument]) -> AppResult<()> {
    let now = tx.now();
    for documents in documents.chunks(CODES_IN_QUERY_MAX) {
        let rows: Vec<AgencyRow> = documents
            .iter()
            .map(|agency| AgencyRow {
                code: agency.code.clone(),
                level_code: agency.level.clone(),
                valid_from: agency.valid_from,
                valid_to: agency.valid_to,
                revision: 1,
                created_at: now,
                updated_at: now,
            })
            .collect();
        each!(
            tx.conn(),
            diesel::insert_into(agencies::table)
                .values(&rows)
                .on_conflict(agencies::code)
                .do_update()
                .set((
                    agencies::level_code.eq(excluded(agencies::level_code)),
                    agencies::valid_from.eq(excluded(agencies::valid_from)),
                    agencies::valid_to.eq(excluded(agencies::valid_to)),
                    agencies::revision.eq(agencies::revision + 1),
                    agencies::updated_at.eq(excluded(agencies::updated_at)),
                ))
        )?;
    }
    Ok(())
}

fn delete_rows(conn: &mut Conn, codes: &[&AgencyCode]) -> AppResult<()> {
    let codes = codes.iter().copied();
    diesel::delete(agency_names::table.filter(agency_names::agency_code.eq_any(codes.clone())))
        .execute(conn)?;
    diesel::delete(agency_parents::table.filter(agency_parents::agency_code.eq_any(codes.clone())))
        .execute(conn)?;
    diesel::delete(agency_regions::table.filter(agency_regions::agency_code.eq_any(codes.clone())))
        .execute(conn)?;
    diesel::delete(agency_identifiers::table.filter(agency_identifiers::agency_code.eq_any(codes.clone())))
        .execute(conn)?;
    diesel::delete(agency_successors::table.filter(agency_successors::agency_code.eq_any(codes)))
        .execute(conn)?;
    Ok(())
}

/// Inserts rows in batches small enough for the number of parameters that a statement may have.
macro_rules! insert_rows {
    ($conn:expr, $table:ident, $rows:expr) => {{
        let rows: Vec<_> = $rows.collect();
        for rows in rows.chunks(CODES_IN_QUERY_MAX) {
            each!($conn, diesel::insert_into($table::table).values(rows))?;
        }
        Ok(())
    }};
}

/// Pairs each of an agency's rows with its position.
fn numbered<T>(rows: &[T]) -> impl Iterator<Item = (i32, &T)> {
    (0_i32..).zip(rows)
}

fn insert_names(conn: &mut Conn, agencies: &[AgencyDocument]) -> AppResult<()> {
    insert_rows!(
        conn,
        agency_names,
        agencies.iter().flat_map(|agency| {
            numbered(&agency.names).map(|(position, row)| {
                (
                    agency_names::agency_code.eq(&agency.code),
                    agency_names::position.eq(position),
                    agency_names::name_vi.eq(&row.name_vi),
                    agency_names::name_en.eq(&row.name_en),
                    agency_names::search_key.eq(search_key(&row.name_vi, row.name_en.as_deref())),
                    agency_names::valid_from.eq(row.valid_from),
                    agency_names::valid_to.eq(row.valid_to),
                )
            })
        })
    )
}

fn insert_parents(conn: &mut Conn, agencies: &[AgencyDocument]) -> AppResult<()> {
    insert_rows!(
        conn,
        agency_parents,
        agencies.iter().flat_map(|agency| {
            numbered(&agency.parents).map(|(position, row)| {
                (
                    agency_parents::agency_code.eq(&agency.code),
                    agency_parents::position.eq(position),
                    agency_parents::parent_code.eq(&row.parent),
                    agency_parents::valid_from.eq(row.valid_from),
                    agency_parents::valid_to.eq(row.valid_to),
                )
            })
        })
    )
}

fn insert_regions(conn: &mut Conn, agencies: &[AgencyDocument]) -> AppResult<()> {
    insert_rows!(
        conn,
        agency_regions,
        agencies.iter().flat_map(|agency| {
            numbered(&agency.regions).map(|(position, row)| {
                (
                    agency_regions::agency_code.eq(&agency.code),
                    agency_regions::position.eq(position),
                    agency_regions::region_code.eq(&row.region),
                    agency_regions::valid_from.eq(row.valid_from),
                    agency_regions::valid_to.eq(row.valid_to),
                )
            })
        })
    )
}

fn insert_identifiers(conn: &mut Conn, agencies: &[AgencyDocument]) -> AppResult<()> {
    insert_rows!(
        conn,
        agency_identifiers,
        agencies.iter().flat_map(|agency| {
            numbered(&agency.identifiers).map(|(position, row)| {
                (
                    agency_identifiers::agency_code.eq(&agency.code),
                    agency_identifiers::position.eq(position),
                    agency_identifiers::scheme.eq(&row.scheme),
                    agency_identifiers::value.eq(&row.value),
                    agency_identifiers::source.eq(&row.source),
                    agency_identifiers::valid_from.eq(row.valid_from),
                    agency_identifiers::valid_to.eq(row.valid_to),
                )
            })
        })
    )
}

fn insert_successors(conn: &mut Conn, agencies: &[AgencyDocument]) -> AppResult<()> {
    insert_rows!(
        conn,
        agency_successors,
        agencies.iter().flat_map(|agency| {
            agency.successors.iter().map(|successor| {
                (
                    agency_successors::agency_code.eq(&agency.code),
                    agency_successors::successor_code.eq(successor),
                )
            })
        })
    )
}
