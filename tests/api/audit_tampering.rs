//! Whoever has the database's password and alters the audit trail is found: the first entry that is not as it was sealed is
//! named. What leaves no trace in the database is found by a checkpoint that was kept elsewhere.

use parindex::audit_log::Checkpoint;
use serde_json::{Value, json};

use crate::{
    stories,
    support::{TestApp, offline::Folder, play::text},
};

stories![
    every_column_of_every_entry_counts,
    what_is_swapped_inserted_or_deleted_is_named,
    altered_copies_of_hashes_and_heads_are_named,
    what_waits_is_looked_at_too,
    a_cut_tail_is_found_by_a_kept_checkpoint_alone,
    a_log_that_was_made_anew_is_found_by_a_kept_checkpoint_alone,
    nothing_is_sealed_onto_an_altered_log,
    the_command_names_what_it_found,
];

/// Entries of two batches, each under a head, the ids by place.
fn sealed(app: &TestApp) -> Vec<String> {
    for batch in [["anh", "binh", "chi"], ["dung", "giang", "hai"]] {
        for name in batch {
            let new = json!({"username": name, "display_name": name, "grants": []});
            app.admin().post(201, "/api/v1/users", &new);
        }
        app.seal();
    }
    app.keep_log();
    let page = app.admin().get(200, "/api/v1/audit?limit=500").json();
    let ids: Vec<String> = page["data"]
        .as_array()
        .unwrap()
        .iter()
        .rev()
        .map(|entry| text(entry, "id").to_owned())
        .collect();
    assert_eq!(app.verify_log(&[]).unwrap().entries, ids.len() as u64);
    ids
}

/// Alters, hears what is found, and brings everything back.
fn found(app: &TestApp, statements: &str) -> String {
    app.behind_the_back(statements);
    let found = app.verify_log(&[]).expect_err(statements);
    app.restore_log();
    found
}

fn assert_says(found: &str, words: &[&str]) {
    for word in words {
        assert!(found.contains(word), "{word:?} is not in: {found}");
    }
}

fn every_column_of_every_entry_counts(app: &TestApp) {
    let ids = sealed(app);
    for (column, value) in [
        ("recorded_at", "'2026-03-02 02:00:01'"),
        ("recorded_at", "'2026-03-02 02:00:00.000001'"),
        ("actor_kind", "'system '"),
        ("actor_id", "'somebody'"),
        ("action", "'create_users'"),
        ("object_kind", "''"),
        ("object_id", "'other'"),
        ("outcome", "'refused'"),
        ("before_digest", "''"),
        ("after_digest", "'x'"),
        ("detail", "detail || ' '"),
        ("request_id", "upper(request_id) || '-'"),
    ] {
        for (index, id) in ids.iter().enumerate().skip(2).step_by(3) {
            let said = found(
                app,
                &format!("UPDATE audit_entries SET {column} = {value} WHERE id = '{id}'"),
            );
            assert_says(&said, &["altered: entry", id, &format!("(leaf {index})")]);
        }
    }
    // Another id is another entry: the one that was sealed is gone.
    let said = found(
        app,
        &format!("UPDATE audit_entries SET id = 'other' WHERE id = '{}'", ids[3]),
    );
    assert_says(&said, &["missing: entry", &ids[3], "(leaf 3)"]);
    // Of several the first is named.
    let said = found(app, "UPDATE audit_entries SET detail = '{}'");
    assert_says(&said, &["altered: entry", &ids[0], "(leaf 0)"]);
}

