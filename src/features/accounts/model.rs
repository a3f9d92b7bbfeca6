//! What accounts look like in the API and in the tables.

use chrono::TimeDelta;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    access::Role,
    clock::Moment,
    config::Limits,
    db::schema::{user_contacts, users},
    ids::{AgencyCode, UserId},
    words,
};

/// A login. Never logged, never stored.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"username": "moj.submitter", "password": "correct horse battery staple"}))]
pub struct LoginBody {
    /// The name to log in with; capitals don't matter.
    #[schema(max_length = 64)]
    pub username: String,
    /// The password.
    #[schema(max_length = 128)]
    pub password: String,
    /// The second factor, where there is one: six digits of the authenticator, or a recovery code.
    #[serde(default)]
    #[schema(max_length = 64)]
    pub code: Option<String>,
    /// The `device` of an earlier login on this device: with it, nobody else's failures lock this login.
    #[serde(default)]
    #[schema(max_length = 1000)]
    pub device: Option<String>,
}

/// A refresh token to be exchanged.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"refresh_token": "vT0mB2w4n8QJxkP3Zr7cL5yD9aHfEgKs"}))]
pub struct RefreshBody {
    /// The refresh token of the last login or refresh. It is good once.
    #[schema(max_length = 200)]
    pub refresh_token: String,
}

/// What a login or a refresh answers.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({"access_token": "eyJ…", "expires_in": 900, "refresh_token": "vT0mB2w4n8QJxkP3Zr7cL5yD9aHfEgKs", "must_change_password": false, "must_enrol_second_factor": false, "device": "eyJ…"}))]
pub struct Tokens {
    /// To be sent as `Authorization: Bearer …`.
    pub access_token: String,
    /// Seconds until the access token expires.
    pub expires_in: i64,
    /// To be exchanged once for the next pair.
    pub refresh_token: String,
    /// Whether the password must be changed before anything else.
    pub must_change_password: bool,
    /// Whether a second factor must be set up before anything else (but a change of the password).
    pub must_enrol_second_factor: bool,
    /// To be kept on this device and sent with its next login; good for 90 days. Not in the answer to a refresh.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub device: Option<String>,
}

/// A change of the own password.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"current_password": "the first password", "new_password": "correct horse battery staple"}))]
pub struct PasswordBody {
    /// The present password.
    #[schema(max_length = 128)]
    pub current_password: String,
    /// The new one: 12 to 128 characters, any characters; none that leaked often, and not made of names.
    #[schema(min_length = 12, max_length = 128)]
    pub new_password: String,
    /// The second factor, where there is one: six digits of the authenticator, or a recovery code.
    #[serde(default)]
    #[schema(max_length = 64)]
    pub code: Option<String>,
}

/// A role for an agency.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"role": "submitter", "agency": "moj", "include_below": false}))]
pub struct GrantBody {
    /// The role.
    pub role: Role,
    /// The agency it is bound to; only the administrator's role has none.
    #[serde(default)]
    pub agency: Option<AgencyCode>,
    /// Whether it also holds for the agencies below.
    #[serde(default)]
    pub include_below: bool,
}

/// A new user.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"username": "moj.submitter", "display_name": "Vụ Tổ chức cán bộ, Bộ Tư pháp", "grants": [{"role": "submitter", "agency": "moj"}]}))]
pub struct NewUser {
    /// The name to log in with: 3 to 64 small letters, digits, `.`, `-`, `_` or `@`.
    #[schema(min_length = 3, max_length = 64)]
    pub username: String,
    /// The name to show.
    #[schema(min_length = 1, max_length = 200)]
    pub display_name: String,
    /// Where notices are sent to, if anywhere. The person may change it.
    #[serde(default)]
    #[schema(max_length = 254)]
    pub email: Option<String>,
    /// What the external provider of logins calls the person (the claim `sub`), if that is how they log in.
    #[serde(default)]
    #[schema(min_length = 1, max_length = 255)]
    pub oidc_subject: Option<String>,
    /// What the person may do.
    #[schema(max_items = 50)]
    pub grants: Vec<GrantBody>,
}

