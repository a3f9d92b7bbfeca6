//! The verifiable log as tests hold it: sealed by hand, read over HTTP, checked, altered behind the service's back.

use diesel::connection::SimpleConnection;
use parindex::{
    audit_log::{Checkpoint, Hash, InclusionProof, TrustedKeys, parse_hex},
    db::{Database, DatabaseUrl},
    features::audit::{self, Kept, Verified},
    signing::read_keys,
};
use serde_json::Value;

use super::TestApp;

/// Where the log's keys are.
pub const KEYS: &str = "/.well-known/audit-keys.json";
/// The tables of the log, and what it is about.
const TABLES: [&str; 6] = [
    "audit_entries",
    "audit_unsealed",
    "audit_leaves",
    "audit_hashes",
    "audit_tree_heads",
    "audit_keys",
];

impl TestApp {
    /// Seals all that waits, as the service does four times a second where time passes.
    pub fn seal(&self) -> u64 {
        self.wait(audit::seal_waiting(self.db())).expect("it is sealed")
    }

    /// The log's head over HTTP.
    pub fn audit_log(&self) -> Value {
        self.anon().get(200, "/api/v1/audit/log").json()
    }

    /// The published keys.
    pub fn audit_keys(&self) -> TrustedKeys {
        let (keys, faults) = read_keys(&self.anon().get(200, KEYS).bytes).expect("a key set");
        assert_eq!(faults, Vec::<String>::new());
        TrustedKeys::new(keys)
    }

    /// The newest checkpoint, checked with the published keys.
    pub fn checkpoint(&self) -> Checkpoint {
        let note = self.anon().get(200, "/api/v1/audit/log/checkpoint").text();
        Checkpoint::read(&note, &self.audit_keys())
            .expect("a checkpoint")
            .0
    }

    /// The proof of a leaf, which leads to the root of its signed head.
    pub fn inclusion_proof(&self, leaf_hash: &str) -> InclusionProof {
        let path = format!("/api/v1/audit/log/inclusion-proof?leaf_hash={leaf_hash}");
        let proof: InclusionProof =
            serde_json::from_slice(&self.anon().get(200, &path).bytes).expect("a proof");
        let (head, _) = Checkpoint::read(&proof.checkpoint, &self.audit_keys()).expect("a signed head");
        proof.leads_to(&head).expect("the proof leads to the head");
        assert_eq!(proof.leaf_hash, leaf_hash);
        proof
    }

    /// All leaf hashes, in pages of three.
    pub fn leaves(&self) -> Vec<Hash> {
        let (mut leaves, mut from) = (Vec::new(), Some(0));
        while let Some(start) = from {
            let path = format!("/api/v1/audit/log/leaves?from={start}&limit=3");
            let page = self.anon().get(200, &path).json();
            let hashes = page["data"].as_array().expect("hashes");
            leaves.extend(
                hashes
                    .iter()
                    .map(|hash| parse_hex(hash.as_str().unwrap()).unwrap()),
            );
            from = page["next"].as_u64();
        }
        leaves
    }

    /// What `parindex audit verify` finds, with the checkpoints that somebody kept.
    pub fn verify_log(&self, kept: &[Checkpoint]) -> Result<Verified, String> {
        let kept = kept
            .iter()
            .map(|head| Kept {
                name: "kept.txt".to_owned(),
                head: head.clone(),
            })
            .collect();
        self.wait(audit::verify(self.db(), self.audit_keys(), kept))
            .expect("the log is read")
    }

    /// Runs statements as somebody with the database's password would.
    pub fn behind_the_back(&self, statements: &str) {
        let url = DatabaseUrl::parse(self.database_url()).expect("our own URL");
        let mut conn = Database::connect_for_migrations(&url).expect("the database");
        conn.batch_execute(statements).expect(statements);
    }

    /// Keeps the log's tables as they are.
    pub fn keep_log(&self) {
        for table in TABLES {
            self.behind_the_back(&format!("CREATE TABLE kept_{table} AS SELECT * FROM {table}"));
        }
    }

    /// Brings back what was kept.
    pub fn restore_log(&self) {
        for table in TABLES {
            self.behind_the_back(&format!(
                "DELETE FROM {table}; INSERT INTO {table} SELECT * FROM kept_{table}"
            ));
        }
    }
}