fn what_is_swapped_inserted_or_deleted_is_named(app: &TestApp) {
    let ids = sealed(app);
    let (a, b) = (&ids[2], &ids[5]);
    // The contents of two entries change places.
    let said = found(
        app,
        &format!(
            "UPDATE audit_entries SET object_id = (SELECT k.object_id FROM kept_audit_entries k WHERE k.id = \
             CASE audit_entries.id WHEN '{a}' THEN '{b}' ELSE '{a}' END) WHERE id IN ('{a}', '{b}')"
        ),
    );
    assert_says(&said, &["altered: entry", a, "(leaf 2)"]);
    // Two leaves change places, with their hashes and without.
    for set in [
        "entry_id = k.entry_id, leaf_hash = k.leaf_hash",
        "entry_id = k.entry_id",
    ] {
        let said = found(
            app,
            &format!(
                "DELETE FROM audit_leaves WHERE leaf_index IN (2, 5); \
                 INSERT INTO audit_leaves SELECT 7 - k.leaf_index, k.entry_id, {} FROM kept_audit_leaves k \
                 WHERE k.leaf_index IN (2, 5)",
                if set.contains("leaf_hash") {
                    "k.leaf_hash"
                } else {
                    "(SELECT o.leaf_hash FROM kept_audit_leaves o WHERE o.leaf_index = 7 - k.leaf_index)"
                }
            ),
        );
        assert_says(&said, &["reordered: entry", b, "leaf 2"]);
    }
    let columns = "recorded_at, actor_kind, actor_id, action, object_kind, object_id, outcome, before_digest, \
                   after_digest, detail, request_id";
    // An entry more, without a leaf.
    let insert = format!(
        "INSERT INTO audit_entries (id, {columns}) SELECT 'forged', {columns} FROM kept_audit_entries WHERE id = '{a}'"
    );
    assert_says(&found(app, &insert), &["inserted: entry forged"]);
    // An entry more, with a leaf behind the last one, and in the place of another.
    let leaf = "INSERT INTO audit_leaves SELECT max(leaf_index) + 1, 'forged', 'hash' FROM audit_leaves";
    let said = found(app, &format!("{insert}; {leaf}"));
    assert_says(&said, &["inserted: leaf", "forged", "beyond the newest head"]);
    let said = found(
        app,
        &format!(
            "{insert}; {leaf}; DELETE FROM audit_leaves WHERE leaf_index = 3; \
             UPDATE audit_leaves SET leaf_index = 3 WHERE entry_id = 'forged'; \
             INSERT INTO audit_leaves SELECT {}, entry_id, leaf_hash FROM kept_audit_leaves WHERE leaf_index = 3",
            ids.len()
        ),
    );
    assert_says(&said, &["inserted: entry forged", "leaf 3", &ids[3]]);
    // An entry less, with and without its leaf; a leaf less.
    let entry = format!("DELETE FROM audit_entries WHERE id = '{a}'");
    let leaf = "DELETE FROM audit_leaves WHERE leaf_index = 2";
    assert_says(&found(app, &entry), &["missing: entry", a, "(leaf 2)"]);
    assert_says(
        &found(app, &format!("{entry}; {leaf}")),
        &["missing: leaf 2 is gone, and so is the entry"],
    );
    assert_says(
        &found(app, leaf),
        &["missing: leaf 2 of entry", a, "the entry itself is there"],
    );
}

