//! Telling people: whom, and how it is written.

use std::collections::BTreeSet;

use super::{model::NotificationRow, notice::Notice, store};
use crate::{
    access::{Role, holders},
    db::Tx,
    error::AppResult,
    ids::{AgencyCode, RecordId, UserId},
};

/// To whom something matters: people by their role for agencies, and single ones.
#[derive(Clone, Debug, Default)]
pub struct Audience {
    roles: Vec<(Role, BTreeSet<AgencyCode>)>,
    people: Vec<UserId>,
}

impl Audience {
    /// Whoever has a role for any of some agencies.
    pub fn of<'a>(role: Role, agencies: impl IntoIterator<Item = &'a AgencyCode>) -> Self {
        Self::default().and(role, agencies)
    }

    /// These people, and whoever has a role for any of some agencies.
    pub fn and<'a>(mut self, role: Role, agencies: impl IntoIterator<Item = &'a AgencyCode>) -> Self {
        self.roles.push((role, agencies.into_iter().cloned().collect()));
        self
    }

    /// These people and one more, by the id as it stands in records.
    pub fn and_person(mut self, id: &str) -> Self {
        self.people.extend(UserId::parse(id));
        self
    }

    /// The people with an active account, as of now, without who makes the change: nobody is told of the own deed.
    fn people(&self, tx: &mut Tx<'_>) -> AppResult<BTreeSet<UserId>> {
        let today = tx.now().date();
        let mut found = BTreeSet::new();
        for (role, agencies) in &self.roles {
            found.extend(holders(tx.conn(), *role, agencies, today)?);
        }
        found.extend(store::active(tx.conn(), &self.people)?);
        found.retain(|id| id.as_str() != tx.actor());
        Ok(found)
    }
}

/// Tells people what happened.
#[derive(Clone, Debug, Default)]
pub struct Notifier {}

impl Notifier {
    /// Writes a notice for each person of an audience, as part of the change that causes it.
    pub fn notify(&self, tx: &mut Tx<'_>, audience: &Audience, notice: &Notice) -> AppResult<()> {
        let people = audience.people(tx)?;
        let (params, path, now) = (notice.params()?.to_string(), notice.path(), tx.now());
        let rows: Vec<NotificationRow> = people
            .into_iter()
            .map(|user_id| NotificationRow {
                id: RecordId::new(),
                user_id,
                kind: notice.kind(),
                params: params.clone(),
                path: path.clone(),
                created_at: now,
                read_at: None,
            })
            .collect();
        store::insert(tx, &rows)
    }
}
