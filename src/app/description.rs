//! The API's description: made once from the list of features, for all workers, the commands and the tests.

use std::sync::{Arc, OnceLock};

use actix_web::{App, HttpRequest, HttpResponse, web::Data};
use utoipa::{
    Modify, OpenApi,
    openapi::{
        extensions::Extensions,
        security::{HttpAuthScheme, HttpBuilder, SecurityScheme},
    },
};
use utoipa_actix_web::AppExt;

use super::api_routes;
use crate::{
    error::AppResult,
    features,
    ids::sha256_hex,
    web::{
        Encoding, Format, Lifetime, Representations, Routes, default_service, describe_bounds,
        describe_open_data, describe_parameters, describe_receipts, not_modified,
    },
};

#[derive(OpenApi)]
#[openapi(
    info(
        title = "PAR Index API",
        description = "Measures administrative reform: criteria sets, rounds, self-assessment, appraisal, survey points, \
                       scores, publications. Errors are problem details (RFC 9457) in Vietnamese or English. \
                       Points and percentages are decimal strings; times are RFC 3339 in UTC. \
                       Published results need no login; an API key raises the limits, which `RateLimit-Policy` and \
                       `RateLimit` tell on every answer (draft-ietf-httpapi-ratelimit-headers), `Retry-After` on a 429. \
                       Every change is answered with a signed receipt in `Parindex-Receipt`, whose entry is sealed in a public \
                       Merkle log within a second.",
        contact(name = "The operator of this server"),
        license(name = "Apache-2.0", identifier = "Apache-2.0"),
    ),
    servers((url = "/", description = "This server, be it production, staging or local")),
    // What is answered and sent is found by itself; what parameters alone refer to is not.
    components(schemas(
        crate::web::Problem,
        crate::web::ItemProblem,
        features::publications::AgencyChartName,
        features::publications::ChartName,
        features::publications::FormSuffix,
        features::publications::LabelChoice,
        features::publications::LangChoice,
        features::publications::PictureSuffix,
        features::publications::StructureSuffix,
        features::publications::TableSuffix,
        features::reviews::ReviewName,
        features::reviews::ReviewSuffix,
    )),
    modifiers(&Security),
    tags(
        (name = "accounts", description = "Logging in, users, roles."),
        (name = "api-keys", description = "Keys of programs that read published results."),
        (name = "rounds", description = "Yearly runs of a criteria set: agencies, bodies, deadlines, phases."),
        (name = "submissions", description = "Self-assessments: items, contributors, approval, submission."),
        (name = "evidence", description = "Files that prove what is declared: upload, versions, download."),
        (name = "appraisals", description = "Decisions of the appraising bodies."),
        (name = "comparisons", description = "Self against appraised points, and how far the agencies are."),
        (name = "webhooks", description = "Programs that are told of publications, and what was sent to them."),
        (name = "notifications", description = "What the caller was told of."),
        (name = "work", description = "What waits for the caller, with due dates."),
        (name = "council", description = "What the council looks at, and the minutes of its sittings."),
        (name = "explanations", description = "Questions of the bodies on an item, and the answers of the agency."),
        (name = "recommendations", description = "What agencies ask to be settled: register, deadlines in working days, joint answers."),
        (name = "inspections", description = "Plans, inspections, findings and remedies."),
        (name = "oversight", description = "Calendars of agencies, what each has to do, and what will be late at the present pace."),
        (name = "holidays", description = "Days off and swapped working days, by which working days are counted."),
        (name = "extensions", description = "More time for an agency: asked for and decided."),
        (name = "programmes", description = "Coordination programmes: contents, tasks, plan lines, and how many are in time."),
        (name = "progress", description = "What comes of plan lines: reports, confirmations, more time."),
        (name = "reviews", description = "Reviews of coordination programmes: of a year, and of the whole period."),
        (name = "ratings", description = "Ratings of transactions in agencies' own channels: a running stream with monthly figures."),
        (name = "surveys", description = "Points that are entered: surveys, external sources, bonus and penalty."),
        (name = "instruments", description = "Questionnaires of surveys: versions, frozen once a survey round asks with them."),
        (name = "survey-responses", description = "Responses to surveys: batches taken in exactly once, exclusions on record, quality, counting anew."),
        (name = "survey-results", description = "Results of surveys: fixed tables with intervals, and the final document."),
        (name = "survey-rounds", description = "What is asked of whom: sample plans, draws, field work, from planning to a frozen result."),
        (name = "public-post", description = "Dossiers and results by public post (Decision 45/2016/QĐ-TTg), and the shares that indicators are fed from."),
        (name = "scores", description = "Working scores, explained to the last point."),
        (name = "agencies", description = "Levels, regions, and agencies in time."),
        (name = "criteria-sets", description = "What is measured: versions of criteria sets, frozen once they are used."),
        (name = "publications", description = "Published results: open data, without a login."),
        (name = "audit", description = "Who changed what, and the verifiable log over it: signed heads, proofs, receipts."),
        (name = "operations", description = "Health, metrics, keys, explanations of problems."),
    )
)]
pub(super) struct Head;

