//! A publication is signed when it is made, and a stranger can check it with the document, the signature and the key.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use diesel::{connection::SimpleConnection, prelude::*};
use ed25519_dalek::{Signature, VerifyingKey};
use parindex::{
    access::{KeyUse, create_key_file},
    db::{Answer, Entry, Outcome, Tx, schema::publications},
    features::rounds::Phase,
    ids::sha256_hex,
};
use serde_json::{Value, json};

use crate::{
    stories,
    support::{
        TestApp,
        dice::Dice,
        offline::{self, Folder},
        play::{import_results, rows, text},
    },
};

stories![
    a_publication_is_signed_in_the_change_that_makes_it,
    an_earlier_table_is_signed_and_there_is_nothing_to_compute,
    a_new_key_signs_what_comes_later_and_old_signatures_stand,
    what_was_published_before_is_signed_once,
    a_changed_document_is_found,
    a_correction_is_verified_against_what_it_corrects,
    without_its_tables_signatures_are_served_and_nothing_is_published,
];

const KEYS: &str = "/.well-known/publication-keys.json";

/// The story's round, published.
fn publish(app: &TestApp) -> String {
    app.round_in(Phase::Published);
    let latest = app
        .anon()
        .get(200, "/api/v1/publications/latest?set=story")
        .json();
    text(&latest, "id").to_owned()
}

fn table(code: &str) -> Value {
    json!({"code": code, "set": "earlier", "level": "ministry", "year": 2022, "title_vi": "Bảng trước",
        "complete": false, "sources": [{"code": "S1", "address": "https://example.vn"}],
        "entries": [{"agency": "moj", "index": "71.5", "place": 1, "basis": "published"}]})
}

fn signature(app: &TestApp, id: &str) -> Value {
    app.anon()
        .get(200, &format!("/api/v1/publications/{id}/signature"))
        .json()
}

/// The steps of `docs/verify.md`, without any code of the service.
fn check_by_hand(document: &[u8], signature: &Value, keys: &Value) {
    // 1. The id is the digest of the document.
    let id = sha256_hex(document);
    // 2. The key with the thumbprint that the signature names.
    let mut parts = text(signature, "jws").split('.');
    let decode = |part: &str| URL_SAFE_NO_PAD.decode(part).expect("base64url");
    let (header, payload, made) = (
        parts.next().unwrap(),
        parts.next().unwrap(),
        parts.next().unwrap(),
    );
    assert_eq!(parts.next(), None);
    let read: Value = serde_json::from_slice(&decode(header)).unwrap();
    let kid = text(&read, "kid");
    assert_eq!(
        read,
        json!({"alg": "EdDSA", "kid": kid, "typ": "parindex-publication+jws"})
    );
    let mut known = rows(keys, "keys").iter();
    let key = known.find(|key| key["kid"] == kid).expect("the key");
    assert_eq!(
        (
            text(key, "kty"),
            text(key, "crv"),
            text(key, "alg"),
            text(key, "use")
        ),
        ("OKP", "Ed25519", "EdDSA", "sig")
    );
    // 3. It signed header, point and payload, as they stand.
    let public: [u8; 32] = decode(text(key, "x")).try_into().unwrap();
    let made: [u8; 64] = decode(made).try_into().unwrap();
    VerifyingKey::from_bytes(&public)
        .unwrap()
        .verify_strict(
            format!("{header}.{payload}").as_bytes(),
            &Signature::from_bytes(&made),
        )
        .expect("a good signature");
    // 4. What it signed names the document.
    let said: Value = serde_json::from_slice(&decode(payload)).unwrap();
    assert_eq!(said["format"], "parindex-publication-signature/1");
    assert_eq!(said["publication"], id);
    assert_eq!(said["signed_at"], signature["signed_at"]);
    assert_eq!(
        (text(signature, "publication"), text(signature, "kid")),
        (id.as_str(), kid)
    );
}

