//! Telling people: whom, and how it is written.

use std::collections::BTreeSet;

use super::{
    model::NotificationRow,
    notice::Notice,
    store,
    texts::{Names, Text, render},
};
use crate::{
    access::{Role, holders},
    config::Config,
    db::Tx,
    error::{AppError, AppResult},
    features::{
        accounts::{self, ContactLanguage},
        agencies,
        outbox::{self, Letter, OutboxKind},
    },
    ids::{AgencyCode, RecordId, UserId},
    web::Language,
};

/// A subject is one line that people read in a list.
const SUBJECT_LENGTH_MAX: usize = 150;

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
    fn people(&self, tx: &mut Tx<'_>) -> AppResult<Vec<UserId>> {
        let today = tx.now().date();
        let mut found = BTreeSet::new();
        for (role, agencies) in &self.roles {
            found.extend(holders(tx.conn(), *role, agencies, today)?);
        }
        found.extend(store::active(tx.conn(), &self.people)?);
        found.retain(|id| id.as_str() != tx.actor());
        Ok(found.into_iter().collect())
    }
}

/// Tells people what happened: in their feeds, and by e-mail where the settings name a server.
#[derive(Clone, Debug)]
pub struct Notifier {
    /// What links in e-mail begin with; none where no e-mail is sent.
    public_url: Option<String>,
}

impl Notifier {
    /// What the settings make of it.
    pub fn new(config: &Config) -> Self {
        Self {
            public_url: config.mail.as_ref().map(|mail| mail.public_url.clone()),
        }
    }

    /// Writes a notice for each person of an audience, and an e-mail for those who want one, as part of the change that
    /// causes it.
    pub fn notify(&self, tx: &mut Tx<'_>, audience: &Audience, notice: &Notice) -> AppResult<()> {
        let people = audience.people(tx)?;
        if people.is_empty() {
            return Ok(());
        }
        if let Some(public_url) = &self.public_url {
            write_letters(tx, public_url, &people, notice)?;
        }
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

fn write_letters(tx: &mut Tx<'_>, public_url: &str, people: &[UserId], notice: &Notice) -> AppResult<()> {
    let reachable = accounts::reachable(tx.conn(), people)?;
    if reachable.is_empty() {
        return Ok(());
    }
    let codes: Vec<AgencyCode> = notice.agencies().into_iter().cloned().collect();
    let today = tx.now().date();
    let names: Names = agencies::cards(tx.conn(), &codes, today)?;
    let said = render(notice, &names);
    let link = format!("{public_url}{}", notice.path());
    let letter = |language| {
        let letter = letter(notice, &said, &link, language);
        serde_json::to_string(&letter).map_err(AppError::internal)
    };
    let (vi, en) = (letter(Language::Vietnamese)?, letter(Language::English)?);
    let letters = reachable.into_iter().map(|person| {
        let payload = match person.language {
            ContactLanguage::Vi => vi.clone(),
            ContactLanguage::En => en.clone(),
        };
        (person.email, payload)
    });
    outbox::put(tx, OutboxKind::Email, letters.collect())
}

fn letter(notice: &Notice, said: &Text, link: &str, language: Language) -> Letter {
    let subject = notice.subject();
    let (subject, more, why) = match language {
        Language::Vietnamese => (
            &subject.vi,
            "Xem tại",
            "Thư này được gửi tự động vì bạn có vai trò trong kỳ đánh giá hoặc chương trình này. Có thể tắt thư trong phần liên hệ của tài khoản.",
        ),
        Language::English => (
            &subject.en,
            "See",
            "This was sent by itself, for you have a part in the round or programme. E-mail can be switched off in your account's contact.",
        ),
    };
    let subject = format!("[{subject}] {}", language.pick(&said.title));
    Letter {
        // Titles are people's words: a line of a header ends where it ends.
        subject: subject
            .chars()
            .map(|c| if c.is_control() { ' ' } else { c })
            .take(SUBJECT_LENGTH_MAX)
            .collect(),
        text: format!("{}\n\n{more}: {link}\n\n-- \n{why}\n", language.pick(&said.text)),
    }
}
