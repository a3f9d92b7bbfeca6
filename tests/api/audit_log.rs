//! The verifiable log: every entry is sealed, proofs lead to signed heads, the log only grows, whoever changes something
//! holds a receipt.

use std::time::Duration;

use parindex::{
    access::{KeyUse, create_key_file},
    audit_log::{Checkpoint, Tree, hex, parse_hex, read_receipt, tlog},
    config::Config,
    db::{Database, PoolSize},
    features::{
        audit::{self, AuditKey},
        rounds::Phase,
    },
    ids::sha256_hex,
};
use serde_json::{Value, json};

use crate::{
    stories,
    support::{
        Response, TestApp,
        log::KEYS,
        offline::Folder,
        play::text,
        round::{Round, good_items},
    },
};

stories![
    every_entry_is_sealed_and_proved,
    the_log_only_grows,
    what_is_not_in_the_log_is_told,
    what_was_written_before_there_was_a_log_is_sealed,
    several_sealers_make_one_log,
    a_new_key_goes_on_in_the_same_log,
    who_changes_something_holds_a_receipt,
    a_change_that_is_sent_again_has_the_same_receipt,
    who_does_not_log_in_gets_no_receipt,
    a_receipt_is_checked_by_a_stranger,
];

fn entries(app: &TestApp) -> Vec<Value> {
    let page = app.admin().get(200, "/api/v1/audit?limit=500").json();
    page["data"].as_array().unwrap().clone()
}

/// A change that leaves an entry.
fn change(app: &TestApp, name: &str) {
    let new = json!({"username": name, "display_name": name, "grants": []});
    app.admin().post(201, "/api/v1/users", &new);
}

fn every_entry_is_sealed_and_proved(app: &TestApp) {
    let empty = app.audit_log();
    assert_eq!(
        (&empty["tree_size"], &empty["checkpoint"]),
        (&json!(0), &Value::Null)
    );
    assert_eq!(empty["root_hash"], hex(Tree::default().root().unwrap()));
    app.anon().get(404, "/api/v1/audit/log/checkpoint");
    for name in ["anh", "binh", "chi", "dung", "giang"] {
        change(app, name);
    }
    // A refusal that is a fact is sealed like a change.
    let wrong = json!({"username": "admin", "password": "wrong wrong wrong"});
    app.anon().post(401, "/api/v1/auth/login", &wrong);
    let waiting = entries(app);
    assert!(
        waiting
            .iter()
            .all(|entry| entry["leaf_index"].is_null() && entry["leaf_hash"].is_null())
    );
    assert_eq!(waiting[0]["outcome"], "refused");
    assert_eq!(app.seal(), waiting.len() as u64);
    assert_eq!(app.seal(), 0, "nothing is sealed twice");
    let sealed = entries(app);
    // They came one after another, so they are sealed in that order.
    for (index, entry) in sealed.iter().rev().enumerate() {
        assert_eq!(entry["leaf_index"], index, "{entry:#}");
        let proof = app.inclusion_proof(text(entry, "leaf_hash"));
        assert_eq!(proof.leaf_index, index as u64);
    }
    let head = app.checkpoint();
    let log = app.audit_log();
    assert_eq!(
        (
            &log["tree_size"],
            &log["root_hash"],
            &log["origin"],
            &log["unsealed"]
        ),
        (
            &json!(sealed.len()),
            &json!(hex(head.root)),
            &json!(head.origin),
            &json!(0)
        )
    );
    let mut tree = Tree::default();
    for leaf in app.leaves() {
        tree.append(leaf).unwrap();
    }
    assert_eq!((tree.size(), tree.root().unwrap()), (head.size, head.root));
    let verified = app.verify_log(&[head]).unwrap();
    assert_eq!(
        (verified.entries, verified.heads, verified.waiting),
        (sealed.len() as u64, 1, 0)
    );
}

