//! Stories about secrets that are read again: what the database holds of them opens nothing without the keys beside it.

use std::path::PathBuf;

use chrono::TimeDelta;
use diesel::prelude::*;
use parindex::{
    access::{KeyUse, SecretKeys, SecretOf, create_key_file},
    db::schema::{second_factors, webhooks},
    ids::{RecordId, UserId},
};
use serde_json::{Value, json};

use crate::{
    on_both_engines,
    support::{
        Engine, Person, TestApp,
        factor::{Authenticator, enrol},
        password_of,
        play::text,
        receiver::Receiver,
    },
};

on_both_engines![
    the_database_alone_opens_nothing,
    what_was_kept_before_there_were_keys_is_sealed_at_the_start,
    a_new_key_takes_over_and_the_earlier_one_can_go,
    where_a_key_is_lost_it_is_said_and_recovery_codes_are_good,
];

const HERE: (&str, &str) = ("PARINDEX_WEBHOOK_NETWORKS", "127.0.0.0/8");
const LOGIN: &str = "/api/v1/auth/login";
const WEBHOOKS: &str = "/api/v1/webhooks";

/// Sealed secrets by their owners.
type Kept<Owner> = Vec<(Owner, String)>;

/// Somebody with a second factor, and a webhook.
struct House {
    app: TestApp,
    submitter: Person,
    authenticator: Authenticator,
    receiver: Receiver,
    webhook: String,
    webhook_secret: String,
}

impl House {
    fn new(engine: Engine) -> Self {
        let app = TestApp::start_with(engine, &[HERE]);
        app.add_agencies(&["moj"]);
        let submitter = app.submitter("moj");
        let authenticator = enrol(&app, &submitter, &password_of("moj.submitter"));
        let receiver = Receiver::start();
        let body = json!({"url": receiver.url(), "description": "Bảng theo dõi", "events": ["publication.published"]});
        let made = app.admin().post(201, WEBHOOKS, &body);
        Self {
            webhook: made.header("location").to_owned(),
            webhook_secret: text(&made.json(), "secret").to_owned(),
            app,
            submitter,
            authenticator,
            receiver,
        }
    }

    /// What the database holds: of second factors and of webhooks.
    fn kept(&self) -> (Kept<UserId>, Kept<RecordId>) {
        let read = self.app.db().read(|conn| {
            Ok((
                second_factors::table
                    .select((second_factors::user_id, second_factors::secret))
                    .load(conn)?,
                webhooks::table
                    .select((webhooks::id, webhooks::secret))
                    .load(conn)?,
            ))
        });
        self.app.wait(read).expect("what is kept")
    }

    fn keys_folder(&self) -> PathBuf {
        self.app.data_dir().join("secret-keys")
    }

    fn keys(&self) -> SecretKeys {
        SecretKeys::load(&self.keys_folder(), false, self.app.now()).expect("the keys")
    }

    fn log_in(&self, expected: u16, code: &str) -> Value {
        let password = password_of("moj.submitter");
        let body = json!({"username": "moj.submitter", "password": password, "code": code});
        self.app.anon().post(expected, LOGIN, &body).json()
    }

    /// Both secrets do what they are for.
    fn all_is_well(&self) {
        self.app.advance(TimeDelta::seconds(60));
        self.log_in(200, &self.authenticator.code(&self.app, 0));
        self.try_webhook();
        assert!(
            self.receiver
                .got()
                .last()
                .expect("a message")
                .is_signed_with(&self.webhook_secret)
        );
    }

    fn try_webhook(&self) {
        self.app
            .admin()
            .call(202, "POST", &format!("{}/test", self.webhook));
        self.app.wait(self.app.state().work()).expect("the outbox");
    }

    /// How often secrets were sealed anew, as the audit trail has it.
    fn resealings(&self) -> Vec<Value> {
        let list = self
            .app
            .admin()
            .get(200, "/api/v1/audit?object_kind=secret_key")
            .json();
        list["data"].as_array().expect("entries").clone()
    }
}

fn the_database_alone_opens_nothing(engine: Engine) {
    let house = House::new(engine);
    let (factors, hooks) = house.kept();
    for kept in factors
        .iter()
        .map(|row| &row.1)
        .chain(hooks.iter().map(|row| &row.1))
    {
        assert!(kept.starts_with("sealed."), "{kept}");
        for secret in [&house.authenticator.secret, &house.webhook_secret] {
            assert!(!kept.contains(secret.as_str()), "{kept}");
        }
    }
    // With the keys it is the secret that was shown, and it is nobody else's.
    let keys = house.keys();
    let (user, sealed) = &factors[0];
    let opened = keys.open(SecretOf::SecondFactor(user), sealed);
    assert_eq!(opened.as_ref(), Ok(&house.authenticator.secret));
    assert!(keys.open(SecretOf::SecondFactor(&UserId::new()), sealed).is_err());
    house.all_is_well();
    let rotated = house
        .app
        .admin()
        .call(200, "POST", &format!("{}/secret", house.webhook));
    let (_, hooks) = house.kept();
    let opened = keys.open(SecretOf::Webhook(&hooks[0].0), &hooks[0].1);
    assert_eq!(opened.as_deref(), Ok(text(&rotated.json(), "secret")));
    // For a day the one before signs as well.
    house.all_is_well();
}