/// A field that may be left out, or be null: two different things in a change.
fn named<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<Option<String>>, D::Error> {
    Option::<String>::deserialize(deserializer).map(Some)
}

/// A change of a user; what is left out stays.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"active": false}))]
pub struct UserChange {
    /// The name to show.
    #[serde(default)]
    #[schema(min_length = 1, max_length = 200)]
    pub display_name: Option<String>,
    /// Where notices are sent to; null takes the address away.
    #[serde(default, deserialize_with = "named")]
    #[schema(max_length = 254, value_type = Option<String>)]
    pub email: Option<Option<String>>,
    /// What the external provider of logins calls the person; null: nobody logs in that way.
    #[serde(default, deserialize_with = "named")]
    #[schema(min_length = 1, max_length = 255, value_type = Option<String>)]
    pub oidc_subject: Option<Option<String>>,
    /// Whether the person may log in. Taking this away ends all sessions.
    #[serde(default)]
    pub active: Option<bool>,
    /// All grants, in place of the present ones.
    #[serde(default)]
    #[schema(max_items = 50)]
    pub grants: Option<Vec<GrantBody>>,
}

/// A user, as administrators see it.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({"id": "01930b2e-7c1a-7d7e-8a50-3c9b6f1f2a10", "username": "moj.submitter", "display_name": "Vụ Tổ chức cán bộ", "email": "tccb@moj.gov.vn", "oidc_subject": null, "active": true, "has_password": true, "must_change_password": true, "grants": [{"role": "submitter", "agency": "moj", "include_below": false}], "revision": 1, "created_at": "2026-11-24T03:00:00Z", "updated_at": "2026-11-24T03:00:00Z"}))]
pub struct User {
    /// The id.
    pub id: UserId,
    /// The name to log in with.
    pub username: String,
    /// The name to show.
    pub display_name: String,
    /// Where notices are sent to.
    pub email: Option<String>,
    /// What the external provider of logins calls the person.
    pub oidc_subject: Option<String>,
    /// Whether the person may log in.
    pub active: bool,
    /// Whether the person can log in by a password; who can't does so by the external provider alone.
    pub has_password: bool,
    /// Whether the password was given by an administrator and not yet changed.
    pub must_change_password: bool,
    /// What the person may do.
    pub grants: Vec<GrantBody>,
    /// Counts the changes; also the ETag.
    pub revision: i64,
    /// When the user was made.
    pub created_at: Moment,
    /// When the user was last changed.
    pub updated_at: Moment,
}

/// A user with the password that was made for it: shown this once, never stored in clear.
#[derive(Serialize, ToSchema)]
pub struct UserWithPassword {
    /// The user.
    pub user: User,
    /// The first password, to be changed at the first login, and within seven days unless the operator set another time.
    #[schema(example = "vT0mB2w4n8QJxkP3Zr7cL5yD9aHfEgKs")]
    pub initial_password: String,
}

/// Who is logged in.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({"id": "01930b2e-7c1a-7d7e-8a50-3c9b6f1f2a10", "username": "moj.submitter", "display_name": "Vụ Tổ chức cán bộ", "must_change_password": false, "must_enrol_second_factor": false, "grants": [{"role": "submitter", "agencies": ["moj"]}]}))]
pub struct Me {
    /// The id.
    pub id: UserId,
    /// The name to log in with.
    pub username: String,
    /// The name to show.
    pub display_name: String,
    /// Whether the password must be changed before anything else.
    pub must_change_password: bool,
    /// Whether a second factor must be set up before anything else (but a change of the password).
    pub must_enrol_second_factor: bool,
    /// The roles, each with the agencies it holds for now.
    pub grants: Vec<MyGrant>,
}

