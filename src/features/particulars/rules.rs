//! What a record of particulars may be among the others of its line. Pure.

use chrono::NaiveDate;

use super::{
    model::{LegalStep, NewParticulars, Particulars, ParticularsRecord},
    values::check_values,
};
use crate::{
    error::FieldError,
    features::programmes::{TaskKind, fault},
};

/// Records of a line, corrected ones included.
pub const RECORDS_MAX: usize = 2000;

/// The records that hold: those that no other replaces.
pub fn current(records: &[ParticularsRecord]) -> impl Iterator<Item = &ParticularsRecord> {
    records.iter().filter(|record| record.replaced_by.is_none())
}

/// The faults of a new record of a line.
pub fn check(
    new: &NewParticulars,
    kind: TaskKind,
    records: &[ParticularsRecord],
    today: NaiveDate,
) -> Vec<FieldError> {
    if new.record.kind() != kind {
        let (sent, of) = (new.record.kind().as_str(), kind.as_str());
        return vec![fault(
            "/record/kind",
            "another_kind",
            format!("Nhiệm vụ thuộc loại {of}, không ghi được {sent}."),
            format!("The task is a {of}: {sent} does not belong to it."),
        )];
    }
    let mut faults = Vec::new();
    let replaced = new
        .replaces
        .as_ref()
        .and_then(|id| records.iter().find(|record| record.id == *id));
    if let Some(id) = &new.replaces {
        faults.extend(check_replaced(id.as_str(), replaced));
    }
    if records.len() >= RECORDS_MAX {
        faults.push(fault(
            "/record",
            "too_many",
            format!("Tối đa {RECORDS_MAX} bản ghi cho một dòng kế hoạch."),
            format!("A plan line has at most {RECORDS_MAX} records."),
        ));
    }
    faults.extend(check_values(&new.record, today));
    let others: Vec<&Particulars> = current(records)
        .filter(|record| Some(&record.id) != new.replaces.as_ref())
        .map(|record| &record.record)
        .collect();
    faults.extend(check_against(
        &new.record,
        replaced.map(|record| &record.record),
        &others,
    ));
    faults
}

fn check_replaced(id: &str, replaced: Option<&ParticularsRecord>) -> Option<FieldError> {
    match replaced {
        None => Some(fault(
            "/replaces",
            "unknown_record",
            format!("Dòng kế hoạch này không có bản ghi {id}."),
            format!("This plan line has no record {id}."),
        )),
        Some(record) => record.replaced_by.as_ref().map(|by| {
            fault(
                "/replaces",
                "replaced_already",
                format!("Bản ghi đã được thay bằng {by}: hãy thay bản ghi đó."),
                format!("It was replaced already: replace {by} in its place."),
            )
        }),
    }
}

/// The faults of a record against the others that hold.
fn check_against(
    record: &Particulars,
    replaced: Option<&Particulars>,
    others: &[&Particulars],
) -> Vec<FieldError> {
    match record {
        Particulars::LegalDocument { step, on, .. } => check_step(*step, *on, replaced, others),
        Particulars::Guidance { recipient, .. } => {
            let is_there = others.iter().any(
                |other| matches!(other, Particulars::Guidance { recipient: known, .. } if known == recipient),
            );
            let twice = is_there.then(|| {
                fault(
                    "/record/recipient",
                    "duplicate",
                    format!("Đã có bản ghi của {recipient}: nêu bản ghi đó ở replaces."),
                    format!("There is a record of {recipient}: name it in replaces."),
                )
            });
            twice.into_iter().collect()
        }
        Particulars::JointAppraisal { .. } | Particulars::Pilot { .. } if !others.is_empty() => {
            vec![fault(
                "/record/round",
                "duplicate",
                "Đã nêu một kỳ đánh giá: nêu bản ghi đó ở replaces.",
                "A round is named already: name that record in replaces.",
            )]
        }
        _ => Vec::new(),
    }
}

