//! The pages of forms over HTTP. They are no part of the API's description: people read them.

use actix_web::{
    HttpRequest, HttpResponse, get,
    http::{
        StatusCode,
        header::{self, HeaderValue},
    },
    post,
    web::{self, Bytes, Data},
};

use super::{
    OnFormResponse,
    code::FormCode,
    model::{FormCodeRow, FormResponse},
    page::{self, At, STAMP_FIELD, TRAP_FIELD, Typed, Wrong},
    store,
    words::words,
};
use crate::{
    access::Access,
    clock::{Moment, Zone},
    db::{Actor, Answer, Change, Database, Entry, Outcome},
    error::{AppError, AppResult, ErrorCode},
    features::{
        instruments::Instruments,
        survey_rounds::{self, SurveyRoundRow},
    },
    survey::{CompiledInstrument, Language, PackedResponse},
};

/// Nothing but our own style sheet; no script, no frame, nothing from elsewhere.
const POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
);
/// Nobody reads a form in less, in seconds.
const SECONDS_MIN: i64 = 5;
/// A page is good for a day: who was called away goes on.
const SECONDS_MAX: i64 = 24 * 3600;
/// More fields than an instrument can have.
const FIELDS_MAX: usize = 10_000;

/// The routes of the pages, in both languages.
pub fn pages(config: &mut web::ServiceConfig) {
    config
        .service(style)
        .service(web::scope("/en/forms").configure(in_one_language))
        .service(web::scope("/forms").configure(in_one_language));
}

fn in_one_language(config: &mut web::ServiceConfig) {
    config.service(enter).service(thanks).service(show).service(send);
}

#[get("/forms/style.css")]
async fn style() -> HttpResponse {
    HttpResponse::Ok()
        .content_type("text/css; charset=utf-8")
        .insert_header((header::CACHE_CONTROL, "public, max-age=3600"))
        .body(include_str!("style.css"))
}

/// Where a request stands: its language, and the address of the page below `/forms` in both.
struct Place {
    language: Language,
    action: String,
    other: String,
}

impl Place {
    fn of(request: &HttpRequest, rest: &str) -> Self {
        let (here, there) = (format!("/forms{rest}"), format!("/en/forms{rest}"));
        if request.path().starts_with("/en/") {
            Self {
                language: Language::En,
                action: there,
                other: here,
            }
        } else {
            Self {
                language: Language::Vi,
                action: here,
                other: there,
            }
        }
    }

    fn at(&self) -> At<'_> {
        At {
            language: self.language,
            action: &self.action,
            other: &self.other,
        }
    }
}

fn html(status: u16, body: String) -> AppResult<HttpResponse> {
    let status = StatusCode::from_u16(status).map_err(AppError::internal)?;
    Ok(HttpResponse::build(status)
        .content_type("text/html; charset=utf-8")
        .insert_header((header::CONTENT_SECURITY_POLICY, POLICY))
        // The address holds the code, which nobody else is to learn.
        .insert_header((header::REFERRER_POLICY, "no-referrer"))
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .body(body))
}

fn redirect(to: String) -> HttpResponse {
    HttpResponse::SeeOther()
        .insert_header((header::LOCATION, to))
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .finish()
}

fn say(status: u16, place: &Place, text: &str, asks_code: bool) -> AppResult<HttpResponse> {
    html(status, page::message(&place.at(), text, asks_code)?)
}

#[get("")]
async fn enter(request: HttpRequest) -> AppResult<HttpResponse> {
    let place = Place::of(&request, "");
    let asked = url::form_urlencoded::parse(request.query_string().as_bytes())
        .find(|(name, _)| name == "code")
        .map(|(_, code)| code.into_owned());
    match asked {
        None => say(200, &place, "", true),
        Some(typed) => match FormCode::read(&typed) {
            Some(code) => Ok(redirect(format!("{}/{}", place.action, code.shown()))),
            None => say(404, &place, words(place.language).unknown, true),
        },
    }
}

#[get("/thanks")]
async fn thanks(request: HttpRequest) -> AppResult<HttpResponse> {
    let place = Place::of(&request, "/thanks");
    say(200, &place, words(place.language).thanks, false)
}

/// A form that can be filled in.
struct Open {
    row: FormCodeRow,
    round: SurveyRoundRow,
    instrument: std::sync::Arc<CompiledInstrument>,
}

/// Why there is no form to fill in.
enum Shut {
    Unknown,
    Used,
    Closed,
}

impl Shut {
    fn answer(&self, request: &HttpRequest) -> AppResult<HttpResponse> {
        let place = Place::of(request, "");
        let w = words(place.language);
        match self {
            Self::Unknown => say(404, &place, w.unknown, true),
            Self::Used => say(410, &place, w.used, false),
            Self::Closed => say(409, &place, w.closed, false),
        }
    }
}

async fn open(
    db: &Database,
    instruments: &Data<Instruments>,
    code: Option<&FormCode>,
) -> AppResult<Result<Open, Shut>> {
    let Some(digest) = code.map(FormCode::digest) else {
        return Ok(Err(Shut::Unknown));
    };
    let (instruments, today) = (instruments.clone(), Zone::default().day_of(db.clock().now()));
    db.read(move |conn| {
        let Some(row) = store::find(conn, &digest)? else {
            return Ok(Err(Shut::Unknown));
        };
        if row.used_on.is_some() {
            return Ok(Err(Shut::Used));
        }
        let round = survey_rounds::find_survey_round(conn, &row.survey_round_code)?;
        let in_days = round.collects_from.is_none_or(|day| day <= today)
            && round.collects_to.is_none_or(|day| today <= day);
        if !round.state.takes_responses() || !in_days {
            return Ok(Err(Shut::Closed));
        }
        let instrument = instruments.load(conn, &round.instrument_code, round.instrument_version)?;
        Ok(Ok(Open {
            row,
            round,
            instrument,
        }))
    })
    .await
}