fn check(app: &TestApp, id: &str) {
    let document = app
        .anon()
        .get(200, &format!("/api/v1/publications/{id}/document"));
    let keys = app.anon().get(200, KEYS).json();
    check_by_hand(&document.bytes, &signature(app, id), &keys);
}

fn a_publication_is_signed_in_the_change_that_makes_it(app: &TestApp) {
    assert_eq!(app.anon().get(200, KEYS).json(), json!({"keys": []}));
    let id = publish(app);
    check(app, &id);
    offline::check(app, &id);
    let about = app.anon().get(200, &format!("/api/v1/publications/{id}")).json();
    let links = &about["links"];
    assert_eq!(links["signature"], format!("/api/v1/publications/{id}/signature"));
    assert_eq!(links["keys"], KEYS);
    for (path, lifetime) in [
        (text(links, "signature"), "immutable"),
        (KEYS, "public, max-age=60"),
    ] {
        let sent = app.anon().get(200, path);
        assert!(sent.header("cache-control").contains(lifetime), "{path}");
        app.anon().header("if-none-match", sent.etag()).get(304, path);
    }
    let nobody = format!("/api/v1/publications/{}/signature", "0".repeat(64));
    app.anon().get(404, &nobody);
    // The keys of tokens are others, and no private half is readable by others.
    let keys = app.anon().get(200, KEYS).json();
    let tokens = app.anon().get(200, "/.well-known/jwks.json").json();
    assert_ne!(rows(&keys, "keys")[0]["x"], rows(&tokens, "keys")[0]["x"]);
    #[cfg(unix)]
    for file in std::fs::read_dir(app.data_dir().join("publication-keys")).unwrap() {
        let mode = std::os::unix::fs::PermissionsExt::mode(&file.unwrap().metadata().unwrap().permissions());
        assert_eq!(mode & 0o777, 0o600);
    }
}

fn an_earlier_table_is_signed_and_there_is_nothing_to_compute(app: &TestApp) {
    app.import_reference();
    let id = import_results(app, &table("earlier-2022"));
    check(app, &id);
    let folder = Folder::download(app, &id);
    folder.verify(0);
    let said = folder.expect(0, &["publication", "recompute", "publication.json"]);
    assert!(said.contains("nothing to recompute"), "{said}");
}

/// Where the app's database and keys are, for the command line beside it.
fn settings(app: &TestApp) -> Vec<(&'static str, String)> {
    let dir = app.data_dir().display();
    vec![
        ("PARINDEX_DATA_DIR", dir.to_string()),
        ("PARINDEX_DATABASE_URL", app.database_url().to_owned()),
        ("PARINDEX_PUBLICATION_KEY_DIR", format!("{dir}/publication-keys")),
    ]
}

fn operate(app: &TestApp, folder: &Folder, code: i32, arguments: &[&str]) -> String {
    let settings = settings(app);
    let settings: Vec<(&str, &str)> = settings
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    let said = folder.parindex(arguments, &settings);
    assert_eq!(said.code, code, "{arguments:?}: {}", said.text);
    said.text
}

fn a_new_key_signs_what_comes_later_and_old_signatures_stand(app: &TestApp) {
    app.import_reference();
    let first = import_results(app, &table("earlier-2021"));
    let old_signature = signature(app, &first);
    let folder = app.data_dir().join("publication-keys");
    let old_files: Vec<_> = std::fs::read_dir(&folder)
        .unwrap()
        .map(|file| file.unwrap().path())
        .collect();
    let tomorrow = app.now().plus(chrono::TimeDelta::days(1));
    create_key_file(&folder, KeyUse::Publications, tomorrow).unwrap();
    // The old private half is no longer needed by anybody.
    old_files
        .iter()
        .for_each(|file| std::fs::remove_file(file).unwrap());
    let files = Folder::new();
    files.put("table.json", table("earlier-2022").to_string().as_bytes());
    operate(app, &files, 0, &["import", "results", "table.json"]);
    let listed = app
        .anon()
        .get(200, "/api/v1/publications?round=earlier-2022&limit=10");
    let second = match rows(&listed.json(), "data") {
        [only] => text(only, "id").to_owned(),
        // Lists look for what others published once a second; an id is looked for at once.
        _ => publication_of(app, "earlier-2022"),
    };
    assert_ne!(signature(app, &second)["kid"], old_signature["kid"]);
    assert_eq!(signature(app, &first), old_signature);
    assert_eq!(rows(&app.anon().get(200, KEYS).json(), "keys").len(), 2);
    for id in [&first, &second] {
        check(app, id);
        Folder::download(app, id).verify(0);
    }
    // Nor is anything signed again by the new key.
    let said = operate(app, &files, 0, &["publication", "sign"]);
    assert_eq!(said, "0 publications signed\n");
    assert_eq!(signature(app, &first), old_signature);
}

