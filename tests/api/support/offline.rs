//! The command line, run as a stranger runs it: the program alone, in a folder with downloaded files.

use std::process::{Command, Stdio};

use serde_json::Value;
use tempfile::TempDir;

use super::TestApp;

/// What a command said.
pub struct Said {
    /// Its exit code.
    pub code: i32,
    /// Standard output and error.
    pub text: String,
}

/// A folder of downloaded files.
pub struct Folder(TempDir);

impl Folder {
    /// An empty one.
    pub fn new() -> Self {
        Self(tempfile::tempdir().expect("a temporary folder"))
    }

    /// Writes a file.
    pub fn put(&self, name: &str, bytes: &[u8]) {
        std::fs::write(self.0.path().join(name), bytes).expect("a file");
    }

    /// The files of a publication under the names of `docs/verify.md`, byte for byte as they are sent.
    pub fn download(app: &TestApp, id: &str) -> Self {
        let folder = Self::new();
        let get = |path: &str| app.anon().get(200, path).bytes;
        folder.put(
            "publication.json",
            &get(&format!("/api/v1/publications/{id}/document")),
        );
        folder.put(
            "signature.json",
            &get(&format!("/api/v1/publications/{id}/signature")),
        );
        folder.put("keys.json", &get("/.well-known/publication-keys.json"));
        folder
    }

    /// Runs `parindex` here, with no settings but these.
    pub fn parindex(&self, arguments: &[&str], settings: &[(&str, &str)]) -> Said {
        let mut command = Command::new(env!("CARGO_BIN_EXE_parindex"));
        for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("PARINDEX_")) {
            command.env_remove(name);
        }
        let ended = command
            .args(arguments)
            .envs(settings.iter().copied())
            .current_dir(self.0.path())
            .stdin(Stdio::null())
            .output()
            .expect("the program");
        Said {
            code: ended.status.code().expect("an exit code"),
            text: [ended.stdout, ended.stderr]
                .map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
                .concat(),
        }
    }

    /// Runs it and expects an exit code.
    pub fn expect(&self, code: i32, arguments: &[&str]) -> String {
        let said = self.parindex(arguments, &[]);
        assert_eq!(said.code, code, "{arguments:?}: {}", said.text);
        said.text
    }

    /// Verifies the publication with everything that was downloaded.
    pub fn verify(&self, code: i32) -> String {
        self.expect(
            code,
            &[
                "publication",
                "verify",
                "publication.json",
                "--signature",
                "signature.json",
                "--keys",
                "keys.json",
            ],
        )
    }
}

/// A publication is verified and computed again by a stranger, with the one that its changes are against.
pub fn check(app: &TestApp, id: &str) {
    let folder = Folder::download(app, id);
    let said = folder.verify(0);
    assert!(said.ends_with("\nverified\n"), "{said}");
    let about = app.anon().get(200, &format!("/api/v1/publications/{id}")).json();
    let mut arguments = vec!["publication", "recompute", "publication.json"];
    if let Value::String(baseline) = &about["baseline"] {
        let path = format!("/api/v1/publications/{baseline}/document");
        folder.put("baseline.json", &app.anon().get(200, &path).bytes);
        let said = folder.expect(0, &arguments);
        assert!(said.contains("taken as they stand"), "{said}");
        arguments.extend(["--baseline", "baseline.json"]);
    }
    let said = folder.expect(0, &arguments);
    assert!(said.contains("to the byte"), "{said}");
    assert!(!said.contains("not checked"), "{said}");
}
