//! Workloads and warnings over HTTP.

use actix_web::{
    HttpResponse, get,
    web::{Data, Path},
};

use super::{
    view_model::{Warning, WarningKind, WorkloadQuery, Workloads},
    warning_store,
    warnings::warn,
    workload::{Loads, Visible},
    workload_store,
};
use crate::{
    access::{Action, Object, Principal, Role},
    clock::{Moment, WrittenTime, Zone},
    db::{Conn, Database},
    error::{AppError, AppResult, ErrorCode},
    features::{
        holidays::{self, load_calendar},
        programmes::{AsOf, ProgrammeRow, ProgrammeStatus, fault, find_programme},
    },
    ids::{AgencyCode, ProgrammeCode},
    web::{Caller, Cursor, Page, PageQuery, ReadProblems, ValidQuery, json_list},
};

/// Evaluators and administrators see what all agencies have to do, others what their own have.
fn visible(principal: &Principal) -> Visible {
    if principal.has(Role::Evaluator) || principal.has(Role::Administrator) {
        return Visible::All;
    }
    let mut own: Vec<AgencyCode> = Role::ALL
        .iter()
        .flat_map(|role| principal.agencies_of(*role))
        .collect();
    own.sort();
    own.dedup();
    Visible::Of(own)
}

fn moment_of(asked: Option<WrittenTime>, zone: Zone, now: Moment) -> AppResult<Moment> {
    let Some(time) = asked else {
        return Ok(now);
    };
    time.in_zone(zone).map_err(|_| AppError {
        errors: vec![fault(
            "?as_of",
            "no_moment",
            "Giờ này không có hoặc có hai lần ở múi giờ đó: ghi rõ độ lệch so với UTC.",
            "The clocks of that zone skip this time or show it twice: write its offset from UTC.",
        )],
        ..AppError::new(ErrorCode::InvalidRequest)
    })
}

fn count(
    conn: &mut Conn,
    programmes: &[ProgrammeRow],
    visible: &Visible,
    at: Moment,
) -> AppResult<Workloads> {
    let mut loads = Loads::default();
    for programme in programmes {
        let as_of = AsOf::new(at, programme.nearly_due_days);
        let led = workload_store::led(conn, &programme.code, visible, as_of)?;
        loads.add_lines(led, |load| &mut load.led);
        let joined = workload_store::co_ordinated(conn, &programme.code, visible, as_of)?;
        loads.add_lines(joined, |load| &mut load.coordinated);
        loads.add_to_confirm(workload_store::to_confirm(conn, programme, visible)?);
    }
    let (working_days, today) = (load_calendar(conn)?, holidays::day_of(at));
    for (standing, joint) in workload_store::recommendations(conn, visible)? {
        loads.add_recommendation(&standing, &joint, visible, (&working_days, today));
    }
    let (open, overdue) = workload_store::remedies(conn, visible, today)?;
    loads.add_remedies(open, overdue);
    Ok(Workloads {
        as_of: at,
        data: loads.finish(),
    })
}

/// What do agencies have to do?
///
/// By agency: unfinished plan lines that it leads or co-ordinates, overdue and nearly due; reports that wait for its
/// confirmation; recommendations that it has to answer; remedies that it owes. Evaluators and administrators see all
/// agencies, others their own. A moment without an offset is read in the programme's zone, or in that of Hà Nội.
#[utoipa::path(tag = "oversight", params(WorkloadQuery), security(("bearer" = [])),
    responses((status = 200, description = "The agencies that have something to do.", body = Workloads), ReadProblems))]
#[get("/workloads")]
pub async fn list_workloads(
    caller: Caller,
    db: Data<Database>,
    ValidQuery(asked): ValidQuery<WorkloadQuery>,
) -> AppResult<HttpResponse> {
    caller.check(Action::ReadReference, Object::System)?;
    let (visible, now) = (visible(&caller.principal), db.clock().now());
    let loads = db
        .read(move |conn| {
            let programmes = match &asked.programme {
                Some(code) => vec![find_programme(conn, code)?],
                None => workload_store::programmes(conn)?,
            };
            let zone = match (&asked.programme, programmes.first()) {
                (Some(_), Some(programme)) => programme.time_zone,
                _ => Zone::default(),
            };
            let at = moment_of(asked.as_of, zone, now)?;
            count(conn, &programmes, &visible, at)
        })
        .await?;
    json_list(&loads)
}

/// Which lines of a programme will be late?
///
/// Unfinished lines, not overdue yet, that will be done after their deadline at their present pace; of which nothing was
/// reported by half of their time; or that wait for a line that will be done after their own first day. Work is taken to
/// go on as evenly as it went from the line's first day (or the first report) to the last report; each warning tells its
/// numbers. What rests or is refused is left out, and a programme that is not in force has none. In the order in which the lines were added; a line may stand twice.
#[utoipa::path(tag = "oversight", params(("programme" = ProgrammeCode, Path), PageQuery), security(("bearer" = [])),
    responses((status = 200, description = "A page of warnings.", body = Page<Warning>), ReadProblems))]
#[get("/programmes/{programme}/warnings")]
pub async fn list_programme_warnings(
    caller: Caller,
    db: Data<Database>,
    path: Path<ProgrammeCode>,
    ValidQuery(asked): ValidQuery<PageQuery>,
) -> AppResult<HttpResponse> {
    caller.check(Action::ReadReference, Object::System)?;
    let cursor = Cursor::parse(asked.limit, asked.cursor.as_deref())?;
    let (code, now) = (path.into_inner(), db.clock().now());
    let warnings = db
        .read(move |conn| {
            let programme = find_programme(conn, &code)?;
            if programme.status != ProgrammeStatus::InForce {
                return Ok(Vec::new());
            }
            let lines = warning_store::watched(conn, &programme)?;
            Ok(warn(&lines, programme.time_zone.day_of(now)))
        })
        .await?;
    // A line may stand twice: a page ends after a warning, not after a line.
    let keyed = warnings.into_iter().map(|(id, warning)| {
        let second = u8::from(warning.kind == WarningKind::DependencyLate);
        (format!("{id} {second}"), warning)
    });
    let after = cursor.after.clone().unwrap_or_default();
    let rest: Vec<(String, Warning)> = keyed
        .skip_while(|(key, _)| !after.is_empty() && *key <= after)
        .collect();
    json_list(&Page::cut(rest, &cursor, |(key, _)| key.clone()).map(|(_, warning)| warning))
}
