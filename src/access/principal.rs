//! The caller: a person with roles, each bound to agencies.

use std::collections::BTreeSet;

use crate::{
    ids::{AgencyCode, SessionId, UserId},
    words,
};

words! {
    /// What a person may do, always for an agency; only the administrator's role is bound to none.
    Role {
        /// Manages users, agencies and the audit trail. Never touches a score.
        Administrator = "administrator",
        /// Fills in and submits an agency's self-assessment.
        Submitter = "submitter",
        /// Approves an agency's self-assessment before it is submitted (lãnh đạo).
        Leader = "leader",
        /// Appraises the indicators that are assigned to a body.
        Appraiser = "appraiser",
        /// Runs an agency's rounds: criteria sets, deadlines, survey points, approval, publication.
        Evaluator = "evaluator",
        /// Reads an agency's submissions.
        Reader = "reader",
        /// Sends in what a collecting body, such as the post, collects for others: counts and survey responses.
        Collector = "collector",
    }
}

/// A role and the agencies that it is bound to, those below included where granted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grant {
    /// The role.
    pub role: Role,
    /// The agencies; empty for the administrator.
    pub agencies: BTreeSet<AgencyCode>,
}

/// Somebody who logged in.
#[derive(Clone, Debug)]
pub struct Principal {
    /// The user.
    pub user_id: UserId,
    /// The session that the token belongs to.
    pub session_id: SessionId,
    /// The name to log in with.
    pub username: String,
    /// The name to show.
    pub display_name: String,
    /// Nothing else is allowed before the password is changed.
    pub must_change_password: bool,
    /// Whether a second factor was confirmed.
    pub has_second_factor: bool,
    /// A role asks for a second factor that there is not yet: nothing else is allowed before.
    pub owes_second_factor: bool,
    /// What the person may do.
    pub grants: Vec<Grant>,
}

impl Principal {
    /// Whether the person has a role, for any agency.
    pub fn has(&self, role: Role) -> bool {
        self.grants.iter().any(|grant| grant.role == role)
    }

    /// Whether the person has a role for one agency.
    pub fn has_for(&self, role: Role, agency: &AgencyCode) -> bool {
        self.grants
            .iter()
            .any(|grant| grant.role == role && grant.agencies.contains(agency))
    }

    /// The agencies for which the person has a role.
    pub fn agencies_of(&self, role: Role) -> BTreeSet<AgencyCode> {
        self.grants
            .iter()
            .filter(|grant| grant.role == role)
            .flat_map(|grant| grant.agencies.iter().cloned())
            .collect()
    }
}