fn the_log_only_grows(app: &TestApp) {
    let mut heads: Vec<Checkpoint> = Vec::new();
    for batch in 0..4 {
        for one in 0..=batch {
            change(app, &format!("user{batch}{one}"));
        }
        app.seal();
        heads.push(app.checkpoint());
    }
    for (at, earlier) in heads.iter().enumerate() {
        for later in &heads[at..] {
            let path = format!(
                "/api/v1/audit/log/consistency-proof?first={}&second={}",
                earlier.size, later.size
            );
            let proof = app.anon().get(200, &path).json();
            let hashes = proof["path"].as_array().unwrap().iter();
            let hashes = hashes
                .map(|hash| parse_hex(hash.as_str().unwrap()).unwrap())
                .collect();
            tlog::check_tree(&hashes, later.size, later.root, earlier.size, earlier.root).unwrap();
        }
        // An old head still proves what it covers.
        let leaf = hex(app.leaves()[0]);
        let path = format!(
            "/api/v1/audit/log/inclusion-proof?leaf_hash={leaf}&tree_size={}",
            earlier.size
        );
        assert_eq!(app.anon().get(200, &path).json()["tree_size"], earlier.size);
    }
    assert_eq!(app.verify_log(&heads).unwrap().heads, 4);
    // Who holds the head is told so.
    let checkpoint = app.anon().get(200, "/api/v1/audit/log/checkpoint");
    let etag = checkpoint.headers["etag"].to_str().unwrap();
    let again = app.anon().header("if-none-match", etag);
    again.get(304, "/api/v1/audit/log/checkpoint");
    change(app, "late");
    app.seal();
    again.get(200, "/api/v1/audit/log/checkpoint");
}

fn what_is_not_in_the_log_is_told(app: &TestApp) {
    let proof = |status: u16, query: &str| {
        app.anon()
            .get(status, &format!("/api/v1/audit/log/inclusion-proof?{query}"))
    };
    app.seal();
    let size = app.checkpoint().size;
    change(app, "late");
    let unknown = "0".repeat(64);
    let waiting = proof(404, &format!("leaf_hash={unknown}"));
    assert_eq!(waiting.headers["retry-after"], "1");
    proof(400, "leaf_hash=0");
    proof(400, &format!("leaf_hash={}", "0".repeat(63) + "G"));
    proof(400, "");
    app.seal();
    let last = hex(*app.leaves().last().unwrap());
    proof(200, &format!("leaf_hash={last}"));
    proof(404, &format!("leaf_hash={last}&tree_size={size}"));
    proof(404, &format!("leaf_hash={last}&tree_size={}", u64::MAX));
    let consistency = |status: u16, first: u64, second: u64| {
        let path = format!("/api/v1/audit/log/consistency-proof?first={first}&second={second}");
        app.anon().get(status, &path);
    };
    consistency(200, 1, size);
    consistency(400, 0, size);
    consistency(400, size, 1);
    consistency(404, 1, u64::MAX);
    app.anon().get(400, "/api/v1/audit/log/leaves?limit=1001");
    let beyond = app
        .anon()
        .get(200, &format!("/api/v1/audit/log/leaves?from={}", i64::MAX))
        .json();
    assert_eq!((&beyond["data"], &beyond["next"]), (&json!([]), &Value::Null));
    app.anon()
        .get(400, &format!("/api/v1/audit/log/leaves?from={}", u64::MAX));
}

fn what_was_written_before_there_was_a_log_is_sealed(app: &TestApp) {
    for name in ["anh", "binh", "chi"] {
        change(app, name);
    }
    // The last statement of the migration, on a database that has entries.
    let up = include_str!("../../migrations/2026-11-27-000035_audit_log/up.sql");
    let fill = up.split(';').find(|part| part.contains("INSERT INTO")).unwrap();
    app.behind_the_back(&format!("DELETE FROM audit_unsealed; {fill}"));
    let count = entries(app).len() as u64;
    assert_eq!(app.seal(), count);
    assert_eq!(app.verify_log(&[]).unwrap().entries, count);
}

/// One more instance on the same database, with a key of the same log.
fn another_instance(app: &TestApp) -> Database {
    let size = PoolSize {
        readers: 1,
        writers: 1,
        wait_seconds_max: 60,
        patience: Duration::from_secs(60),
    };
    let url = parindex::db::DatabaseUrl::parse(app.database_url()).unwrap();
    Database::open(&url, size, app.db().clock().clone()).unwrap()
}

