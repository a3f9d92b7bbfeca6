//! Published results by SQL: the views say what the documents say, and a role can read them and nothing else.

use std::collections::BTreeMap;

use diesel::{
    Connection, PgConnection, QueryableByName, RunQueryDsl, connection::SimpleConnection, sql_types::Text,
};
use parindex::{
    db::{Answer, Conn, Entry, Outcome},
    features::{publications::bi::VIEWS, rounds::Phase},
    scoring::Points,
};
use serde_json::{Value, json};

use crate::{
    open_data::published,
    stories,
    support::{
        TestApp,
        offline::Folder,
        play::{import_results, rows, text},
    },
};

stories![
    the_views_say_what_is_published,
    a_correction_leaves_what_it_corrects_and_says_so,
    what_is_not_published_is_in_no_view,
    what_was_published_before_gets_its_rows_once,
    rows_that_were_touched_are_found,
    every_column_is_documented,
    a_role_reads_the_views_and_nothing_else,
    a_role_that_may_do_more_is_refused,
];

const DOCUMENTATION: &str = include_str!("../../docs/bi.md");

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Text)]
    line: String,
}

/// The lines of a query that has one text column, `line`, on whichever database it is.
fn lines(app: &TestApp, sqlite: &str, postgres: &str) -> Vec<String> {
    let (sqlite, postgres) = (sqlite.to_owned(), postgres.to_owned());
    let read = app.db().read(move |conn| {
        let found: Vec<Line> = match conn {
            Conn::Pg(conn) => diesel::sql_query(postgres).load(conn)?,
            Conn::Lite(conn) => diesel::sql_query(sqlite).load(conn)?,
        };
        Ok(found.into_iter().map(|row| row.line).collect())
    });
    app.wait(read).expect("the view")
}

/// Some columns of a view as texts; `-` for null.
fn select(app: &TestApp, columns: &[&str], view: &str, tail: &str) -> Vec<Vec<String>> {
    let column = |name: &&str| format!("COALESCE(CAST({name} AS TEXT), '-')");
    let columns = columns.iter().map(column).collect::<Vec<_>>().join(" || '|' || ");
    let query = format!("SELECT {columns} AS line FROM {view} {tail}");
    let split = |line: String| line.split('|').map(str::to_owned).collect();
    lines(app, &query, &query).into_iter().map(split).collect()
}

/// A decimal of a view or of the API, to compare: `84.4`, `84.40` and `84.400000` are one number.
fn number(text: &str) -> Option<Points> {
    (text != "-").then(|| Points::parse(text).unwrap_or_else(|_| panic!("{text} is no exact decimal")))
}

fn of(value: &Value) -> Option<Points> {
    value.as_str().map(|text| Points::parse(text).expect("a decimal"))
}