fn code_of(request: &HttpRequest) -> Option<FormCode> {
    FormCode::read(request.match_info().get("code").unwrap_or_default())
}

#[get("/{code}")]
async fn show(
    request: HttpRequest,
    db: Data<Database>,
    access: Data<Access>,
    instruments: Data<Instruments>,
) -> AppResult<HttpResponse> {
    let code = code_of(&request);
    let (open, code) = match (open(&db, &instruments, code.as_ref()).await?, code) {
        (Ok(open), Some(code)) => (open, code),
        (Err(shut), _) => return shut.answer(&request),
        (Ok(_), None) => return Err(AppError::not_found()),
    };
    let place = Place::of(&request, &format!("/{}", code.shown()));
    let stamp = access.keys().sign_stamp(&open.row.digest, db.clock().now())?;
    let body = page::form(
        open.instrument.document(),
        &place.at(),
        &stamp,
        &Typed::new(),
        &Wrong::default(),
    )?;
    html(200, body)
}

fn typed_of(body: &[u8]) -> Typed {
    let mut typed = Typed::new();
    for (name, value) in url::form_urlencoded::parse(body).take(FIELDS_MAX) {
        // PostgreSQL's text holds no NUL.
        let value = value.replace('\0', "");
        typed.entry(name.into_owned()).or_default().push(value);
    }
    typed
}

#[post("/{code}")]
async fn send(
    request: HttpRequest,
    db: Data<Database>,
    access: Data<Access>,
    instruments: Data<Instruments>,
    on_response: Data<OnFormResponse>,
    body: Bytes,
) -> AppResult<HttpResponse> {
    let code = code_of(&request);
    let (open, code) = match (open(&db, &instruments, code.as_ref()).await?, code) {
        (Ok(open), Some(code)) => (open, code),
        (Err(shut), _) => return shut.answer(&request),
        (Ok(_), None) => return Err(AppError::not_found()),
    };
    let place = Place::of(&request, &format!("/{}", code.shown()));
    let (typed, now, w) = (typed_of(&body), db.clock().now(), words(place.language));
    let first = |field: &str| {
        typed
            .get(field)
            .and_then(|said| said.first())
            .map_or("", String::as_str)
    };
    let since = access.keys().read_stamp(first(STAMP_FIELD), &open.row.digest);
    let seconds = since.map(|since| now.unix_seconds() - since.unix_seconds());
    let (alert, is_stale) = match seconds {
        None => (Some(w.stale), true),
        Some(seconds) if !(0..=SECONDS_MAX).contains(&seconds) => (Some(w.stale), true),
        Some(seconds) if seconds < SECONDS_MIN => (Some(w.too_fast), false),
        Some(_) if !first(TRAP_FIELD).is_empty() => (Some(w.robot), false),
        Some(_) => (None, false),
    };
    let packed = open
        .instrument
        .pack_items(&page::answers(open.instrument.document(), &typed));
    let (faults, packed) = match (alert, packed) {
        (None, Ok(packed)) => (Vec::new(), Some(packed)),
        (_, packed) => (packed.err().unwrap_or_default(), None),
    };
    if let Some(packed) = packed {
        let seconds = i32::try_from(seconds.unwrap_or_default()).unwrap_or(i32::MAX);
        return match keep(&db, instruments, on_response, open, packed, seconds, now).await {
            Ok(()) => Ok(redirect(Place::of(&request, "/thanks").action)),
            // Somebody was faster with the same code.
            Err(error) if error.code == ErrorCode::Conflict => Shut::Used.answer(&request),
            Err(error) => Err(error),
        };
    }
    // A page that was too old gets a new stamp; one that was too fast keeps its own, so that waiting helps.
    let stamp = if is_stale {
        access.keys().sign_stamp(&open.row.digest, now)?
    } else {
        first(STAMP_FIELD).to_owned()
    };
    let wrong = Wrong {
        alert,
        faults: &faults,
    };
    html(
        422,
        page::form(open.instrument.document(), &place.at(), &stamp, &typed, &wrong)?,
    )
}

/// Uses the code up and takes the response in, in one change, so that neither is there without the other.
async fn keep(
    db: &Database,
    instruments: Data<Instruments>,
    on_response: Data<OnFormResponse>,
    open: Open,
    packed: PackedResponse,
    seconds: i32,
    now: Moment,
) -> AppResult<()> {
    let today = Zone::default().day_of(now);
    let round = open.round.code.clone();
    let change = Change {
        actor: Actor::Anonymous,
        action: "send_form",
        // The log knows the request: its id in the trail would lead from the one to the other.
        request_id: String::new(),
        idempotency: None,
        locks: survey_rounds::count_locks(&round),
    };
    db.write(change, move |tx| {
        let round = survey_rounds::find_survey_round(tx.conn(), &round)?;
        if !round.state.takes_responses() || !store::use_up(tx, &open.row.digest, today)? {
            return Err(AppError::new(ErrorCode::Conflict));
        }
        let response = FormResponse {
            // Of no time: an id that is ordered would tell what came with what.
            id: format!("form-{}", uuid::Uuid::new_v4()),
            stratum: open.row.stratum,
            channel: open.row.channel,
            packed,
            collected_on: today,
            seconds,
        };
        on_response.0(tx, &instruments, &round, response)?;
        let entry = Entry {
            object_kind: "survey_response",
            object_id: round.code.to_string(),
            before_digest: None,
            after_digest: None,
            detail: serde_json::json!({"channel": open.row.channel}),
        };
        Ok(Outcome::Done(Answer::empty(), entry))
    })
    .await?;
    Ok(())
}