fn several_sealers_make_one_log(app: &TestApp) {
    let signer = app.db().log().unwrap().clone();
    let others = [
        another_instance(app).with_log(signer.clone()),
        another_instance(app).with_log(signer),
    ];
    let seal = |db: &Database| {
        app.wait(audit::seal_waiting(db))
            .map_err(|error| error.to_string())
    };
    let sealed: u64 = std::thread::scope(|scope| {
        let (others, seal) = (&others, &seal);
        let sealers: Vec<_> = others
            .iter()
            .chain([app.db()])
            .map(|db| scope.spawn(move || (0..20).map(|_| seal(db).unwrap()).sum::<u64>()))
            .collect();
        for number in 0..15 {
            change(app, &format!("user{number}"));
        }
        sealers.into_iter().map(|sealer| sealer.join().unwrap()).sum()
    });
    let sealed = sealed + app.seal();
    let count = entries(app).len() as u64;
    assert_eq!(sealed, count, "each entry is sealed once");
    assert_eq!(app.verify_log(&[app.checkpoint()]).unwrap().entries, count);
}

fn a_new_key_goes_on_in_the_same_log(app: &TestApp) {
    app.admin();
    app.seal();
    let before = app.checkpoint();
    let folder = app.data_dir().join("audit-keys");
    create_key_file(&folder, KeyUse::Audit, app.now().plus(chrono::TimeDelta::days(1))).unwrap();
    let settings = [(
        "PARINDEX_DATA_DIR".to_owned(),
        app.data_dir().display().to_string(),
    )];
    let keys = Config::from_values(settings).unwrap().keys;
    let key = AuditKey::load(&keys, app.now()).unwrap();
    let renewed = app
        .wait(audit::open_log(another_instance(app), key.clone()))
        .unwrap();
    // It is registered once, by an entry that is sealed like all others.
    app.wait(audit::open_log(another_instance(app), key)).unwrap();
    assert_eq!(app.wait(audit::seal_waiting(&renewed)).unwrap(), 1);
    assert_eq!(entries(app)[0]["action"], "register_audit_key");
    let published = app.anon().get(200, KEYS).json();
    assert_eq!(published["keys"].as_array().unwrap().len(), 2);
    let after = app.checkpoint();
    assert_eq!(after.origin, before.origin, "the log keeps its name");
    assert_eq!(after.size, before.size + 1);
    let verified = app.verify_log(&[before, after]).unwrap();
    assert_eq!(verified.newest.unwrap().1, text(&published["keys"][1], "kid"));
}

/// The receipt of an answer, which names the newest entry.
fn receipt(app: &TestApp, answer: &Response) -> String {
    let receipt = answer.headers["parindex-receipt"].to_str().unwrap().to_owned();
    let read = read_receipt(&receipt).unwrap();
    let kid = read.kid.clone();
    assert!(read.is_by(app.audit_keys().get(&kid).unwrap()));
    let said = serde_json::to_value(&read.statement).unwrap();
    let entry = &entries(app)[0];
    for (of_receipt, of_entry) in [
        ("entry", "id"),
        ("action", "action"),
        ("object_kind", "object_kind"),
        ("object_id", "object_id"),
        ("content", "after_digest"),
        ("recorded_at", "recorded_at"),
    ] {
        assert_eq!(said[of_receipt], entry[of_entry], "{of_receipt} of {said:#}");
    }
    app.seal();
    assert_eq!(
        said["leaf_hash"],
        entries(app)[0]["leaf_hash"],
        "the entry is sealed as it was promised"
    );
    app.inclusion_proof(text(&said, "leaf_hash"));
    receipt
}

fn who_changes_something_holds_a_receipt(app: &TestApp) {
    let round = app.round_in(Phase::SelfAssessment);
    let saved = round.save(200, "moj", &good_items(3));
    receipt(app, &saved);
    round.move_submission(200, &app.leader("moj"), "moj", "approved");
    let submitter = app.submitter("moj");
    let submitted = round.move_submission(200, &submitter, "moj", "submitted");
    let sent = read_receipt(&receipt(app, &submitted)).unwrap();
    // It names what was sent: the document that can be downloaded.
    let document = submitter.get(200, &format!("{}/canonical", round.submission("moj")));
    assert_eq!(
        sent.statement.content.as_deref(),
        Some(&*sha256_hex(&document.bytes))
    );
    let withdrawn = round.move_submission(200, &submitter, "moj", "withdrawn");
    receipt(app, &withdrawn);
    assert!(app.verify_log(&[]).is_ok());
    appraise_and_publish(app, &app.round_named("second-2025", Phase::Appraisal));
}