fn altered_copies_of_hashes_and_heads_are_named(app: &TestApp) {
    let ids = sealed(app);
    let wrong = "0".repeat(64);
    // The entry is as it was sealed: the copy is blamed.
    let said = found(
        app,
        &format!("UPDATE audit_leaves SET leaf_hash = '{wrong}' WHERE leaf_index = 2"),
    );
    assert_says(
        &said,
        &[
            "altered: a stored hash of entry",
            &ids[2],
            "audit_leaves holds 0000",
        ],
    );
    // Position 3 is the third leaf: two leaves and the node over them stand before it.
    let said = found(
        app,
        &format!("UPDATE audit_hashes SET hash = '{wrong}' WHERE position = 3"),
    );
    assert_says(
        &said,
        &[
            "altered: a stored hash of entry",
            &ids[2],
            "audit_hashes holds 0000",
        ],
    );
    let said = found(
        app,
        &format!("UPDATE audit_hashes SET hash = '{wrong}' WHERE position = 2"),
    );
    assert_says(&said, &["altered: the stored hash at position 2", "leaf 1"]);
    assert_says(
        &found(app, "DELETE FROM audit_hashes WHERE position = 2"),
        &["position 2", "is gone"],
    );
    let more = format!("INSERT INTO audit_hashes SELECT max(position) + 1, '{wrong}' FROM audit_hashes");
    assert_says(&found(app, &more), &["inserted: a stored hash at position"]);
    // An entry and the hash in its leaf row: the tree knows better.
    let said = found(
        app,
        &format!(
            "UPDATE audit_entries SET detail = '{{}}' WHERE id = '{}'; \
             UPDATE audit_leaves SET leaf_hash = '{wrong}' WHERE leaf_index = 2",
            ids[2]
        ),
    );
    assert_says(&said, &["altered: entry", &ids[2], "(leaf 2)"]);
    // Heads.
    for set in [
        format!("root_hash = '{wrong}'"),
        "sealed_at = '2026-03-02 02:00:01'".to_owned(),
        "note = replace(note, 'sealed 2', 'sealed 3')".to_owned(),
        "note = replace(note, 'parindex', 'parindey')".to_owned(),
        "tree_size = tree_size + 1000".to_owned(),
    ] {
        let said = found(app, &format!("UPDATE audit_tree_heads SET {set}"));
        assert_says(&said, &["altered: the", "head"]);
    }
    // The first key gives the log its name.
    let said = found(app, "UPDATE audit_keys SET kid = 'other'");
    assert_says(&said, &["audit_keys"]);
}

fn what_waits_is_looked_at_too(app: &TestApp) {
    sealed(app);
    let new = json!({"username": "late", "display_name": "late", "grants": []});
    app.admin().post(201, "/api/v1/users", &new);
    assert_eq!(app.verify_log(&[]).unwrap().waiting, 1);
    let page = app.admin().get(200, "/api/v1/audit?limit=1").json();
    let id = text(&page["data"][0], "id").to_owned();
    let said = found(app, &format!("DELETE FROM audit_entries WHERE id = '{id}'"));
    assert_says(&said, &["missing: entry", &id, "waits to be sealed"]);
    app.admin().post(
        201,
        "/api/v1/users",
        &json!({"username": "later", "display_name": "later", "grants": []}),
    );
    let said = found(app, "DELETE FROM audit_unsealed");
    assert_says(&said, &["inserted: entry", "does not wait"]);
    let again = "INSERT INTO audit_unsealed SELECT entry_id FROM audit_leaves WHERE leaf_index = 1";
    assert_says(&found(app, again), &["inserted: entry", "is leaf 1 already"]);
}

/// Everything after the earliest head goes, as if it had never been.
const CUT: &str = "DELETE FROM audit_tree_heads WHERE tree_size > (SELECT min(tree_size) FROM kept_audit_tree_heads); \
    DELETE FROM audit_entries WHERE id IN (SELECT entry_id FROM audit_leaves WHERE leaf_index >= \
        (SELECT max(tree_size) FROM audit_tree_heads)); \
    DELETE FROM audit_leaves WHERE leaf_index >= (SELECT max(tree_size) FROM audit_tree_heads)";

/// How many hashes a log of this many leaves has.
fn hashes_of(leaves: u64) -> u64 {
    (0..64).map(|level| leaves >> level).sum()
}

fn earliest(app: &TestApp) -> u64 {
    // The first head has the first batch and what came before it.
    let all = app.checkpoint().size;
    all - 3
}

fn cut(app: &TestApp) -> (Checkpoint, u64) {
    let kept = app.checkpoint();
    let left = earliest(app);
    app.behind_the_back(&format!(
        "{CUT}; DELETE FROM audit_hashes WHERE position >= {}",
        hashes_of(left)
    ));
    (kept, left)
}

fn a_cut_tail_is_found_by_a_kept_checkpoint_alone(app: &TestApp) {
    sealed(app);
    let (kept, left) = cut(app);
    // What is left is a log like any other.
    assert_eq!(app.verify_log(&[]).unwrap().entries, left);
    let said = app.verify_log(std::slice::from_ref(&kept)).unwrap_err();
    assert_says(
        &said,
        &[
            "the end of the log was cut",
            &format!("it had {} entries at {}", kept.size, kept.sealed_at),
            "kept.txt",
            &format!("now it has {left}"),
        ],
    );
}

