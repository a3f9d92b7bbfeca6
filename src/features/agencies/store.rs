//! Reading levels, regions and agencies.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use diesel::prelude::*;

use super::{
    model::{
        Agency, AgencyCard, AgencyIdentifier, AgencyName, AgencyOnDay, AgencyParent, AgencyQuery,
        AgencyRegion, AgencyRow, Level, Region,
    },
    search::{fold, without_kind},
    span::{on_day, on_day_or_latest},
};
use crate::{
    db::{
        Conn, MultiBackend,
        schema::{
            agencies, agency_identifiers, agency_levels, agency_names, agency_parents, agency_regions,
            agency_successors, regions,
        },
    },
    error::AppResult,
    ids::{AgencyCode, LevelCode},
    web::Cursor,
};

/// Codes in one query: a database takes only so many parameters.
pub(super) const CODES_IN_QUERY_MAX: usize = 500;

/// The condition that a dated row of a table holds on a day.
macro_rules! holds_on {
    ($table:ident, $day:expr) => {
        $table::valid_from
            .is_null()
            .or($table::valid_from.le($day))
            .and($table::valid_to.is_null().or($table::valid_to.ge($day)))
    };
}

/// The rows of a dated table that belong to some agencies, in their order, by agency.
macro_rules! rows_of {
    ($conn:expr, $codes:expr, $table:ident, ($($column:ident),+), $name:ident { $($field:ident),+ }) => {{
        let mut found: BTreeMap<AgencyCode, Vec<$name>> = BTreeMap::new();
        for codes in $codes.chunks(CODES_IN_QUERY_MAX) {
            let rows: Vec<(AgencyCode, $name)> = $table::table
                .filter($table::agency_code.eq_any(codes))
                .order(($table::agency_code, $table::position))
                .select(($table::agency_code, ($($table::$column),+)))
                .load::<(AgencyCode, _)>($conn)?
                .into_iter()
                .map(|(code, ($($field),+))| (code, $name { $($field),+ }))
                .collect();
            for (code, row) in rows {
                found.entry(code).or_default().push(row);
            }
        }
        found
    }};
}

/// Every level, in the order of lists.
pub fn list_levels(conn: &mut Conn) -> AppResult<Vec<Level>> {
    Ok(agency_levels::table
        .order((agency_levels::position, agency_levels::code))
        .select(Level::as_select())
        .load(conn)?)
}

/// Every region, by scheme and code.
pub fn list_regions(conn: &mut Conn) -> AppResult<Vec<Region>> {
    Ok(regions::table
        .order((regions::scheme, regions::code))
        .select(Region::as_select())
        .load(conn)?)
}

/// Whether there is a level.
pub fn level_exists(conn: &mut Conn, level: &LevelCode) -> AppResult<bool> {
    Ok(diesel::select(diesel::dsl::exists(agency_levels::table.find(level))).get_result(conn)?)
}

/// One page of the agencies that exist on a day, by code.
pub fn list_agencies(
    conn: &mut Conn,
    asked: &AgencyQuery,
    day: NaiveDate,
    cursor: &Cursor,
) -> AppResult<Vec<AgencyOnDay>> {
    let mut query = agencies::table
        .filter(holds_on!(agencies, day))
        .select(AgencyRow::as_select())
        .order(agencies::code)
        .limit(cursor.fetch())
        .into_boxed::<MultiBackend>();
    if let Some(after) = cursor.after.clone() {
        query = query.filter(agencies::code.gt(after));
    }
    if let Some(level) = asked.level.clone() {
        query = query.filter(agencies::level_code.eq(level));
    }
    if let Some(region) = asked.region.clone() {
        query = query.filter(
            agencies::code.eq_any(
                agency_regions::table
                    .filter(agency_regions::region_code.eq(region))
                    .filter(holds_on!(agency_regions, day))
                    .select(agency_regions::agency_code),
            ),
        );
    }
    if let Some(parent) = asked.parent.clone() {
        query = query.filter(
            agencies::code.eq_any(
                agency_parents::table
                    .filter(agency_parents::parent_code.eq(parent))
                    .filter(holds_on!(agency_parents, day))
                    .select(agency_parents::agency_code),
            ),
        );
    }
    if let Some(part) = &asked.q {
        query = query.filter(
            agencies::code.eq_any(
                agency_names::table
                    .filter(agency_names::search_key.like(format!("%{}%", fold(part))))
                    .filter(holds_on!(agency_names, day))
                    .select(agency_names::agency_code),
            ),
        );
    }
    let rows: Vec<AgencyRow> = query.load(conn)?;
    on_that_day(conn, rows, day)
}