fn appraise_and_publish(app: &TestApp, round: &Round<'_>) {
    let item = json!({"indicator": "1.2", "revision": 1, "decision": {"verdict": "recognised"}});
    receipt(app, &round.decide(200, "mic", "moj", &[item]));
    round.prepare(Phase::Council);
    round.go(Phase::Council);
    round.prepare(Phase::Published);
    let published = round.try_to_go(200, &json!({"to": "published"}));
    receipt(app, &published);
}

fn a_change_that_is_sent_again_has_the_same_receipt(app: &TestApp) {
    let round = app.round_in(Phase::SelfAssessment);
    let path = round.path("/submissions/moj/items");
    let submitter = app.submitter("moj").idempotency_key("once");
    let body = json!({"items": good_items(3)});
    let first = submitter.put(200, &path, &body);
    app.seal();
    let again = submitter.put(200, &path, &body);
    assert_eq!(again.headers["idempotency-replayed"], "true");
    assert_eq!(
        again.headers["parindex-receipt"],
        first.headers["parindex-receipt"]
    );
    // What changed nothing left no entry, and has none.
    let nothing = app.submitter("moj").put(200, &path, &body);
    assert!(!nothing.headers.contains_key("parindex-receipt"));
}

fn who_does_not_log_in_gets_no_receipt(app: &TestApp) {
    change(app, "anh");
    let credentials = json!({"username": "admin", "password": "correct horse battery staple"});
    let answer = app.anon().post(200, "/api/v1/auth/login", &credentials);
    assert_eq!(entries(app)[0]["action"], "login");
    assert!(!answer.headers.contains_key("parindex-receipt"));
    let read = app.admin().get(200, "/api/v1/users");
    assert!(!read.headers.contains_key("parindex-receipt"));
}

fn a_receipt_is_checked_by_a_stranger(app: &TestApp) {
    let round = app.round_in(Phase::SelfAssessment);
    let saved = round.save(200, "moj", &good_items(3));
    let receipt = receipt(app, &saved);
    let leaf = text(&entries(app)[0], "leaf_hash").to_owned();
    let folder = Folder::new();
    folder.put("receipt.txt", receipt.as_bytes());
    let path = format!("/api/v1/audit/log/inclusion-proof?leaf_hash={leaf}");
    folder.put("proof.json", &app.anon().get(200, &path).bytes);
    folder.put("audit-keys.json", &app.anon().get(200, KEYS).bytes);
    let whole = [
        "audit",
        "check",
        "receipt.txt",
        "--proof",
        "proof.json",
        "--keys",
        "audit-keys.json",
    ];
    let said = folder.expect(0, &whole);
    assert!(
        said.contains("verified: the entry of this receipt is sealed"),
        "{said}"
    );
    let said = folder.expect(0, &["audit", "check", "receipt.txt", "--keys", "audit-keys.json"]);
    assert!(said.contains("not checked  inclusion"), "{said}");
    let said = folder.expect(1, &["audit", "check", "receipt.txt"]);
    assert!(said.contains("nothing vouches"), "{said}");
    // One character of each part.
    let parts: Vec<&str> = receipt.split('.').collect();
    for part in 0..3 {
        let mut changed: Vec<String> = parts.iter().map(|part| (*part).to_owned()).collect();
        let last = changed[part].remove(10);
        changed[part].insert(10, if last == 'A' { 'B' } else { 'A' });
        folder.put("receipt.txt", changed.join(".").as_bytes());
        folder.expect(1, &whole);
    }
    folder.put("receipt.txt", receipt.as_bytes());
    let proof = String::from_utf8(app.anon().get(200, &path).bytes).unwrap();
    for (from, to) in [
        ("\"leaf_index\":", "\"leaf_index\":1"),
        ("sealed 2", "sealed 3"),
        (&leaf, &"0".repeat(64)),
    ] {
        folder.put("proof.json", proof.replacen(from, to, 1).as_bytes());
        folder.expect(1, &whole);
    }
}
