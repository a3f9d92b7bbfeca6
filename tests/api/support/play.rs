//! A whole round, played over HTTP by the people who play it in life.

use serde_json::{Value, json};

use super::{Person, Response, TestApp, app::grant, offline};

/// Roles that one person can hold.
const GRANTS_AT_ONCE: usize = 40;

/// A document of the repository's `data` folder.
pub fn data(path: &str) -> Value {
    let path = format!("{}/data/{path}", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// A text of a JSON object.
pub fn text<'a>(value: &'a Value, field: &str) -> &'a str {
    value[field]
        .as_str()
        .unwrap_or_else(|| panic!("no text {field} in {value:#}"))
}

/// The rows of a JSON object.
pub fn rows<'a>(value: &'a Value, field: &str) -> &'a [Value] {
    value[field]
        .as_array()
        .unwrap_or_else(|| panic!("no list {field} in {value:#}"))
}

/// A round that is being played.
pub struct Play<'a> {
    app: &'a TestApp,
    /// The round's code.
    pub round: String,
    /// The agencies that take part, in the order in which they were set.
    pub agencies: Vec<String>,
}

impl<'a> Play<'a> {
    /// Takes the real agencies in.
    pub fn import_agencies(app: &TestApp) {
        app.admin()
            .post(200, "/api/v1/agency-imports", &data("agencies.json"));
    }

    /// Takes a criteria set in.
    pub fn import_set(app: &TestApp, set: &Value) {
        app.admin().post(201, "/api/v1/criteria-sets", set);
    }

    /// Makes a round of `moha` over a set that is there, with its agencies (`"x"` or `{"agency": "x", "ranked": false}`)
    /// and the nodes that bodies appraise, and opens it.
    pub fn open(
        app: &'a TestApp,
        code: &str,
        set: &Value,
        agencies: &[Value],
        bodies: &[(&str, &str)],
    ) -> Self {
        Self::open_in(app, (code, 2023), set, agencies, bodies)
    }

    /// The same of a year.
    pub fn open_in(
        app: &'a TestApp,
        (code, year): (&str, i32),
        set: &Value,
        agencies: &[Value],
        bodies: &[(&str, &str)],
    ) -> Self {
        let evaluator = app.evaluator("moha");
        let round = json!({"code": code, "title_vi": format!("Kỳ {code}"), "title_en": format!("Round {code}"),
            "year": year, "owner": "moha",
            "criteria_set": {"code": set["code"], "version": set["version"]},
            "deadlines": {"self_assessment": "2026-03-20T10:00:00Z", "explanation": "2026-04-10T10:00:00Z"}});
        let made = evaluator.post(201, "/api/v1/rounds", &round);
        let participants: Vec<Value> = agencies
            .iter()
            .map(|agency| match agency {
                Value::String(code) => json!({"agency": code}),
                whole => whole.clone(),
            })
            .collect();
        let play = Self {
            app,
            round: code.to_owned(),
            agencies: participants
                .iter()
                .map(|row| text(row, "agency").to_owned())
                .collect(),
        };
        let body = json!({"agencies": participants});
        let with_agencies = evaluator
            .if_match(made.etag())
            .put(200, &play.path("agencies"), &body);
        if !bodies.is_empty() {
            let rows: Vec<Value> = bodies
                .iter()
                .map(|(node, body)| json!({"node": node, "body": body}))
                .collect();
            evaluator.if_match(with_agencies.etag()).put(
                200,
                &play.path("assignments"),
                &json!({"assignments": rows}),
            );
        }
        play.go("self_assessment");
        play
    }

    /// The address of a part of the round.
    pub fn path(&self, part: &str) -> String {
        format!("/api/v1/rounds/{}/{part}", self.round)
    }

    /// Who runs the round.
    pub fn evaluator(&self) -> Person {
        self.app.evaluator("moha")
    }

    /// Somebody with a role for the agency; one person serves many agencies.
    fn someone(&self, role: &str, agency: &str) -> Person {
        let position = self.agencies.iter().position(|known| known == agency);
        let chunk = position.unwrap_or_else(|| panic!("{agency} takes no part")) / GRANTS_AT_ONCE;
        let name = format!("{}.{role}.{chunk}", self.round);
        let grants: Vec<Value> = self
            .agencies
            .iter()
            .skip(chunk * GRANTS_AT_ONCE)
            .take(GRANTS_AT_ONCE)
            .map(|agency| grant(role, agency))
            .collect();
        self.app.person(&name, &grants)
    }

    /// Somebody who fills in the form of an agency.
    pub fn submitter(&self, agency: &str) -> Person {
        self.someone("submitter", agency)
    }

    /// Moves the round on; everything that the move needs must be there.
    pub fn go(&self, to: &str) -> Response {
        self.go_with(&json!({"to": to}))
    }