fn on_that_day(conn: &mut Conn, rows: Vec<AgencyRow>, day: NaiveDate) -> AppResult<Vec<AgencyOnDay>> {
    let codes: Vec<AgencyCode> = rows.iter().map(|row| row.code.clone()).collect();
    let names = names_of(conn, &codes)?;
    let regions = regions_of(conn, &codes)?;
    let parents = parents_of(conn, &codes)?;
    Ok(rows
        .into_iter()
        .map(|row| {
            let name = names.get(&row.code).and_then(|rows| on_day_or_latest(rows, day));
            let region = regions.get(&row.code).and_then(|rows| on_day(rows, day));
            let parent = parents.get(&row.code).and_then(|rows| on_day(rows, day));
            AgencyOnDay {
                name_vi: name.map_or_else(|| row.code.to_string(), |name| name.name_vi.clone()),
                name_en: name.and_then(|name| name.name_en.clone()),
                region: region.map(|row| row.region.clone()),
                parent: parent.map(|row| row.parent.clone()),
                code: row.code,
                level: row.level_code,
                valid_from: row.valid_from,
                valid_to: row.valid_to,
            }
        })
        .collect())
}

fn names_of(conn: &mut Conn, codes: &[AgencyCode]) -> AppResult<BTreeMap<AgencyCode, Vec<AgencyName>>> {
    Ok(rows_of!(
        conn,
        codes,
        agency_names,
        (name_vi, name_en, valid_from, valid_to),
        AgencyName {
            name_vi,
            name_en,
            valid_from,
            valid_to
        }
    ))
}

fn regions_of(conn: &mut Conn, codes: &[AgencyCode]) -> AppResult<BTreeMap<AgencyCode, Vec<AgencyRegion>>> {
    Ok(rows_of!(
        conn,
        codes,
        agency_regions,
        (region_code, valid_from, valid_to),
        AgencyRegion {
            region,
            valid_from,
            valid_to
        }
    ))
}

/// The dated parents of agencies.
pub(super) fn parents_of(
    conn: &mut Conn,
    codes: &[AgencyCode],
) -> AppResult<BTreeMap<AgencyCode, Vec<AgencyParent>>> {
    Ok(rows_of!(
        conn,
        codes,
        agency_parents,
        (parent_code, valid_from, valid_to),
        AgencyParent {
            parent,
            valid_from,
            valid_to
        }
    ))
}

fn identifiers_of(
    conn: &mut Conn,
    codes: &[AgencyCode],
) -> AppResult<BTreeMap<AgencyCode, Vec<AgencyIdentifier>>> {
    Ok(rows_of!(
        conn,
        codes,
        agency_identifiers,
        (scheme, value, source, valid_from, valid_to),
        AgencyIdentifier {
            scheme,
            value,
            source,
            valid_from,
            valid_to
        }
    ))
}

fn successors_of(conn: &mut Conn, codes: &[AgencyCode]) -> AppResult<BTreeMap<AgencyCode, Vec<AgencyCode>>> {
    let mut found: BTreeMap<AgencyCode, Vec<AgencyCode>> = BTreeMap::new();
    for codes in codes.chunks(CODES_IN_QUERY_MAX) {
        let rows: Vec<(AgencyCode, AgencyCode)> = agency_successors::table
            .filter(agency_successors::agency_code.eq_any(codes))
            .order((agency_successors::agency_code, agency_successors::successor_code))
            .select((agency_successors::agency_code, agency_successors::successor_code))
            .load(conn)?;
        for (code, successor) in rows {
            found.entry(code).or_default().push(successor);
        }
    }
    // Sorted here: the order of a database's texts is its own.
    found.values_mut().for_each(|codes| codes.sort());
    Ok(found)
}

/// Who names an agency as the successor: (predecessor, successor).
pub(super) fn predecessors_of(
    conn: &mut Conn,
    codes: &[AgencyCode],
) -> AppResult<Vec<(AgencyCode, AgencyCode)>> {
    let mut found = Vec::new();
    for codes in codes.chunks(CODES_IN_QUERY_MAX) {
        let rows: Vec<(AgencyCode, AgencyCode)> = agency_successors::table
            .filter(agency_successors::successor_code.eq_any(codes))
            .order((agency_successors::successor_code, agency_successors::agency_code))
            .select((agency_successors::agency_code, agency_successors::successor_code))
            .load(conn)?;
        found.extend(rows);
    }
    found.sort();
    Ok(found)
}

/// The rows of agencies, as far as they exist.
pub(super) fn rows(conn: &mut Conn, codes: &[AgencyCode]) -> AppResult<Vec<AgencyRow>> {
    let mut found = Vec::new();
    for codes in codes.chunks(CODES_IN_QUERY_MAX) {
        let rows: Vec<AgencyRow> = agencies::table
            .filter(agencies::code.eq_any(codes))
            .order(agencies::code)
            .select(AgencyRow::as_select())
            .load(conn)?;
        found.extend(rows);
    }
    Ok(found)
}

