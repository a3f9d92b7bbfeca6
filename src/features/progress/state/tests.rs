use proptest::prelude::*;

use super::*;

fn now() -> Moment {
    Moment::from_unix_seconds(1_000).unwrap()
}

fn standing(state: LineState) -> Standing {
    Standing {
        state,
        held: (state == LineState::OnHold).then_some(LineState::InProgress),
        percent: 40,
        completions: 1,
        completed_at: matches!(state, LineState::AwaitingConfirmation | LineState::Done).then(now),
    }
}

const EVENTS: [Event; 13] = [
    Event::Report(10),
    Event::Complete,
    Event::Withdraw,
    Event::Confirm { last: false },
    Event::Confirm { last: true },
    Event::Object,
    Event::Settle { done: true },
    Event::Settle { done: false },
    Event::Refuse,
    Event::Reassign,
    Event::Hold,
    Event::Resume,
    Event::Reopen,
];

/// Every state by every move: where it leads, `-` where it is refused. In the order of `EVENTS`.
#[test]
fn the_table_of_moves() {
    let table = [
        (
            "not_started",
            "in_progress awaiting_confirmation - - - - - - refused not_started on_hold - -",
        ),
        (
            "in_progress",
            "in_progress awaiting_confirmation - - - - - - - - on_hold - -",
        ),
        (
            "awaiting_confirmation",
            "- - in_progress awaiting_confirmation done redo done redo - - on_hold - -",
        ),
        ("done", "- - - - - - - - - - - - redo"),
        ("on_hold", "- - - - - - - - - not_started - in_progress -"),
        ("refused", "- - - - - - - - - not_started - - -"),
        (
            "redo",
            "in_progress awaiting_confirmation - - - - - - - - on_hold - -",
        ),
    ];
    assert_eq!(table.len(), LineState::ALL.len());
    for (state, cells) in table {
        let state = LineState::parse(state).unwrap();
        let cells: Vec<&str> = cells.split(' ').collect();
        assert_eq!(cells.len(), EVENTS.len());
        for (event, cell) in EVENTS.into_iter().zip(cells) {
            let after = standing(state).next(event, now());
            let reached = after.map_or("-", |after| after.state.as_str());
            assert_eq!(reached, cell, "{state:?} by {event:?}");
        }
    }
}

fn event() -> impl Strategy<Value = Event> {
    prop_oneof![
        (0..=100_i32).prop_map(Event::Report),
        prop::sample::select(EVENTS.to_vec()),
    ]
}

proptest! {
    /// Whatever happens in whichever order, a line's facts fit together.
    #[test]
    fn a_line_stays_in_order(events in prop::collection::vec(event(), 0..60)) {
        let mut line = Standing {
            state: LineState::NotStarted, held: None, percent: 0, completions: 0, completed_at: None,
        };
        for (index, event) in events.into_iter().enumerate() {
            let at = Moment::from_unix_seconds(index as i64).unwrap();
            let Some(after) = line.next(event, at) else { continue };
            prop_assert_eq!(after.held.is_some(), after.state == LineState::OnHold);
            let reported = |state| matches!(state, LineState::AwaitingConfirmation | LineState::Done);
            let stands = reported(after.held.unwrap_or(after.state));
            prop_assert_eq!(after.completed_at.is_some(), stands);
            prop_assert!((0..=100).contains(&after.percent));
            prop_assert!(!stands || after.percent == 100);
            prop_assert_eq!(after.completions - line.completions, i32::from(event == Event::Complete));
            if after.state == LineState::Done && line.state != LineState::Done {
                prop_assert_eq!(line.state, LineState::AwaitingConfirmation);
                // Done from the report on, not from its confirmation.
                prop_assert_eq!(after.completed_at, line.completed_at);
            }
            line = after;
        }
    }
}