fn what_was_kept_before_there_were_keys_is_sealed_at_the_start(engine: Engine) {
    let mut house = House::new(engine);
    assert!(house.resealings().is_empty());
    house.app.behind_the_back(&format!(
        "UPDATE second_factors SET secret = '{}'; UPDATE webhooks SET secret = '{}';",
        house.authenticator.secret, house.webhook_secret
    ));
    let shown = house.app.admin().get(200, &house.webhook);
    house.app.restart();
    let (factors, hooks) = house.kept();
    assert!(factors.iter().all(|row| row.1.starts_with("sealed.")));
    assert!(hooks.iter().all(|row| row.1.starts_with("sealed.")));
    house.all_is_well();
    // What is shown of the webhook did not change, and neither did its version.
    let now = house.app.admin().get(200, &house.webhook);
    assert_eq!(
        (now.header("etag"), now.json()),
        (shown.header("etag"), shown.json())
    );
    let entry = &house.resealings()[0];
    assert_eq!(entry["detail"], json!({"sealed": 2, "left": 0}));
    house.app.restart();
    assert_eq!(house.resealings().len(), 1, "there was nothing left to do");
}

fn a_new_key_takes_over_and_the_earlier_one_can_go(engine: Engine) {
    let mut house = House::new(engine);
    let (earlier, before) = (house.keys(), house.kept());
    let tomorrow = house.app.now().plus(TimeDelta::days(1));
    let name = create_key_file(&house.keys_folder(), KeyUse::Secrets, tomorrow).expect("a key");
    house.app.restart();
    let after = house.kept();
    assert_ne!(before, after);
    // An instance that was started before finds the newer key.
    let opened = earlier.open(SecretOf::SecondFactor(&after.0[0].0), &after.0[0].1);
    assert_eq!(opened.as_ref(), Ok(&house.authenticator.secret));
    let files = std::fs::read_dir(house.keys_folder()).expect("the keys");
    for file in files.map(|file| file.expect("a file").path()) {
        if !file.ends_with(&name) {
            std::fs::remove_file(file).expect("the earlier key goes");
        }
    }
    house.app.restart();
    house.all_is_well();
    assert_eq!(house.kept().1, after.1);
}

fn where_a_key_is_lost_it_is_said_and_recovery_codes_are_good(engine: Engine) {
    let mut house = House::new(engine);
    let aside = house.app.data_dir().join("aside");
    std::fs::rename(house.keys_folder(), &aside).expect("the keys go");
    let later = house.app.now().plus(TimeDelta::seconds(1));
    create_key_file(&house.keys_folder(), KeyUse::Secrets, later).expect("another key");
    let before = house.kept();
    house.app.restart();
    assert_eq!(house.kept(), before, "what can't be read stays");
    house.app.advance(TimeDelta::seconds(60));
    let refused = house.log_in(503, &house.authenticator.code(&house.app, 0));
    assert_eq!(refused["code"], "second_factor_unavailable");
    assert!(text(&refused, "remedy").contains("recovery code"), "{refused}");
    house.log_in(200, &house.authenticator.recovery_codes[0]);
    house.try_webhook();
    assert!(house.receiver.got().is_empty());
    let deliveries = format!("{}/deliveries", house.webhook);
    let waiting = house.app.admin().get(200, &deliveries).json();
    assert_eq!(waiting["data"][0]["state"], "waiting");
    let said = text(&waiting["data"][0]["attempts"][0], "error");
    assert!(said.contains("the webhook's secret can't be read"), "{said}");
    // A new secret is good at once, though the one before can't be read, which would sign for a day as well.
    let rotate = format!("{}/secret", house.webhook);
    let rotated = house.app.admin().call(200, "POST", &rotate).json();
    text(&rotated, "secret").clone_into(&mut house.webhook_secret);
    house.try_webhook();
    assert!(house.receiver.got()[0].is_signed_with(&house.webhook_secret));
    // It is back: all goes on where it was, and what waited is sent.
    for file in std::fs::read_dir(aside).expect("the keys") {
        let file = file.expect("a key");
        std::fs::rename(file.path(), house.keys_folder().join(file.file_name())).expect("it is back");
    }
    house.app.restart();
    house.app.advance(TimeDelta::hours(12));
    house.submitter = house.submitter.at(house.app.address());
    house.all_is_well();
    assert_eq!(house.receiver.got().len(), 3);
}