    /// Moves the round on, saying more than where to.
    pub fn go_with(&self, body: &Value) -> Response {
        let evaluator = self.evaluator();
        let standing = evaluator.get(200, &format!("/api/v1/rounds/{}", self.round));
        evaluator
            .if_match(standing.etag())
            .post(200, &self.path("transitions"), body)
    }

    /// Saves items of one agency, all at once.
    pub fn declare(&self, agency: &str, items: &[Value]) -> Value {
        let path = self.path(&format!("submissions/{agency}/items"));
        let saved = self
            .submitter(agency)
            .put(200, &path, &json!({"items": items}))
            .json();
        assert_eq!(saved["refused"], 0, "{saved:#}");
        saved
    }

    /// The leadership approves, then it is sent. What was not declared scores 0.
    pub fn submit(&self, agency: &str) {
        let path = self.path(&format!("submissions/{agency}"));
        let standing = self.submitter(agency).get(200, &path);
        let approved = self.someone("leader", agency).if_match(standing.etag()).post(
            200,
            &format!("{path}/transitions"),
            &json!({"to": "approved", "accept_missing": true}),
        );
        self.submitter(agency).if_match(approved.etag()).post(
            200,
            &format!("{path}/transitions"),
            &json!({"to": "submitted", "accept_missing": true}),
        );
    }

    /// A body decides on items of one agency, all at once.
    pub fn appraise(&self, body: &str, agency: &str, items: &[Value]) -> Value {
        let path = self.path(&format!("appraisals/{agency}/items"));
        let saved = self
            .app
            .appraiser(body)
            .put(200, &path, &json!({"items": items}))
            .json();
        assert_eq!(saved["refused"], 0, "{saved:#}");
        saved
    }

    /// Enters survey or external points of any agencies.
    pub fn enter(&self, points: &[Value]) {
        let path = self.path("survey-points");
        self.evaluator().put(200, &path, &json!({"points": points}));
    }

    /// Enters bonus and penalty points of any agencies.
    pub fn adjust(&self, adjustments: &[Value]) {
        let path = self.path("adjustments");
        self.evaluator()
            .put(200, &path, &json!({"adjustments": adjustments}));
    }

    /// An agency's working score.
    pub fn score(&self, agency: &str) -> Value {
        self.evaluator()
            .get(200, &self.path(&format!("scores/{agency}")))
            .json()
    }

    /// From the appraisal to the council, the approval, and out: the id of the publication, which a stranger can verify and
    /// compute again.
    pub fn publish(&self, more: &Value) -> String {
        self.go("council");
        self.evaluator().post(201, &self.path("minutes"), &minutes());
        self.evaluator().post(
            201,
            &self.path("approvals"),
            &json!({"note": "Hội đồng thông qua"}),
        );
        let mut body = json!({"to": "published"});
        for (name, value) in more.as_object().into_iter().flatten() {
            body[name] = value.clone();
        }
        let moved = self.go_with(&body).json();
        let id = text(&moved, "publication").to_owned();
        offline::check(self.app, &id);
        id
    }
}

/// Good minutes of a sitting of the council.
pub fn minutes() -> Value {
    json!({"held_on": "2026-01-05", "number": "12/BB-HĐTĐ",
            "members": [{"name": "Nguyễn Văn A", "position": "Chủ tịch"}, {"name": "Trần Thị B", "position": "Thư ký"}],
            "conclusion": "Thông qua kết quả."})
}

/// The ranking of a publication, as anybody reads it.
pub fn ranking(app: &TestApp, id: &str) -> Value {
    app.anon()
        .get(200, &format!("/api/v1/publications/{id}/ranking"))
        .json()
}

/// The canonical document of a publication, byte for byte.
pub fn document(app: &TestApp, id: &str) -> Response {
    app.anon()
        .get(200, &format!("/api/v1/publications/{id}/document"))
}

/// Takes a published table in; the id of its publication.
pub fn import_results(app: &TestApp, table: &Value) -> String {
    let made = app.admin().post(201, "/api/v1/publications", table).json();
    text(&made, "id").to_owned()
}

/// The line of an agency in a ranking.
pub fn line<'a>(ranking: &'a Value, agency: &str) -> &'a Value {
    rows(ranking, "entries")
        .iter()
        .chain(rows(ranking, "not_ranked"))
        .find(|entry| entry["agency"]["code"] == agency)
        .unwrap_or_else(|| panic!("{agency} is not in the ranking"))
}

/// An item with a document that proves it.
pub fn item(indicator: &str, value: &Value) -> Value {
    json!({"indicator": indicator, "value": value,
        "evidence": [{"number": "12/BC", "date": "2023-12-20", "issuer": "UBND"}]})
}
