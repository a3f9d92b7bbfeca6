//! What the records of a line come to. Pure; what follows from a round is put in by `linked`.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    model::{AgencyCompleteness, LegalStep, Particulars, ParticularsRecord, ParticularsSummary},
    rules::current,
};
use crate::{
    features::programmes::TaskKind,
    ids::{AgencyCode, RoundCode},
    scoring::{Points, RoundingMode, round_ratio},
};

/// A share in percent with one decimal, rounded once, half to even; none of nothing.
pub fn share(part: i64, whole: i64) -> Option<String> {
    let tenths = round_ratio(
        i128::from(part).checked_mul(1000)?,
        whole.into(),
        RoundingMode::HalfEven,
    )?;
    let micro = i64::try_from(tenths).ok()?.checked_mul(100_000)?;
    Some(Points::from_micro(micro).format(1))
}

/// What the records that hold come to.
pub fn summarise(kind: TaskKind, lead: &AgencyCode, records: &[ParticularsRecord]) -> ParticularsSummary {
    let held: Vec<&Particulars> = current(records).map(|record| &record.record).collect();
    match kind {
        TaskKind::General => ParticularsSummary::General,
        TaskKind::LegalDocument => legal_document(&held),
        TaskKind::Guidance => guidance(&held),
        TaskKind::Campaign => campaign(&held),
        TaskKind::Training => training(&held),
        TaskKind::Database => database(&held),
        TaskKind::JointAppraisal => ParticularsSummary::JointAppraisal {
            round: round_of(&held),
            items: 0,
            decided: 0,
            decided_share: None,
        },
        TaskKind::Pilot => ParticularsSummary::Pilot {
            round: round_of(&held),
            agency: lead.clone(),
            index: None,
        },
    }
}

fn round_of(held: &[&Particulars]) -> Option<RoundCode> {
    held.iter().rev().find_map(|record| match record {
        Particulars::JointAppraisal { round } | Particulars::Pilot { round } => Some(round.clone()),
        _ => None,
    })
}

fn legal_document(held: &[&Particulars]) -> ParticularsSummary {
    let mut reached = BTreeMap::new();
    for record in held {
        if let Particulars::LegalDocument { step, on, number } = record {
            reached.insert(*step, (*on, number.clone()));
        }
    }
    let day = |step: LegalStep| reached.get(&step).map(|(on, _)| *on);
    ParticularsSummary::LegalDocument {
        step: reached.keys().next_back().copied(),
        next_step: LegalStep::ALL.get(reached.len()).copied(),
        number: reached
            .get(&LegalStep::Signed)
            .and_then(|(_, number)| number.clone()),
        signed_on: day(LegalStep::Signed),
        in_force_on: day(LegalStep::InForce),
    }
}

fn guidance(held: &[&Particulars]) -> ParticularsSummary {
    let (mut recipients, mut carried_out) = (0, 0);
    for record in held {
        if let Particulars::Guidance { carried_out_on, .. } = record {
            recipients += 1;
            carried_out += i64::from(carried_out_on.is_some());
        }
    }
    ParticularsSummary::Guidance {
        recipients,
        carried_out,
        carried_out_share: share(carried_out, recipients),
    }
}

fn campaign(held: &[&Particulars]) -> ParticularsSummary {
    let mut channels = BTreeSet::new();
    let (mut items, mut reach) = (0_i64, 0_i64);
    for record in held {
        if let Particulars::Campaign {
            channel,
            items: of,
            reach: reached,
        } = record
        {
            channels.insert(channel.as_str());
            items = items.saturating_add(*of);
            reach = reach.saturating_add(reached.unwrap_or(0));
        }
    }
    ParticularsSummary::Campaign {
        channels: i64::try_from(channels.len()).unwrap_or(i64::MAX),
        items,
        reach,
    }
}

fn training(held: &[&Particulars]) -> ParticularsSummary {
    let (mut sessions, mut people, mut units) = (0_i64, 0_i64, 0_i64);
    for record in held {
        if let Particulars::Training {
            people: of,
            units: from,
            ..
        } = record
        {
            sessions += 1;
            people = people.saturating_add(*of);
            units = units.saturating_add(*from);
        }
    }
    ParticularsSummary::Training {
        sessions,
        people,
        units,
    }
}

/// The newest count of each agency holds: records come in the order in which they were made.
fn database(held: &[&Particulars]) -> ParticularsSummary {
    let mut newest = BTreeMap::new();
    for record in held {
        if let Particulars::Database {
            agency,
            complete,
            total,
        } = record
        {
            newest.insert(agency.clone(), (*complete, *total));
        }
    }
    let complete = newest.values().map(|(complete, _)| complete).sum();
    let total = newest.values().map(|(_, total)| total).sum();
    ParticularsSummary::Database {
        complete,
        total,
        completeness: share(complete, total),
        agencies: newest
            .into_iter()
            .map(|(agency, (complete, total))| AgencyCompleteness {
                agency,
                complete,
                total,
                completeness: share(complete, total),
            })
            .collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{clock::Moment, ids::RecordId};

    fn records(all: Vec<Particulars>) -> Vec<ParticularsRecord> {
        all.into_iter()
            .map(|record| ParticularsRecord {
                id: RecordId::new(),
                replaces: None,
                replaced_by: None,
                record,
                recorded_at: Moment::from_unix_seconds(0).unwrap(),
                recorded_by: "x".into(),
            })
            .collect()
    }

    fn agency(code: &str) -> AgencyCode {
        AgencyCode::parse(code).unwrap()
    }

    #[test]
    fn the_newest_count_of_each_agency_holds() {
        let count = |of: &str, complete, total| Particulars::Database {
            agency: agency(of),
            complete,
            total,
        };
        let all = records(vec![count("moj", 1, 3), count("mof", 1, 3), count("moj", 2, 3)]);
        let ParticularsSummary::Database {
            complete,
            total,
            completeness,
            agencies,
        } = summarise(TaskKind::Database, &agency("moj"), &all)
        else {
            panic!("another kind");
        };
        assert_eq!((complete, total, completeness.as_deref()), (3, 6, Some("50.0")));
        let of: Vec<_> = agencies
            .iter()
            .map(|row| (row.agency.as_str(), row.completeness.as_deref()))
            .collect();
        assert_eq!(of, [("mof", Some("33.3")), ("moj", Some("66.7"))]);
    }

    #[test]
    fn what_was_replaced_does_not_count() {
        let guidance = |of: &str, done: bool| Particulars::Guidance {
            recipient: agency(of),
            received_on: "2018-01-01".parse().unwrap(),
            carried_out_on: done.then(|| "2018-02-01".parse().unwrap()),
        };
        let mut all = records(vec![
            guidance("moj", false),
            guidance("mof", false),
            guidance("moj", true),
        ]);
        all[0].replaced_by = Some(all[2].id.clone());
        assert_eq!(
            summarise(TaskKind::Guidance, &agency("moha"), &all),
            ParticularsSummary::Guidance {
                recipients: 2,
                carried_out: 1,
                carried_out_share: Some("50.0".into())
            }
        );
        assert_eq!(share(0, 0), None);
    }
}