/// A role of the caller.
#[derive(Serialize, ToSchema)]
pub struct MyGrant {
    /// The role.
    pub role: Role,
    /// The agencies, those below included where granted; empty for the administrator.
    pub agencies: Vec<AgencyCode>,
}

/// A row of `users`. It holds the password's hash and therefore never becomes JSON.
#[derive(Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = users, treat_none_as_default_value = false)]
pub struct UserRow {
    /// The id.
    pub id: UserId,
    /// The name to log in with.
    pub username: String,
    /// The name to show.
    pub display_name: String,
    /// argon2id, as a PHC string; [`NO_PASSWORD`] if there is none.
    pub password_hash: String,
    /// Whether the password was given by an administrator.
    pub must_change_password: bool,
    /// Whether the person may log in.
    pub active: bool,
    /// Counts the changes.
    pub revision: i64,
    /// When it was made.
    pub created_at: Moment,
    /// When it was last changed.
    pub updated_at: Moment,
    /// What the external provider of logins calls the person.
    pub oidc_subject: Option<String>,
    /// Since when the password is this one; none: an earlier version made the account.
    pub password_set_at: Option<Moment>,
}

/// Stands where there is no hash: no password fits it.
pub const NO_PASSWORD: &str = "";

impl UserRow {
    /// The hash, if there is a password.
    pub fn hash(&self) -> Option<String> {
        (self.password_hash != NO_PASSWORD).then(|| self.password_hash.clone())
    }

    /// Whether the password was given by somebody else, and not changed for so long that it may have been found by a third.
    pub fn is_password_expired(&self, limits: &Limits, now: Moment) -> bool {
        let since = self.password_set_at.unwrap_or(self.updated_at);
        self.must_change_password && since.plus(TimeDelta::days(limits.first_password_days_max)) <= now
    }

    /// The user without the secret.
    pub fn with(self, email: Option<String>, grants: Vec<GrantBody>) -> User {
        User {
            has_password: self.password_hash != NO_PASSWORD,
            id: self.id,
            username: self.username,
            display_name: self.display_name,
            email,
            oidc_subject: self.oidc_subject,
            active: self.active,
            must_change_password: self.must_change_password,
            grants,
            revision: self.revision,
            created_at: self.created_at,
            updated_at: self.updated_at,
        }
    }
}

words! {
    /// The language of notices that are sent.
    ContactLanguage {
        /// Vietnamese.
        Vi = "vi",
        /// English.
        En = "en",
    }
}

/// How the caller is reached beside the feed.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({"email": "tccb@moj.gov.vn", "language": "vi", "notify_by_email": true, "revision": 3}))]
pub struct Contact {
    /// Where notices are sent to; null: nowhere.
    pub email: Option<String>,
    /// In which language.
    pub language: ContactLanguage,
    /// Whether notices are sent at all.
    pub notify_by_email: bool,
    /// Counts the changes of the account; also the ETag.
    pub revision: i64,
}

/// How the caller wants to be reached.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"email": "tccb@moj.gov.vn", "language": "vi", "notify_by_email": true}))]
pub struct ContactBody {
    /// Where notices are sent to; null: nowhere.
    #[schema(max_length = 254)]
    pub email: Option<String>,
    /// In which language.
    pub language: ContactLanguage,
    /// Whether notices are sent at all.
    pub notify_by_email: bool,
}

/// A row of `user_contacts`.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = user_contacts, treat_none_as_default_value = false)]
pub struct ContactRow {
    /// Whose.
    pub user_id: UserId,
    /// Where notices are sent to.
    pub email: Option<String>,
    /// In which language.
    pub language: ContactLanguage,
    /// Whether notices are sent at all.
    pub notify_by_email: bool,
    /// When it was last changed.
    pub updated_at: Moment,
}

impl ContactRow {
    /// The contact with the revision of its account.
    pub fn shown(self, revision: i64) -> Contact {
        Contact {
            email: self.email,
            language: self.language,
            notify_by_email: self.notify_by_email,
            revision,
        }
    }
}
