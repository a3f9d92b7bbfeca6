//! What was checked, and how it went.

/// How a check went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// As it must be.
    Passed,
    /// Not as it must be.
    Failed,
    /// Something that is needed for it was not given.
    NotChecked,
    /// Something to know that decides nothing.
    Note,
}

impl Mark {
    /// As it stands before the sentence.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Failed => "FAILED",
            Self::NotChecked => "not checked",
            Self::Note => "note",
        }
    }
}

/// One check.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Check {
    /// How it went.
    pub mark: Mark,
    /// What was checked and seen.
    pub sentence: String,
}

/// All checks, in their order, and what they come to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// The checks.
    pub checks: Vec<Check>,
    /// Whether what was asked for holds.
    pub holds: bool,
    /// What it comes to, in a sentence.
    pub conclusion: String,
}

impl Report {
    /// Adds a check.
    pub fn say(&mut self, mark: Mark, sentence: impl Into<String>) {
        self.checks.push(Check {
            mark,
            sentence: sentence.into(),
        });
    }

    /// Whether one of them failed.
    pub fn has_failed(&self) -> bool {
        self.checks.iter().any(|check| check.mark == Mark::Failed)
    }

    /// What the checks come to.
    pub fn conclude(mut self, holds: bool, conclusion: impl Into<String>) -> Self {
        self.holds = holds;
        self.conclusion = conclusion.into();
        self
    }
}