fn publication_of(app: &TestApp, round: &'static str) -> String {
    let read = app.db().read(move |conn| {
        Ok(publications::table
            .filter(publications::round_code.eq(round))
            .select(publications::id)
            .first::<String>(conn)?)
    });
    app.wait(read).unwrap()
}

/// A row as an earlier version of the service wrote it.
fn insert_unsigned(tx: &mut Tx<'_>, id: &str, document: &str, sequence: i64) {
    diesel::insert_into(publications::table)
        .values((
            publications::id.eq(id),
            publications::sequence.eq(sequence),
            publications::kind.eq("external"),
            publications::criteria_set_code.eq("earlier"),
            publications::criteria_set_version.eq(None::<i32>),
            publications::round_code.eq("earlier-2022"),
            publications::year.eq(2022),
            publications::title_vi.eq("Bảng"),
            publications::title_en.eq(None::<String>),
            publications::supersedes_id.eq(None::<String>),
            publications::baseline_id.eq(None::<String>),
            publications::document.eq(document),
            publications::published_at.eq(tx.now()),
            publications::published_by.eq("system"),
        ))
        .execute(tx.conn())
        .unwrap();
}

fn write_unsigned(app: &TestApp, id: &str, document: &str, sequence: i64) {
    let (id, document) = (id.to_owned(), document.to_owned());
    let done = app.db().write(app.change("test", vec![]), move |tx| {
        insert_unsigned(tx, &id, &document, sequence);
        let entry = Entry {
            object_kind: "publication",
            object_id: id,
            before_digest: None,
            after_digest: None,
            detail: json!({}),
        };
        Ok(Outcome::Done(Answer::empty(), entry))
    });
    app.wait(done).unwrap();
}

fn what_was_published_before_is_signed_once(app: &TestApp) {
    app.import_reference();
    let first = import_results(app, &table("earlier-2022"));
    let signed = signature(app, &first);
    let document = app
        .anon()
        .get(200, &format!("/api/v1/publications/{first}/document"));
    let older = document.text().replace("Bảng trước", "Bảng cũ");
    let id = sha256_hex(older.as_bytes());
    write_unsigned(app, &id, &older, 2);
    let path = format!("/api/v1/publications/{id}/signature");
    let missing = app.anon().get(404, &path).json();
    assert!(
        text(&missing, "detail").contains("parindex publication sign"),
        "{missing}"
    );

    let folder = Folder::new();
    let said = operate(app, &folder, 0, &["publication", "sign"]);
    assert_eq!(said, format!("signed {id}\n1 publications signed\n"));
    check(app, &id);
    let again = signature(app, &id);
    let said = operate(app, &folder, 0, &["publication", "sign"]);
    assert_eq!(said, "0 publications signed\n");
    assert_eq!((signature(app, &id), signature(app, &first)), (again, signed));
    let entries = app.admin().get(200, "/api/v1/audit?limit=100").json();
    let of_signing = |entry: &&Value| entry["action"] == "sign_publication";
    assert_eq!(rows(&entries, "data").iter().filter(of_signing).count(), 1);

    // Nobody vouches for a document that was touched in the database.
    let forged = "f".repeat(64);
    write_unsigned(app, &forged, &older.replace("71.5", "91.5"), 3);
    let said = operate(app, &folder, 1, &["publication", "sign"]);
    assert!(said.contains(&forged) && said.contains("not signed"), "{said}");
    app.anon()
        .get(404, &format!("/api/v1/publications/{forged}/signature"));
}