fn a_log_that_was_made_anew_is_found_by_a_kept_checkpoint_alone(app: &TestApp) {
    sealed(app);
    let (kept, _) = cut(app);
    // The service itself seals what comes later, and signs it: as if there had never been anything else.
    for name in ["anh2", "binh2", "chi2"] {
        let new = json!({"username": name, "display_name": name, "grants": []});
        app.admin().post(201, "/api/v1/users", &new);
    }
    app.seal();
    assert_eq!(app.verify_log(&[]).unwrap().entries, kept.size);
    let said = app.verify_log(std::slice::from_ref(&kept)).unwrap_err();
    assert_says(
        &said,
        &[&format!("among leaves 0 to {}", kept.size - 1), "kept.txt says"],
    );
}

fn nothing_is_sealed_onto_an_altered_log(app: &TestApp) {
    sealed(app);
    let before = app.checkpoint();
    let wrong = "0".repeat(64);
    app.behind_the_back(&format!("UPDATE audit_hashes SET hash = '{wrong}'"));
    let new = json!({"username": "late", "display_name": "late", "grants": []});
    app.admin().post(201, "/api/v1/users", &new);
    let refused = app.wait(app.db().seal()).unwrap_err();
    assert_says(
        &refused.to_string(),
        &["the audit log was altered", "parindex audit verify"],
    );
    assert_eq!(app.checkpoint(), before);
    let waiting: Value = app.audit_log();
    assert_eq!(waiting["unsealed"], 1, "what waits is not lost");
    app.behind_the_back("DELETE FROM audit_hashes; INSERT INTO audit_hashes SELECT * FROM kept_audit_hashes");
    assert_eq!(app.seal(), 1);
    assert!(app.verify_log(&[before]).is_ok());
}

fn the_command_names_what_it_found(app: &TestApp) {
    let ids = sealed(app);
    let folder = Folder::new();
    let keys = app.data_dir().join("audit-keys").display().to_string();
    let settings = [
        ("PARINDEX_DATABASE_URL", app.database_url()),
        ("PARINDEX_AUDIT_KEY_DIR", keys.as_str()),
    ];
    let run = |code: i32, arguments: &[&str]| {
        let said = folder.parindex(arguments, &settings);
        assert_eq!(said.code, code, "{arguments:?}: {}", said.text);
        said.text
    };
    let checkpoint = run(0, &["audit", "checkpoint"]);
    assert_eq!(
        checkpoint,
        app.anon().get(200, "/api/v1/audit/log/checkpoint").text()
    );
    folder.put("kept.txt", checkpoint.as_bytes());
    let said = run(0, &["audit", "verify"]);
    assert_says(
        &said,
        &["not checked: whether the end of the log was cut", "verified"],
    );
    let said = run(0, &["audit", "verify", "--checkpoint", "kept.txt"]);
    assert_says(
        &said,
        &[
            &format!("{} entries are as they were sealed", ids.len()),
            "kept.txt: the log goes on from it",
        ],
    );
    folder.put("keys.json", &app.anon().get(200, crate::support::log::KEYS).bytes);
    run(0, &["audit", "verify", "--keys", "keys.json"]);
    folder.put("bad.txt", checkpoint.replace("sealed 2", "sealed 3").as_bytes());
    assert_says(
        &run(1, &["audit", "verify", "--checkpoint", "bad.txt"]),
        &["bad.txt is not signed"],
    );
    app.behind_the_back(&format!(
        "UPDATE audit_entries SET detail = '{{}}' WHERE id = '{}'",
        ids[4]
    ));
    let said = run(1, &["audit", "verify", "--checkpoint", "kept.txt"]);
    assert_says(&said, &["not as it was sealed. altered: entry", &ids[4]]);
    app.restore_log();
    cut(app);
    run(0, &["audit", "verify"]);
    let said = run(1, &["audit", "verify", "--checkpoint", "kept.txt"]);
    assert_says(&said, &["the end of the log was cut"]);
}
