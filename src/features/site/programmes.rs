//! Pages about coordination programmes. They hold what everybody may read: counts, published answers, no names of persons.

use askama::Template;

use super::frame::Frame;
use crate::{
    clock::Moment,
    db::Database,
    error::{AppError, AppResult},
    features::{
        oversight::{PublicProgramme, public_programme, public_programmes},
        programmes::{Counts, ProgrammeRow, ProgrammeStatus},
    },
    ids::{AgencyCode, ContentCode, ProgrammeCode},
};

/// All programmes that are in force or closed.
#[derive(Template)]
#[template(path = "programmes.html")]
pub struct ProgrammeList {
    frame: Frame,
    all: Vec<ProgrammeRow>,
}

/// One programme.
#[derive(Template)]
#[template(path = "programme.html")]
pub struct ProgrammePage {
    frame: Frame,
    row: ProgrammeRow,
    owner: String,
    signatories: Vec<String>,
    as_of: Moment,
    all: Tally,
    contents: Vec<(ContentCode, Tally)>,
    units: Vec<Tally>,
    answers: Vec<Answer>,
    inspections: i64,
}

/// A line of a table of counts.
struct Tally {
    name: String,
    total: i64,
    done: i64,
    in_time: i64,
    overdue: i64,
    no_deadline: i64,
}

struct Answer {
    asker: String,
    subject: String,
    answer: String,
    published_at: Moment,
}

impl Tally {
    fn of(name: String, counts: &Counts) -> Self {
        let timeliness = &counts.timeliness;
        Self {
            name,
            total: counts.total,
            done: counts.done,
            in_time: timeliness.in_time + timeliness.nearly_due,
            overdue: counts.overdue,
            no_deadline: timeliness.no_deadline,
        }
    }
}

fn is_closed(row: &ProgrammeRow) -> bool {
    row.status == ProgrammeStatus::Closed
}

impl ProgrammeList {
    /// Reads them.
    pub async fn load(db: &Database, frame: Frame) -> AppResult<Self> {
        let all = db.read(public_programmes).await?;
        Ok(Self { frame, all })
    }
}

impl ProgrammePage {
    /// Reads one; 404 where nobody may read it.
    pub async fn load(db: &Database, frame: Frame, code: &str) -> AppResult<Self> {
        let code = ProgrammeCode::parse(code).map_err(|_| AppError::not_found())?;
        let now = db.clock().now();
        let found = db.read(move |conn| public_programme(conn, &code, now)).await?;
        Ok(Self::build(frame, found))
    }

    fn build(frame: Frame, found: PublicProgramme) -> Self {
        let name = |code: &AgencyCode| -> String {
            found.names.get(code).map_or_else(
                || code.to_string(),
                |card| frame.pick(&card.name_vi, card.name_en.as_deref()).to_owned(),
            )
        };
        let counts = |content: &ContentCode| {
            let of = found.summary.by_content.iter();
            let mut of = of.filter(|row| row.content == *content);
            of.next().map(|row| row.counts.clone()).unwrap_or_default()
        };
        let contents = found.contents.iter().map(|content| {
            let tally = Tally::of(content.title.clone(), &counts(&content.code));
            (content.code.clone(), tally)
        });
        let units = found.summary.by_lead.iter();
        let answers = found.answers.iter().map(|answer| Answer {
            asker: name(&answer.asker),
            subject: answer.subject.clone(),
            answer: answer.answer.clone(),
            published_at: answer.published_at,
        });
        Self {
            owner: name(&found.row.owner_code),
            signatories: found.signatories.iter().map(name).collect(),
            as_of: found.summary.as_of,
            all: Tally::of(frame.w.all_lines.to_owned(), &found.summary.overall),
            contents: contents.collect(),
            units: units
                .map(|unit| Tally::of(name(&unit.lead), &unit.counts))
                .collect(),
            answers: answers.collect(),
            inspections: found.inspections,
            frame: Frame {
                title: found.row.title.clone(),
                ..frame
            },
            row: found.row,
        }
    }
}
