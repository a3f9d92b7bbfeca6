//! What a move of a plan line comes to. Pure.

use crate::{
    clock::Moment,
    error::{AppError, ErrorCode},
    features::programmes::LineState,
    words,
};

words! {
    /// A move of a plan line.
    MoveKind {
        /// The lead reports how far it is, or that it is complete.
        Report = "report",
        /// The lead takes a report of completion back.
        Withdraw = "withdraw",
        /// A co-ordinating unit confirms that it is complete; the owner does where there is none.
        Confirm = "confirm",
        /// A co-ordinating unit says that it is not complete, and why.
        Object = "object",
        /// The owner decides whether it is complete where units are silent.
        Settle = "settle",
        /// The lead refuses it before it has begun.
        Refuse = "refuse",
        /// The owner gives it to another lead.
        Reassign = "reassign",
        /// The owner holds it.
        Hold = "hold",
        /// The owner lets it go on where it stood.
        Resume = "resume",
        /// The owner has it done again.
        Reopen = "reopen",
    }
}

/// A move with what its outcome depends on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// A report, in percent.
    Report(i32),
    /// A report of completion.
    Complete,
    /// A report of completion is taken back.
    Withdraw,
    /// A confirmation, whether or not it is the last that is due.
    Confirm {
        /// Whether everybody has confirmed by it.
        last: bool,
    },
    /// An objection.
    Object,
    /// A decision of the owner, whether or not it is done.
    Settle {
        /// Whether it is done.
        done: bool,
    },
    /// A refusal.
    Refuse,
    /// Another lead.
    Reassign,
    /// A stop.
    Hold,
    /// The end of a stop.
    Resume,
    /// To be done again.
    Reopen,
}

/// How a line stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// Its state.
    pub state: LineState,
    /// The state that it goes back to, while it is on hold.
    pub held: Option<LineState>,
    /// As the lead reported it last. It stays when a completion falls, until the lead reports anew.
    pub percent: i32,
    /// Counts the reports of completion: confirmations belong to one of them.
    pub completions: i32,
    /// The moment of the report of completion that stands.
    pub completed_at: Option<Moment>,
}

impl Standing {
    /// How the line stands after a move; none where its state does not allow it.
    pub fn next(self, event: Event, now: Moment) -> Option<Self> {
        use LineState::{AwaitingConfirmation, Done, InProgress, NotStarted, OnHold, Redo, Refused};
        let to = |state| Self { state, ..self };
        let fallen = |state| Self {
            completed_at: None,
            ..to(state)
        };
        let after = match (self.state, event) {
            (NotStarted | InProgress | Redo, Event::Report(percent)) => Self {
                percent,
                ..to(InProgress)
            },
            (NotStarted | InProgress | Redo, Event::Complete) => Self {
                percent: 100,
                completions: self.completions.saturating_add(1),
                completed_at: Some(now),
                ..to(AwaitingConfirmation)
            },
            (AwaitingConfirmation, Event::Withdraw) => fallen(InProgress),
            (AwaitingConfirmation, Event::Confirm { last: false }) => self,
            (AwaitingConfirmation, Event::Confirm { last: true } | Event::Settle { done: true }) => to(Done),
            (AwaitingConfirmation, Event::Object | Event::Settle { done: false }) => fallen(Redo),
            (NotStarted, Event::Refuse) => to(Refused),
            (Refused | NotStarted | OnHold, Event::Reassign) => Self {
                held: None,
                percent: 0,
                ..fallen(NotStarted)
            },
            (NotStarted | InProgress | AwaitingConfirmation | Redo, Event::Hold) => Self {
                held: Some(self.state),
                ..to(OnHold)
            },
            (OnHold, Event::Resume) => Self {
                held: None,
                ..to(self.held.unwrap_or(NotStarted))
            },
            (Done, Event::Reopen) => fallen(Redo),
            _ => return None,
        };
        Some(after)
    }
}

/// The name of a state, in Vietnamese and English.
pub fn name(state: LineState) -> (&'static str, &'static str) {
    match state {
        LineState::NotStarted => ("chưa thực hiện", "not started"),
        LineState::InProgress => ("đang thực hiện", "in progress"),
        LineState::AwaitingConfirmation => ("chờ xác nhận", "awaiting confirmation"),
        LineState::Done => ("đã hoàn thành", "done"),
        LineState::OnHold => ("tạm dừng", "on hold"),
        LineState::Refused => ("bị từ chối", "refused"),
        LineState::Redo => ("phải làm lại", "to be done again"),
    }
}

/// 409: the state does not allow the move.
pub fn refused(state: LineState) -> AppError {
    let (vi, en) = name(state);
    AppError::with(
        ErrorCode::IllegalTransition,
        format!("Dòng kế hoạch đang ở trạng thái «{vi}» nên không thực hiện được thao tác này."),
        format!("The line is {en}, which does not allow this."),
    )
}

#[cfg(test)]
#[path = "state/tests.rs"]
mod tests;
