//! A coordination programme of the story's agencies: moha runs it, moj leads, mof co-ordinates.

use serde_json::{Value, json};

use super::{Person, Response, TestApp, play::text, round::OWNER};

/// The programme's code.
pub const CODE: &str = "story-2026";

/// A programme of an app.
pub struct Programme<'a> {
    app: &'a TestApp,
    /// Its code.
    pub code: String,
}

/// A new programme with two contents.
pub fn new_programme(code: &str) -> Value {
    json!({
        "code": code, "title": "Chương trình phối hợp 2026-2027", "signed_on": "2026-01-15",
        "period": {"from_year": 2026, "to_year": 2027}, "owner": OWNER, "signatories": [OWNER, "mic"],
        "contents": [{"code": "1", "title": "Văn bản"}, {"code": "2", "title": "Kiểm tra"}],
    })
}

/// A new task of one line, which moj leads and mof co-ordinates, until the end of March.
pub fn task(code: &str) -> Value {
    json!({"code": code, "content": "1", "title": format!("Nhiệm vụ {code}"), "kind": "general",
           "lines": [{"year": 2026, "to": "2026-03-31", "lead": "moj", "coordinators": ["mof"]}]})
}

impl TestApp {
    /// A draft of a programme.
    pub fn draft_programme(&self, code: &str) -> Programme<'_> {
        self.import_reference();
        self.evaluator(OWNER)
            .post(201, "/api/v1/programmes", &new_programme(code));
        Programme {
            app: self,
            code: code.to_owned(),
        }
    }

    /// A programme in force with some tasks.
    pub fn programme(&self, tasks: &[Value]) -> Programme<'_> {
        let programme = self.draft_programme(CODE);
        programme.add(201, tasks);
        programme.set_status(200, "in_force");
        programme
    }
}

impl Programme<'_> {
    /// An address of the programme: `programme.path("/tasks")`.
    pub fn path(&self, rest: &str) -> String {
        format!("/api/v1/programmes/{}{rest}", self.code)
    }

    /// The address of a task's first line.
    pub fn line(&self, task: &str) -> String {
        self.path(&format!("/tasks/{task}/lines/1"))
    }

    /// Somebody who runs the programme.
    pub fn evaluator(&self) -> Person {
        self.app.evaluator(OWNER)
    }

    /// The programme's ETag.
    pub fn etag(&self) -> String {
        self.evaluator().get(200, &self.path("")).etag().to_owned()
    }

    /// Adds tasks.
    pub fn add(&self, status: u16, tasks: &[Value]) -> Response {
        self.evaluator()
            .post(status, &self.path("/tasks"), &json!({"tasks": tasks}))
    }

    /// Changes the programme.
    pub fn change(&self, status: u16, change: &Value) -> Response {
        self.evaluator()
            .if_match(&self.etag())
            .patch(status, &self.path(""), change)
    }

    /// Brings the programme into force, or to its end.
    pub fn set_status(&self, status: u16, to: &str) -> Response {
        self.change(status, &json!({"status": to}))
    }

    /// Reads a task's first line.
    pub fn read(&self, task: &str) -> Value {
        self.evaluator().get(200, &self.line(task)).json()
    }

    /// The state of a task's first line.
    pub fn state(&self, task: &str) -> String {
        text(&self.read(task), "state").to_owned()
    }

    /// Changes the plan of a task's first line.
    pub fn change_line(&self, status: u16, task: &str, change: &Value) -> Response {
        let path = self.line(task);
        let etag = self.evaluator().get(200, &path).etag().to_owned();
        self.evaluator().if_match(&etag).patch(status, &path, change)
    }

    /// Moves a task's first line as somebody, with the version that stands.
    pub fn go(&self, status: u16, who: &Person, task: &str, body: &Value) -> Response {
        let path = self.line(task);
        let etag = who.get(200, &path).etag().to_owned();
        who.if_match(&etag).post(status, &format!("{path}/moves"), body)
    }
}
