//! Who is told of moves.

use std::collections::BTreeMap;

use super::{
    moving::Made,
    state::{Event, MoveKind},
};
use crate::{
    access::Role,
    db::Tx,
    error::AppResult,
    features::{
        notifications::{Audience, Notice, Notifier, PlanEvent, PlanNews},
        programmes::{PlanLineRow, ProgrammeRow, people_of, tell_given},
    },
    ids::AgencyCode,
};

/// Who is told.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Recipient {
    /// The people who work on a unit's lines.
    Unit(AgencyCode),
    /// Who runs the programme.
    Owner(AgencyCode),
}

impl Recipient {
    fn audience(&self) -> Audience {
        match self {
            Self::Unit(unit) => people_of([unit]),
            Self::Owner(owner) => Audience::of(Role::Evaluator, [owner]),
        }
    }
}

/// What is told of a move, whose deed or work it is about, and to whom.
fn told(made: &Made) -> Option<(PlanEvent, AgencyCode, Vec<Recipient>)> {
    let facts = &made.facts;
    let unit = |unit: &AgencyCode| Recipient::Unit(unit.clone());
    let owner = || Recipient::Owner(facts.owner.clone());
    let coordinators = || facts.coordinators.iter().map(unit);
    let all = || std::iter::once(unit(&facts.lead)).chain(coordinators()).collect();
    let (event, recipients): (PlanEvent, Vec<Recipient>) = match made.event {
        Event::Complete if facts.coordinators.is_empty() => (PlanEvent::Completed, vec![owner()]),
        Event::Complete => (PlanEvent::Completed, coordinators().collect()),
        Event::Confirm { last: true } => {
            let told = vec![unit(&facts.lead), owner()];
            return Some((PlanEvent::Confirmed, facts.lead.clone(), told));
        }
        Event::Object => {
            let mut told: Vec<Recipient> = all();
            told.push(owner());
            (PlanEvent::Objected, told)
        }
        Event::Settle { .. } => (PlanEvent::Settled, all()),
        Event::Refuse => (PlanEvent::Refused, vec![owner()]),
        Event::Hold => (PlanEvent::Held, all()),
        Event::Resume => (PlanEvent::Resumed, all()),
        Event::Reopen => (PlanEvent::Reopened, all()),
        Event::Report(_) | Event::Withdraw | Event::Confirm { last: false } | Event::Reassign => return None,
    };
    Some((event, made.agency.clone(), recipients))
}

/// Tells of moves that were made, everybody once however many lines they are about.
pub fn tell(tx: &mut Tx<'_>, notifier: &Notifier, programme: &ProgrammeRow, all: &[Made]) -> AppResult<()> {
    let mut counts: BTreeMap<(PlanEvent, AgencyCode, Recipient), usize> = BTreeMap::new();
    for made in all {
        if let Some((event, agency, recipients)) = told(made) {
            for recipient in recipients {
                *counts.entry((event, agency.clone(), recipient)).or_default() += 1;
            }
        }
    }
    let path = match all {
        [only] => path_of(&only.after),
        _ => String::new(),
    };
    for ((event, agency, recipient), lines) in counts {
        let notice = Notice::PlanMoved(PlanNews {
            programme: programme.named(),
            event,
            agency,
            lines,
            path: path.clone(),
        });
        notifier.notify(tx, &recipient.audience(), &notice)?;
    }
    let given: Vec<&PlanLineRow> = all
        .iter()
        .filter(|made| made.kind == MoveKind::Reassign)
        .map(|made| &made.after)
        .collect();
    if given.is_empty() {
        return Ok(());
    }
    tell_given(tx, notifier, programme, &given)
}

/// Where a line stands below its programme.
fn path_of(line: &PlanLineRow) -> String {
    format!("/tasks/{}/lines/{}", line.task_code, line.line)
}

/// Tells of more time: who decides that it is asked for, the lead what was decided.
pub fn tell_extension(
    tx: &mut Tx<'_>,
    notifier: &Notifier,
    programme: &ProgrammeRow,
    line: &PlanLineRow,
    decided_for: Option<&str>,
) -> AppResult<()> {
    let notice = |event, agency: &AgencyCode| {
        Notice::PlanMoved(PlanNews {
            programme: programme.named(),
            event,
            agency: agency.clone(),
            lines: 1,
            path: format!("{}/extensions", path_of(line)),
        })
    };
    match decided_for {
        None => {
            let audience = Audience::of(Role::Evaluator, [&programme.owner_code]);
            notifier.notify(tx, &audience, &notice(PlanEvent::ExtensionAsked, &line.lead_code))
        }
        Some(asker) => {
            let audience = people_of([&line.lead_code]).and_person(asker);
            let notice = notice(PlanEvent::ExtensionDecided, &programme.owner_code);
            notifier.notify(tx, &audience, &notice)
        }
    }
}