fn a_changed_document_is_found(app: &TestApp) {
    let id = publish(app);
    let folder = Folder::download(app, &id);
    let document = app
        .anon()
        .get(200, &format!("/api/v1/publications/{id}/document"));
    let digits: Vec<usize> = (0..document.bytes.len())
        .filter(|at| document.bytes[*at].is_ascii_digit())
        .collect();
    let mut dice = Dice::new(7797);
    for _ in 0..12 {
        let mut bytes = document.bytes.clone();
        let at = *dice.pick(&digits);
        bytes[at] = if bytes[at] == b'9' { b'0' } else { bytes[at] + 1 };
        folder.put("publication.json", &bytes);
        let said = folder.verify(1);
        assert!(said.contains("FAILED"), "{said}");
    }
    // One digit of a printed total.
    let text = document.text();
    let at = text.find(r#""total_printed":""#).unwrap() + r#""total_printed":""#.len();
    let mut bytes = document.bytes.clone();
    bytes[at] = if bytes[at] == b'9' { b'8' } else { bytes[at] + 1 };
    folder.put("publication.json", &bytes);
    folder.verify(1);
    let said = folder.expect(1, &["publication", "recompute", "publication.json"]);
    assert!(said.contains("/agencies/0/total_printed: published is"), "{said}");
    // Garbage gets sentences.
    folder.put("publication.json", b"\xff\x00{");
    assert!(folder.verify(1).contains("no UTF-8"));
    folder.expect(1, &["publication", "recompute", "publication.json"]);
    folder.expect(1, &["publication", "recompute", "missing.json"]);
    folder.expect(2, &["publication", "verify"]);
}

fn a_correction_is_verified_against_what_it_corrects(app: &TestApp) {
    let round = app.round_in(Phase::Published);
    let first = app
        .anon()
        .get(200, "/api/v1/publications/latest?set=story")
        .json();
    let first = text(&first, "id");
    for to in [Phase::Correction, Phase::Council] {
        round.prepare(to);
        round.go(to);
    }
    round.prepare(Phase::Published);
    round.try_to_go(200, &json!({"to": "published", "baseline": first}));
    let second = app
        .anon()
        .get(200, "/api/v1/publications/latest?set=story")
        .json();
    assert_eq!(second["baseline"], first);
    offline::check(app, text(&second, "id"));
    check(app, text(&second, "id"));
}

fn without_its_tables_signatures_are_served_and_nothing_is_published(app: &TestApp) {
    app.import_reference();
    let id = import_results(app, &table("earlier-2022"));
    check(app, &id);
    let gone = app.db().write(app.change("test", vec![]), |tx| {
        tx.conn().batch_execute(
            "ALTER TABLE publication_signatures RENAME TO gone; ALTER TABLE publication_keys RENAME TO gone_too",
        )?;
        let entry = Entry {
            object_kind: "test",
            object_id: "tables".to_owned(),
            before_digest: None,
            after_digest: None,
            detail: json!({}),
        };
        Ok(Outcome::Done(Answer::empty(), entry))
    });
    app.wait(gone).unwrap();
    check(app, &id);
    // What can't be signed is not published.
    let refused = app
        .admin()
        .attempt("POST", "/api/v1/publications", Some(&table("earlier-2021")));
    assert!(refused.status >= 500, "{}", refused.text());
    let count = app
        .db()
        .read(|conn| Ok(publications::table.count().get_result::<i64>(conn)?));
    assert_eq!(app.wait(count).unwrap(), 1);
}