fn word(value: &Value) -> String {
    match value {
        Value::Null => "-".to_owned(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

fn the_views_say_what_is_published(app: &TestApp) {
    let address = published(app);
    let about = app.anon().get(200, &address).json();
    let facts = select(
        app,
        &[
            "publication_id",
            "kind",
            "round_code",
            "year",
            "agencies",
            "ranked",
            "mean_printed",
        ],
        "v_publications",
        "",
    );
    let expected = ["id", "kind", "round", "year", "agencies", "ranked"].map(|field| word(&about[field]));
    assert_eq!(facts.len(), 1);
    assert_eq!(facts[0][..6], expected);
    assert_eq!(number(&facts[0][6]), of(&about["mean"]));
    ranking_is_alike(app, &address);
    nodes_are_alike(app, &address);
}

fn ranking_is_alike(app: &TestApp, address: &str) {
    let ranking = app.anon().get(200, &format!("{address}/ranking")).json();
    let held = select(
        app,
        &[
            "agency_code",
            "agency_name_vi",
            "level_code",
            "region_code",
            "place",
            "place_label",
            "band",
            "points_printed",
            "maximum",
            "index_printed",
            "adjustment",
            "score_printed",
            "change_index",
        ],
        "v_rankings",
        "",
    );
    let held: BTreeMap<String, Vec<String>> = held.into_iter().map(|row| (row[0].clone(), row)).collect();
    let shown: Vec<&Value> = rows(&ranking, "entries")
        .iter()
        .chain(rows(&ranking, "not_ranked"))
        .collect();
    assert_eq!(held.len(), shown.len());
    for entry in shown {
        let row = &held[text(&entry["agency"], "code")];
        let agency = ["code", "name_vi", "level", "region"].map(|field| word(&entry["agency"][field]));
        assert_eq!(row[..4], agency);
        let place = ["place", "place_label", "band"].map(|field| word(&entry[field]));
        assert_eq!(row[4..7], place);
        for (at, field) in ["total", "maximum", "index", "adjustment", "score"]
            .iter()
            .enumerate()
        {
            assert_eq!(number(&row[7 + at]), of(&entry[*field]), "{field} of {row:?}");
        }
        assert_eq!(number(&row[12]), of(&entry["change"]["index"]));
    }
}

fn nodes_are_alike(app: &TestApp, address: &str) {
    let data = app.anon().get(200, &format!("{address}/data")).json();
    let columns = [
        "agency_code",
        "node_code",
        "points_printed",
        "maximum",
        "index_printed",
    ];
    let held = select(app, &columns, "v_scores", "");
    let held: BTreeMap<_, _> = held
        .into_iter()
        .map(|row| ((row[0].clone(), row[1].clone()), row[2..].to_vec()))
        .collect();
    let mut seen = 0;
    for agency in rows(&data, "agencies") {
        for node in rows(agency, "nodes") {
            let row = &held[&(
                text(&agency["agency"], "code").to_owned(),
                text(node, "code").to_owned(),
            )];
            let applies = of(&node["maximum"]) > Some(Points::ZERO);
            assert_eq!(number(&row[0]), of(&node["points"]).filter(|_| applies), "{node}");
            assert_eq!(number(&row[1]), of(&node["maximum"]), "{node}");
            assert_eq!(number(&row[2]), of(&node["index"]), "{node}");
            seen += 1;
        }
    }
    assert_eq!(held.len(), seen);
    let first_tier = rows(&data, "nodes")
        .iter()
        .filter(|node| node["parent"].is_null())
        .count();
    let domains = select(app, &["agency_code", "domain_code", "points"], "v_domains", "");
    assert_eq!(domains.len(), first_tier * rows(&data, "agencies").len());
    // The exact values are those of the document, to the last of six decimals.
    let document = app.anon().get(200, &format!("{address}/document")).json();
    let exact = select(
        app,
        &["agency_code", "points", "index_value", "score"],
        "v_rankings",
        "",
    );
    for row in exact {
        let agencies = rows(&document, "agencies");
        let agency = agencies
            .iter()
            .find(|agency| agency["code"] == *row[0])
            .expect("the agency");
        for (at, field) in ["total", "index", "score"].iter().enumerate() {
            assert_eq!(number(&row[1 + at]), of(&agency[*field]), "{field} of {row:?}");
        }
    }
}

fn table(index: &str, supersedes: Option<&str>) -> Value {
    json!({"code": "earlier-2022", "set": "earlier", "level": "ministry", "year": 2022, "title_vi": "Bảng trước",
        "complete": false, "sources": [{"code": "S1", "address": "https://example.vn"}], "supersedes": supersedes,
        "entries": [{"agency": "moj", "index": index, "place": 1, "basis": "published"}]})
}

fn a_correction_leaves_what_it_corrects_and_says_so(app: &TestApp) {
    app.import_reference();
    let first = import_results(app, &table("71.5", None));
    let second = import_results(app, &table("72.123456", Some(&first)));
    let columns = ["publication_id", "superseded_by_id", "superseded"];
    let held = select(app, &columns, "v_publications", "ORDER BY sequence");
    let is = |word: &str| ["1", "true"].contains(&word);
    assert_eq!(held[0][..2], [first.clone(), second.clone()]);
    assert_eq!(held[1][..2], [second, "-".to_owned()]);
    assert_eq!((is(&held[0][2]), is(&held[1][2])), (true, false));
    let standing = select(
        app,
        &["index_value", "basis", "points"],
        "v_rankings",
        "WHERE NOT superseded",
    );
    assert_eq!(standing.len(), 1);
    assert_eq!(number(&standing[0][0]), Some(Points::parse("72.123456").unwrap()));
    assert_eq!(standing[0][1..], ["published", "-"]);
    // An external table has no nodes.
    assert!(select(app, &["node_code"], "v_scores", "").is_empty());
}

fn what_is_not_published_is_in_no_view(app: &TestApp) {
    app.round_in(Phase::Council);
    for view in VIEWS {
        assert!(select(app, &["sequence"], view, "").is_empty(), "{view}");
    }
    // What the views stand on is nothing but publications.
    let used = lines(
        app,
        "SELECT '' AS line WHERE 0",
        "SELECT DISTINCT table_name::text AS line FROM information_schema.view_table_usage \
         WHERE view_schema = current_schema() ORDER BY 1",
    );
    let allowed =
        |name: &String| name == "publications" || name.starts_with("published_") || name.starts_with("v_");
    assert!(used.iter().all(allowed), "{used:?}");
    let persons = lines(
        app,
        "SELECT '' AS line WHERE 0",
        "SELECT column_name::text AS line FROM information_schema.view_column_usage \
         WHERE view_schema = current_schema() AND column_name IN ('published_by', 'document')",
    );
    assert_eq!(persons, Vec::<String>::new());
}

/// A statement past everything that the service would do.
fn meddle(app: &TestApp, statement: &'static str) {
    let done = app.db().write(app.change("test", vec![]), move |tx| {
        tx.conn().batch_execute(statement)?;
        let entry = Entry {
            object_kind: "publication",
            object_id: "test".to_owned(),
            before_digest: None,
            after_digest: None,
            detail: json!({}),
        };
        Ok(Outcome::Done(Answer::empty(), entry))
    });
    app.wait(done).unwrap();
}

const NO_ROWS: &str = "DELETE FROM published_nodes; DELETE FROM published_heads; DELETE FROM published_agencies; \
                       DELETE FROM published_facts";

/// Runs `parindex` beside the app, on its database.
fn operate(app: &TestApp, code: i32, arguments: &[&str]) -> String {
    let dir = app.data_dir().display().to_string();
    let settings = [
        ("PARINDEX_DATA_DIR", dir.as_str()),
        ("PARINDEX_DATABASE_URL", app.database_url()),
    ];
    let said = Folder::new().parindex(arguments, &settings);
    assert_eq!(said.code, code, "{arguments:?}: {}", said.text);
    said.text
}

fn what_was_published_before_gets_its_rows_once(app: &TestApp) {
    let address = published(app);
    import_results(app, &table("71.5", None));
    let all = |view: &str| select(app, &["sequence"], view, "").len();
    let before = VIEWS.map(all);
    assert!(before.iter().all(|rows| *rows > 1), "{before:?}");
    meddle(app, NO_ROWS);
    assert_eq!(VIEWS.map(all), [0; 4]);
    assert!(operate(app, 1, &["bi", "check"]).contains("2 of 2"));
    assert_eq!(
        operate(app, 0, &["bi", "fill"]),
        "2 publications got their rows\n"
    );
    assert_eq!(
        operate(app, 0, &["bi", "fill"]),
        "0 publications got their rows\n"
    );
    assert_eq!(VIEWS.map(all), before);
    ranking_is_alike_of_round(app, &address);
    assert!(operate(app, 0, &["bi", "check"]).contains("2 publications"));
    let entries = app.admin().get(200, "/api/v1/audit?limit=100").json();
    let filled = |entry: &&Value| entry["action"] == "fill_publication_rows";
    assert_eq!(rows(&entries, "data").iter().filter(filled).count(), 2);
    // The command that migrates does the same.
    meddle(app, NO_ROWS);
    assert!(operate(app, 0, &["migrate"]).contains("2 publications got their rows"));
    assert_eq!(VIEWS.map(all), before);
    // A document that is not the one that was published is read by nobody as published.
    meddle(app, NO_ROWS);
    meddle(
        app,
        "UPDATE publications SET document = REPLACE(document, '71.5', '91.5')",
    );
    assert!(operate(app, 0, &["bi", "fill"]).contains("1 publications got their rows"));
    assert_eq!(all("v_publications"), 1);
}

fn ranking_is_alike_of_round(app: &TestApp, address: &str) {
    let ranking = app.anon().get(200, &format!("{address}/ranking")).json();
    let held = select(
        app,
        &["agency_code", "index_printed"],
        "v_rankings",
        "WHERE points IS NOT NULL",
    );
    let held: BTreeMap<_, _> = held
        .into_iter()
        .map(|row| (row[0].clone(), number(&row[1])))
        .collect();
    for entry in rows(&ranking, "entries") {
        assert_eq!(held[text(&entry["agency"], "code")], of(&entry["index"]));
    }
}

fn rows_that_were_touched_are_found(app: &TestApp) {
    let id = published(app).rsplit('/').next().unwrap().to_owned();
    assert!(operate(app, 0, &["bi", "check"]).contains("1 publications"));
    let touches = [
        (
            "UPDATE published_nodes SET points = points + 1 WHERE agency = 1 AND node = 2",
            "UPDATE published_nodes SET points = points - 1 WHERE agency = 1 AND node = 2",
        ),
        (
            "UPDATE published_agencies SET place = place + 1 WHERE position = 0",
            "UPDATE published_agencies SET place = place - 1 WHERE position = 0",
        ),
        (
            "INSERT INTO published_nodes VALUES (1, 900, 0, 1, 1, 1, 1, 1)",
            "DELETE FROM published_nodes WHERE agency = 900",
        ),
    ];
    for (touch, mend) in touches {
        meddle(app, touch);
        let said = operate(app, 1, &["bi", "check"]);
        assert!(said.contains(&id), "{touch}: {said}");
        meddle(app, mend);
        operate(app, 0, &["bi", "check"]);
    }
}

/// The columns of a view with their types, as its table in the documentation lists them.
fn documented(view: &str) -> Vec<String> {
    let start = DOCUMENTATION.find(&format!("## {view}:")).expect("a section");
    let section = &DOCUMENTATION[start + 3..];
    let section = section.find("\n## ").map_or(section, |end| &section[..end]);
    let rows = section.lines().filter_map(|line| line.strip_prefix("| "));
    rows.filter(|row| !row.starts_with("column "))
        .map(|row| {
            let cells: Vec<&str> = row.split(" | ").collect();
            assert!(
                cells.len() >= 3 && !cells[cells.len() - 1].trim_matches(['|', ' ']).is_empty(),
                "{row}"
            );
            format!("{} {}", cells[0], cells[1])
        })
        .collect()
}

fn every_column_is_documented(app: &TestApp) {
    for view in VIEWS {
        let names: Vec<String> = documented(view);
        let held = lines(
            app,
            &format!("SELECT name AS line FROM pragma_table_info('{view}') ORDER BY cid"),
            &format!(
                "SELECT column_name || ' ' || replace(data_type, ' without time zone', '') AS line \
                 FROM information_schema.columns WHERE table_schema = current_schema() AND table_name = '{view}' \
                 ORDER BY ordinal_position"
            ),
        );
        // SQLite's views have no types of their own.
        let typed = held.first().is_some_and(|line| line.contains(' '));
        let name = |line: &String| line.split(' ').next().expect("a name").to_owned();
        let expected = if typed {
            names
        } else {
            names.iter().map(name).collect()
        };
        assert_eq!(held, expected, "{view}: left the database, right docs/bi.md");
    }
    let sections = DOCUMENTATION
        .lines()
        .filter(|line| line.starts_with("## v_"))
        .count();
    assert_eq!(sections, VIEWS.len());
}

/// A role that goes with the value.
struct Role<'a> {
    app: &'a TestApp,
    name: String,
}

impl<'a> Role<'a> {
    fn make(app: &'a TestApp, rights: &str) -> Self {
        let role = Self {
            app,
            name: format!("bi_{}", uuid::Uuid::new_v4().simple()),
        };
        role.as_owner(&format!("CREATE ROLE {} {rights}", role.name));
        role
    }

    fn connect(&self) -> PgConnection {
        PgConnection::establish(self.app.database_url()).expect("the server")
    }

    fn as_owner(&self, statement: &str) {
        self.connect()
            .batch_execute(statement)
            .expect("a statement of the test's own");
    }

    /// What the server says to a statement of the role's.
    fn says(&self, statement: &str) -> Result<(), String> {
        let mut conn = self.connect();
        conn.batch_execute(&format!("SET SESSION AUTHORIZATION {}", self.name))
            .expect("the role");
        conn.batch_execute(statement).map_err(|error| error.to_string())
    }
}

impl Drop for Role<'_> {
    fn drop(&mut self) {
        self.as_owner(&format!("DROP OWNED BY {0}; DROP ROLE {0}", self.name));
    }
}

fn is_postgres(app: &TestApp) -> bool {
    app.database_url().starts_with("postgres")
}

fn a_role_reads_the_views_and_nothing_else(app: &TestApp) {
    if !is_postgres(app) {
        let said = operate(app, 1, &["bi", "grant", "bi"]);
        assert!(said.contains("only PostgreSQL has roles"), "{said}");
        return;
    }
    let said = operate(app, 1, &["bi", "grant", "nobody_of_this_name"]);
    assert!(said.contains("CREATE ROLE nobody_of_this_name"), "{said}");
    let said = operate(app, 1, &["bi", "grant", "a\"; DROP TABLE users; --"]);
    assert!(said.contains("no role's name"), "{said}");

    published(app);
    let role = Role::make(app, "LOGIN");
    for view in VIEWS {
        assert!(
            role.says(&format!("SELECT * FROM {view}")).is_err(),
            "{view}: not before it was granted"
        );
    }
    // What somebody gave it by mistake is taken away, column by column too.
    let schema = lines(app, "", "SELECT current_schema()::text AS line").remove(0);
    role.as_owner(&format!(
        "GRANT USAGE, CREATE ON SCHEMA {schema} TO {0}; GRANT ALL ON submissions TO {0}; \
         GRANT SELECT (username) ON users TO {0}; GRANT INSERT ON v_rankings TO {0}",
        role.name
    ));
    for _ in 0..2 {
        let said = operate(app, 0, &["bi", "grant", &role.name]);
        assert!(said.contains("nothing else here"), "{said}");
    }
    for view in VIEWS {
        assert_eq!(role.says(&format!("SELECT * FROM {view}")), Ok(()), "{view}");
    }
    let tables = lines(
        app,
        "",
        "SELECT table_name::text AS line FROM information_schema.tables WHERE table_schema = current_schema() ORDER BY 1",
    );
    assert!(tables.len() > 40, "{tables:?}");
    for table in &tables {
        let mut statements = vec![
            format!("INSERT INTO {table} DEFAULT VALUES"),
            format!("DELETE FROM {table}"),
            format!("TRUNCATE {table}"),
        ];
        if !VIEWS.contains(&table.as_str()) {
            statements.push(format!("SELECT 1 FROM {table}"));
            statements.push(format!("SELECT * FROM {table} FOR UPDATE"));
        }
        for statement in statements {
            let said = role.says(&statement).expect_err(&statement);
            // A view over several tables is refused as such, before rights are looked at.
            let refused = said.contains("permission denied")
                || (VIEWS.contains(&table.as_str())
                    && (said.contains("cannot ") || said.contains("is not a table")));
            assert!(refused, "{statement}: {said}");
        }
    }
    for statement in [
        "CREATE TABLE mine (a INT)",
        "UPDATE v_publications SET title_vi = ''",
        "SELECT username FROM users",
    ] {
        let said = role.says(statement).expect_err(statement);
        assert!(
            said.contains("permission denied") || said.contains("cannot update"),
            "{statement}: {said}"
        );
    }
    let entries = app.admin().get(200, "/api/v1/audit?limit=100").json();
    let granted = rows(&entries, "data")
        .iter()
        .filter(|entry| entry["action"] == "grant_bi_views");
    assert_eq!(granted.count(), 2);
}

fn a_role_that_may_do_more_is_refused(app: &TestApp) {
    if !is_postgres(app) {
        return;
    }
    let superuser = Role::make(app, "SUPERUSER");
    let said = operate(app, 1, &["bi", "grant", &superuser.name]);
    assert!(said.contains("would still have"), "{said}");
    let group = Role::make(app, "");
    group.as_owner(&format!("GRANT SELECT ON users TO {}", group.name));
    let member = Role::make(app, "LOGIN");
    member.as_owner(&format!("GRANT {} TO {}", group.name, member.name));
    let said = operate(app, 1, &["bi", "grant", &member.name]);
    assert!(said.contains("users: SELECT"), "{said}");
    assert!(
        member.says("SELECT * FROM v_rankings").is_err(),
        "nothing was changed"
    );
}
