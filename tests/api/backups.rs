//! Stories about backups: what is taken while the service runs comes back whole, into an empty place alone.

use std::path::{Path, PathBuf};

use parindex::{
    db::{DatabaseUrl, open_for_reading, table_rows},
    features::rounds::Phase,
};
use serde_json::json;

use crate::{
    stories,
    support::{
        Engine, Scratch, TestApp, files,
        offline::{Folder, Said},
    },
};

stories![
    a_backup_brings_rows_and_files_back,
    what_was_damaged_is_named,
    nothing_is_written_over,
];

/// Where a command keeps its things: a database and a folder.
struct Place {
    url: String,
    scratch: Scratch,
}

impl Place {
    /// An empty one, of the kind that the app's is.
    fn empty(app: &TestApp) -> Self {
        let engine = match app.database_url().starts_with("sqlite:") {
            true => Engine::Sqlite,
            false => Engine::Postgres,
        };
        let scratch = Scratch::empty(engine);
        Self {
            url: scratch.url().to_owned(),
            scratch,
        }
    }

    fn run(&self, code: i32, arguments: &[&str]) -> String {
        let data_dir = self.scratch.dir().to_str().unwrap();
        let said = at(&self.url, data_dir, arguments);
        assert_eq!(said.code, code, "{arguments:?}: {}", said.text);
        said.text
    }

    fn path(&self, name: &str) -> PathBuf {
        self.scratch.dir().join(name)
    }
}

fn at(url: &str, data_dir: &str, arguments: &[&str]) -> Said {
    let settings = [("PARINDEX_DATABASE_URL", url), ("PARINDEX_DATA_DIR", data_dir)];
    Folder::new().parindex(arguments, &settings)
}

/// The app's database with rows, a copy of its files, and the bytes of one of them.
fn filled(app: &TestApp) -> (Place, Vec<u8>) {
    let round = app.round_in(Phase::SelfAssessment);
    let bytes = files::pdf("Kế hoạch");
    files::upload(201, &app.submitter("moj"), &round, "moj", "1.1", &bytes);
    let place = Place {
        url: app.database_url().to_owned(),
        ..Place::empty(app)
    };
    copy_tree(&app.data_dir().join("evidence"), &place.path("evidence"));
    (place, bytes)
}

fn copy_tree(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy_tree(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}

fn rows(url: &str) -> parindex::db::TableRows {
    let url = DatabaseUrl::parse(url).unwrap();
    table_rows(&mut open_for_reading(&url).unwrap()).unwrap()
}

fn a_backup_brings_rows_and_files_back(app: &TestApp) {
    let (place, bytes) = filled(app);
    let before = rows(&place.url);
    let backup = place.path("backup");
    let backup = backup.to_str().unwrap();
    let said = place.run(0, &["backup", backup]);
    assert!(said.contains("Keys are not in it"), "{said}");
    place.run(0, &["backup", "verify", backup]);
    // What comes later is not part of it.
    app.add_agencies(&["later"]);
    assert_ne!(rows(&place.url), before);
    let other = Place::empty(app);
    let said = other.run(0, &["restore", backup]);
    assert!(said.contains("restored"), "{said}");
    assert_eq!(rows(&other.url), before);
    assert!(before["agencies"] > 0 && before["audit_entries"] > 0);
    let digest = files::sha256(&bytes);
    let file = other.path(&format!("evidence/{}/{}/{digest}", &digest[..2], &digest[2..4]));
    assert_eq!(std::fs::read(file).unwrap(), bytes);
    // What was restored can be backed up again, and says the same of itself but for the time.
    let again = other.path("again");
    let again = again.to_str().unwrap();
    other.run(0, &["backup", again]);
    let manifest = |folder: &str| -> serde_json::Value {
        serde_json::from_slice(&std::fs::read(format!("{folder}/manifest.json")).unwrap()).unwrap()
    };
    let (first, second) = (manifest(backup), manifest(again));
    assert_eq!(
        (&first["tables"], &first["evidence"], &first["migration"]),
        (&second["tables"], &second["evidence"], &second["migration"])
    );
}

fn what_was_damaged_is_named(app: &TestApp) {
    let (place, bytes) = filled(app);
    let backup = place.path("backup");
    let name = backup.to_str().unwrap().to_owned();
    place.run(0, &["backup", &name]);
    let database = backup.join(match place.url.starts_with("sqlite:") {
        true => "database.sqlite",
        false => "database.pgdump",
    });
    let good = std::fs::read(&database).unwrap();
    let mut changed = good.clone();
    *changed.last_mut().unwrap() ^= 1;
    std::fs::write(&database, changed).unwrap();
    let said = place.run(1, &["backup", "verify", &name]);
    assert!(
        said.contains("database.") && said.contains("is not what was written"),
        "{said}"
    );
    let said = Place::empty(app).run(1, &["restore", &name]);
    assert!(said.contains("no good backup"), "{said}");
    std::fs::write(&database, good).unwrap();
    let digest = files::sha256(&bytes);
    let file = backup.join(format!("evidence/{}/{}/{digest}", &digest[..2], &digest[2..4]));
    std::fs::write(&file, b"%PDF-1.7 another").unwrap();
    assert!(place.run(1, &["backup", "verify", &name]).contains(&digest));
    std::fs::remove_file(&file).unwrap();
    assert!(place.run(1, &["backup", "verify", &name]).contains(&digest));
    std::fs::write(&file, bytes).unwrap();
    place.run(0, &["backup", "verify", &name]);
    // More rows are said than there are.
    let manifest = backup.join("manifest.json");
    let mut said: serde_json::Value = serde_json::from_slice(&std::fs::read(&manifest).unwrap()).unwrap();
    said["tables"]["agencies"] = json!(100_000);
    std::fs::write(&manifest, said.to_string()).unwrap();
    let told = Place::empty(app).run(1, &["restore", &name]);
    assert!(
        told.contains("agencies: ") && told.contains("instead of 100000 rows"),
        "{told}"
    );
    std::fs::remove_file(&manifest).unwrap();
    assert!(
        place
            .run(1, &["backup", "verify", &name])
            .contains("is no backup")
    );
}

fn nothing_is_written_over(app: &TestApp) {
    let (place, _) = filled(app);
    let backup = place.path("backup");
    let name = backup.to_str().unwrap();
    place.run(0, &["backup", name]);
    let said = place.run(1, &["backup", name]);
    assert!(said.contains("is there already"), "{said}");
    let before = rows(&place.url);
    let said = place.run(1, &["restore", name]);
    assert!(said.contains("holds something already"), "{said}");
    assert_eq!(rows(&place.url), before);
    // Where evidence is damaged in the store, no backup is made of it.
    let digest = &app.stored_files()[0];
    let file = place.path(&format!("evidence/{}/{}/{digest}", &digest[..2], &digest[2..4]));
    std::fs::remove_file(file).unwrap();
    let other = place.path("other");
    let said = place.run(1, &["backup", other.to_str().unwrap()]);
    assert!(said.contains(digest.as_str()), "{said}");
    assert!(!other.exists());
}