struct Security;

impl Modify for Security {
    fn modify(&self, api: &mut utoipa::openapi::OpenApi) {
        let bearer = HttpBuilder::new()
            .scheme(HttpAuthScheme::Bearer)
            .bearer_format("JWT")
            .description(Some(
                "The access_token of POST /api/v1/auth/login, good for 15 minutes: a JWT (RFC 7519) as RFC8725 wants it, with one \
                 algorithm (EdDSA), the issuer and the audience checked.",
            ))
            .build();
        let key = HttpBuilder::new()
            .scheme(HttpAuthScheme::Bearer)
            .bearer_format("parindex_ and 72 hexadecimal digits")
            .description(Some(
                "The secret of an API key (POST /api/v1/api-keys), for programs that read published results: it raises the \
                 limits. One that is not good is refused, even where nobody needs one.",
            ))
            .build();
        let components = api.components.get_or_insert_default();
        components.add_security_scheme("bearer", SecurityScheme::Http(bearer));
        components.add_security_scheme("api_key", SecurityScheme::Http(key));
        for server in api.servers.iter_mut().flatten() {
            // Everybody may read what is published.
            server.extensions = Some(Extensions::builder().add("x-internal", false).build());
        }
    }
}

/// The API's description, without a running app.
pub fn openapi() -> utoipa::openapi::OpenApi {
    let (_, mut api) = App::new()
        .into_utoipa_app()
        .openapi(Head::openapi())
        .configure(features::health::routes)
        .configure(features::publications::root_routes)
        .configure(features::audit::root_routes)
        .service(utoipa_actix_web::scope("/api/v1").configure(api_routes))
        .split_for_parts();
    describe_parameters(&mut api);
    describe_receipts(&mut api);
    describe_open_data(&mut api);
    describe_bounds(&mut api);
    api
}

/// The description as it is committed and served.
pub fn openapi_text() -> Result<String, String> {
    let mut text = openapi()
        .to_pretty_json()
        .map_err(|error| format!("the API's description can't be written: {error}"))?;
    text.push('\n');
    Ok(text)
}

/// The finished description as it is served, and the routes that it names.
pub struct Description {
    text: Representations,
    stem: String,
    /// The routes, shared by all workers.
    pub routes: Arc<Routes>,
}

impl Description {
    /// The one of this program: whatever its settings, it describes the same, and packing it takes a good part of a start.
    pub fn shared() -> Result<Arc<Self>, String> {
        static MADE: OnceLock<Arc<Description>> = OnceLock::new();
        if let Some(made) = MADE.get() {
            return Ok(made.clone());
        }
        let made = Arc::new(Self::new()?);
        Ok(MADE.get_or_init(|| made).clone())
    }

    fn new() -> Result<Self, String> {
        let api = openapi();
        let text = api
            .to_json()
            .map_err(|error| format!("the API's description can't be written: {error}"))?;
        let digest = sha256_hex(text.as_bytes());
        let stem = format!("openapi-{}", digest.get(..32).unwrap_or(&digest));
        let text = Representations::render(text.into_bytes(), &stem, Format::Json)
            .map_err(|error| error.to_string())?;
        Ok(Self {
            text,
            stem,
            routes: Arc::new(default_service(&api)),
        })
    }
}

/// Answers with the description: 304 for who holds it.
pub async fn serve(request: HttpRequest, description: Data<Description>) -> AppResult<HttpResponse> {
    let encoding = Encoding::preferred(&request, Format::Json);
    let stem = || description.stem.clone();
    match not_modified(&request, stem, Format::Json, encoding, Lifetime::Minute) {
        Some(unchanged) => Ok(unchanged),
        None => description.text.get(encoding).respond(&request, Lifetime::Minute),
    }
}