/// Agencies with their history, by code, as far as they exist.
pub(super) fn agencies_with_history(
    conn: &mut Conn,
    codes: &[AgencyCode],
) -> AppResult<BTreeMap<AgencyCode, Agency>> {
    let rows = rows(conn, codes)?;
    let mut names = names_of(conn, codes)?;
    let mut parents = parents_of(conn, codes)?;
    let mut regions = regions_of(conn, codes)?;
    let mut identifiers = identifiers_of(conn, codes)?;
    let mut successors = successors_of(conn, codes)?;
    let mut predecessors: BTreeMap<AgencyCode, Vec<AgencyCode>> = BTreeMap::new();
    for (before, after) in predecessors_of(conn, codes)? {
        predecessors.entry(after).or_default().push(before);
    }
    Ok(rows
        .into_iter()
        .map(|row| {
            let code = row.code.clone();
            let agency = Agency {
                level: row.level_code,
                valid_from: row.valid_from,
                valid_to: row.valid_to,
                names: names.remove(&code).unwrap_or_default(),
                parents: parents.remove(&code).unwrap_or_default(),
                regions: regions.remove(&code).unwrap_or_default(),
                identifiers: identifiers.remove(&code).unwrap_or_default(),
                successors: successors.remove(&code).unwrap_or_default(),
                predecessors: predecessors.remove(&code).unwrap_or_default(),
                code: row.code,
                revision: row.revision,
                created_at: row.created_at,
                updated_at: row.updated_at,
            };
            (code, agency)
        })
        .collect())
}

/// An agency with its history, if it exists.
pub fn find_agency(conn: &mut Conn, code: &AgencyCode) -> AppResult<Option<Agency>> {
    Ok(agencies_with_history(conn, std::slice::from_ref(code))?.remove(code))
}

/// What to show of agencies: the name that is valid on a day, else the latest. A code that does not exist is left out.
pub fn cards(
    conn: &mut Conn,
    codes: &[AgencyCode],
    on: NaiveDate,
) -> AppResult<BTreeMap<AgencyCode, AgencyCard>> {
    let unique: BTreeSet<&AgencyCode> = codes.iter().collect();
    let codes: Vec<AgencyCode> = unique.into_iter().cloned().collect();
    let names = names_of(conn, &codes)?;
    let regions = regions_of(conn, &codes)?;
    let rows = rows(conn, &codes)?;
    Ok(rows
        .into_iter()
        .map(|row| {
            let name = names.get(&row.code).and_then(|rows| on_day_or_latest(rows, on));
            let region = regions.get(&row.code).and_then(|rows| on_day(rows, on));
            let card = AgencyCard {
                name_vi: name.map_or_else(|| row.code.to_string(), |name| name.name_vi.clone()),
                name_en: name.and_then(|name| name.name_en.clone()),
                level: row.level_code,
                region: region.map(|row| row.region.clone()),
                code: row.code.clone(),
            };
            (row.code, card)
        })
        .collect())
}

/// The agencies of a level that bore a name on a day, in Vietnamese or English, whatever its capitals, its marks or the
/// word for its kind.
pub fn called(conn: &mut Conn, level: &LevelCode, name: &str, on: NaiveDate) -> AppResult<Vec<AgencyCode>> {
    let folded = fold(name);
    let wanted = without_kind(&folded);
    let found: Vec<(AgencyCode, String)> = agencies::table
        .inner_join(agency_names::table.on(agency_names::agency_code.eq(agencies::code)))
        .filter(agencies::level_code.eq(level))
        .filter(holds_on!(agencies, on))
        .filter(holds_on!(agency_names, on))
        .filter(agency_names::search_key.like(format!("%{wanted}%")))
        .select((agencies::code, agency_names::search_key))
        .load(conn)?;
    let codes: BTreeSet<AgencyCode> = found
        .into_iter()
        .filter(|(_, key)| key.lines().any(|name| without_kind(name) == wanted))
        .map(|(code, _)| code)
        .collect();
    Ok(codes.into_iter().collect())
}

/// Those of some codes that no agency has, in the order given.
pub fn missing(conn: &mut Conn, codes: &[AgencyCode]) -> AppResult<Vec<AgencyCode>> {
    let mut known: BTreeSet<AgencyCode> = BTreeSet::new();
    for codes in codes.chunks(CODES_IN_QUERY_MAX) {
        let found: Vec<AgencyCode> = agencies::table
            .filter(agencies::code.eq_any(codes))
            .select(agencies::code)
            .load(conn)?;
        known.extend(found);
    }
    Ok(codes
        .iter()
        .filter(|code| !known.contains(*code))
        .cloned()
        .collect())
}