/// Steps are gone in their order, and a correction is one of the same step.
fn check_step(
    step: LegalStep,
    on: NaiveDate,
    replaced: Option<&Particulars>,
    others: &[&Particulars],
) -> Vec<FieldError> {
    let mut gone: Vec<(LegalStep, NaiveDate)> = others
        .iter()
        .filter_map(|other| match other {
            Particulars::LegalDocument { step, on, .. } => Some((*step, *on)),
            _ => None,
        })
        .collect();
    gone.sort();
    let expected = match replaced {
        Some(Particulars::LegalDocument { step, .. }) => Some(*step),
        _ => LegalStep::ALL.get(gone.len()).copied(),
    };
    let mut faults = Vec::new();
    if expected != Some(step) {
        let next = expected.map_or("–", LegalStep::as_str);
        faults.push(fault(
            "/record/step",
            "out_of_order",
            format!("Các bước đi theo thứ tự; bước ghi được ở đây là {next}."),
            format!("Steps are gone in their order; the one that can be recorded here is {next}."),
        ));
        return faults;
    }
    let before = gone.iter().rfind(|(other, _)| *other < step);
    let after = gone.iter().find(|(other, _)| *other > step);
    let is_early = before.is_some_and(|(_, day)| on < *day);
    let is_late = after.is_some_and(|(_, day)| on > *day);
    if is_early || is_late {
        faults.push(fault(
            "/record/on",
            "out_of_order",
            "Ngày phải ở giữa ngày của bước trước và bước sau.",
            "The day lies between those of the step before and the step after.",
        ));
    }
    faults
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        clock::Moment,
        ids::{AgencyCode, RecordId},
    };

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn step(step: LegalStep, on: &str) -> Particulars {
        Particulars::LegalDocument {
            step,
            on: day(on),
            number: (step == LegalStep::Signed).then(|| "01/TT".to_owned()),
        }
    }

    fn record(record: Particulars) -> ParticularsRecord {
        ParticularsRecord {
            id: RecordId::new(),
            replaces: None,
            replaced_by: None,
            record,
            recorded_at: Moment::from_unix_seconds(0).unwrap(),
            recorded_by: "x".into(),
        }
    }

    fn faults(
        record: Particulars,
        replaces: Option<&RecordId>,
        kind: TaskKind,
        records: &[ParticularsRecord],
    ) -> Vec<String> {
        let new = NewParticulars {
            replaces: replaces.cloned(),
            record,
        };
        check(&new, kind, records, day("2018-06-30"))
            .into_iter()
            .map(|fault| format!("{} {}", fault.pointer, fault.code))
            .collect()
    }

    #[test]
    fn steps_are_gone_in_their_order() {
        use LegalStep::{Appraisal, Draft, InForce, Plan, Signed};
        let of = |record, replaces, records: &[ParticularsRecord]| {
            faults(record, replaces, TaskKind::LegalDocument, records)
        };
        assert!(of(step(Plan, "2018-01-10"), None, &[]).is_empty());
        assert_eq!(
            of(step(Draft, "2018-01-10"), None, &[]),
            ["/record/step out_of_order"]
        );
        let gone = [
            record(step(Plan, "2018-01-10")),
            record(step(Draft, "2018-02-10")),
        ];
        assert_eq!(
            of(step(Plan, "2018-03-01"), None, &gone),
            ["/record/step out_of_order"]
        );
        assert_eq!(
            of(step(LegalStep::Comments, "2018-02-09"), None, &gone),
            ["/record/on out_of_order"]
        );
        // A correction is one of the same step, and stays between its neighbours.
        let first = Some(&gone[0].id);
        assert!(of(step(Plan, "2018-02-10"), first, &gone).is_empty());
        assert_eq!(
            of(step(Plan, "2018-02-11"), first, &gone),
            ["/record/on out_of_order"]
        );
        assert_eq!(
            of(step(Appraisal, "2018-02-11"), first, &gone),
            ["/record/step out_of_order"]
        );
        // What is signed has a number; what comes into force may do so later.
        let mut all = gone.to_vec();
        all.push(record(step(LegalStep::Comments, "2018-03-01")));
        all.push(record(step(Appraisal, "2018-04-01")));
        let nameless = Particulars::LegalDocument {
            step: Signed,
            on: day("2018-05-01"),
            number: None,
        };
        assert_eq!(of(nameless, None, &all), ["/record/number bad_number"]);
        all.push(record(step(Signed, "2018-05-01")));
        assert!(of(step(InForce, "2018-12-31"), None, &all).is_empty());
        all.push(record(step(InForce, "2018-12-31")));
        assert_eq!(
            of(step(InForce, "2018-12-31"), None, &all),
            ["/record/step out_of_order"]
        );
    }

    #[test]
    fn each_kind_says_all_its_faults_at_once() {
        let training = Particulars::Training {
            on: day("2018-07-01"),
            place: " ".into(),
            people: -1,
            units: 1,
        };
        assert_eq!(
            faults(training.clone(), None, TaskKind::Training, &[]),
            [
                "/record/on in_the_future",
                "/record/place bad_text",
                "/record/people out_of_range"
            ]
        );
        assert_eq!(
            faults(training, None, TaskKind::General, &[]),
            ["/record/kind another_kind"]
        );
        let database = Particulars::Database {
            agency: AgencyCode::parse("moj").unwrap(),
            complete: 1,
            total: 0,
        };
        assert_eq!(
            faults(database, None, TaskKind::Database, &[]),
            ["/record/total out_of_range", "/record/complete more_than_all"]
        );
    }

    #[test]
    fn a_record_is_replaced_once() {
        let guidance = |carried_out: Option<&str>| Particulars::Guidance {
            recipient: AgencyCode::parse("moj").unwrap(),
            received_on: day("2018-03-01"),
            carried_out_on: carried_out.map(day),
        };
        let of = |new, replaces: Option<&RecordId>, records: &[ParticularsRecord]| {
            faults(new, replaces, TaskKind::Guidance, records)
        };
        let mut first = record(guidance(None));
        let second = record(guidance(Some("2018-04-01")));
        assert_eq!(
            of(guidance(None), None, std::slice::from_ref(&first)),
            ["/record/recipient duplicate"]
        );
        let id = first.id.clone();
        assert!(
            of(
                guidance(Some("2018-04-01")),
                Some(&id),
                std::slice::from_ref(&first)
            )
            .is_empty()
        );
        assert_eq!(
            of(
                guidance(Some("2018-02-01")),
                Some(&id),
                std::slice::from_ref(&first)
            ),
            ["/record/carried_out_on too_early"]
        );
        first.replaced_by = Some(second.id.clone());
        let both = [first, second];
        assert_eq!(
            of(guidance(None), Some(&id), &both),
            ["/replaces replaced_already", "/record/recipient duplicate"]
        );
        let nothing = RecordId::new();
        assert_eq!(
            of(guidance(None), Some(&nothing), &[]),
            ["/replaces unknown_record"]
        );
    }
}
