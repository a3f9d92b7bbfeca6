//! The ONE list of features: from it come the running app and the API's description.

use std::sync::Arc;

use actix_web::{
    App,
    body::MessageBody,
    dev::{ServiceFactory, ServiceRequest, ServiceResponse},
    middleware::from_fn,
    web,
};
use tracing_actix_web::TracingLogger;
use utoipa::{
    Modify, OpenApi,
    openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme},
};
use utoipa_actix_web::{AppExt, service_config::ServiceConfig};
use utoipa_swagger_ui::SwaggerUi;

use crate::{
    access::{Access, TokenKeys},
    config::{Config, Limits},
    db::Database,
    error::AppResult,
    features::{
        self, api_keys,
        criteria::Sets,
        evidence::{Vault, Verifier},
        notifications::Notifier,
        outbox::{self, Smtp, Worked},
        publications::{Publications, Signer},
        reminders,
        site::Site,
        webhooks::{Guard, WebhookCourier},
    },
    web::{
        Cors, Gate, Metrics, RequestSpan, cors, default_service, describe_open_data, describe_parameters,
        gate, measure, render_problems,
    },
};

/// What the handlers share.
#[derive(Clone)]
pub struct AppState {
    /// The database.
    pub db: Database,
    /// Who calls.
    pub access: Access,
    /// Compiled criteria sets.
    pub sets: Sets,
    /// The published results.
    pub publications: Publications,
    site: Site,
    /// What signs them.
    pub signer: Signer,
    /// The bytes of evidence files.
    pub vault: Vault,
    /// What signatures of evidence files are held against.
    pub verifier: Verifier,
    /// What tells people of changes.
    pub notifier: Notifier,
    webhook_guard: Guard,
    webhooks: WebhookCourier,
    smtp: Option<Smtp>,
    gate: Gate,
    cors: Arc<Cors>,
    limits: Limits,
    metrics: Metrics,
}

impl AppState {
    /// Puts the parts together.
    pub fn new(config: &Config, db: Database, keys: TokenKeys, signer: Signer) -> Result<Self, String> {
        let publications = Publications::new(
            db.clone(),
            config.publications_bytes_max,
            config.data_credit.clone(),
        );
        Ok(Self {
            access: Access::new(db.clone(), keys),
            sets: Sets::default(),
            site: Site::new(publications.clone()),
            publications,
            signer,
            vault: Vault::open(config)?,
            verifier: Verifier::open(config)?,
            notifier: Notifier::new(config),
            webhook_guard: Guard::new(config.webhook_networks.clone()),
            webhooks: WebhookCourier::new(config, db.clone()),
            smtp: config.mail.as_ref().map(Smtp::new),
            gate: Gate::new(&config.limits, db.clock()),
            cors: Arc::new(Cors::new(&config.cors_origins)),
            limits: config.limits.clone(),
            metrics: Metrics::new()?,
            db,
        })
    }

    /// What is done by the clock and not for a request: writes the reminders that are due and which keys were used, and
    /// sends the outbox.
    pub async fn work(&self) -> AppResult<Worked> {
        api_keys::step(&self.db, &self.access).await?;
        reminders::step(&self.db, &self.sets, &self.notifier).await?;
        let mut worked = outbox::tidy(&self.db).await?;
        if let Some(smtp) = &self.smtp {
            worked = worked.plus(outbox::deliver(&self.db, smtp).await?);
        }
        worked = worked.plus(outbox::deliver(&self.db, &self.webhooks).await?);
        outbox::measure(&self.db, &self.metrics).await?;
        Ok(worked)
    }
}

#[derive(OpenApi)]
#[openapi(
    info(
        title = "PAR Index API",
        description = "Measures administrative reform: criteria sets, rounds, self-assessment, appraisal, survey points, \
                       scores, publications. Errors are problem details (RFC 9457) in Vietnamese or English. \
                       Points and percentages are decimal strings; times are RFC 3339 in UTC. \
                       Published results need no login; an API key raises the limits, which `RateLimit-Policy` and \
                       `RateLimit` tell on every answer (draft-ietf-httpapi-ratelimit-headers), `Retry-After` on a 429.",
        license(name = "Apache-2.0", identifier = "Apache-2.0"),
    ),
    servers((url = "/", description = "This server")),
    components(schemas(crate::web::Problem, crate::web::ItemProblem)),
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
        (name = "extensions", description = "More time for an agency: asked for and decided."),
        (name = "programmes", description = "Coordination programmes: contents, tasks, plan lines, and how many are in time."),
        (name = "progress", description = "What comes of plan lines: reports, confirmations, more time."),
        (name = "surveys", description = "Points that are entered: surveys, external sources, bonus and penalty."),
        (name = "scores", description = "Working scores, explained to the last point."),
        (name = "agencies", description = "Levels, regions, and agencies in time."),
        (name = "criteria-sets", description = "What is measured: versions of criteria sets, frozen once they are used."),
        (name = "publications", description = "Published results: open data, without a login."),
        (name = "audit", description = "Who changed what."),
        (name = "operations", description = "Health, metrics, keys, explanations of problems."),
    )
)]
struct Description;

struct Security;

impl Modify for Security {
    fn modify(&self, api: &mut utoipa::openapi::OpenApi) {
        let bearer = HttpBuilder::new()
            .scheme(HttpAuthScheme::Bearer)
            .bearer_format("JWT")
            .description(Some(
                "The access_token of POST /api/v1/auth/login; good for 15 minutes.",
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
    }
}

fn api_routes(config: &mut ServiceConfig<'_>) {
    // Paths are matched in this order: what is read all day comes first.
    features::publications::routes(config);
    features::accounts::routes(config);
    features::rounds::routes(config);
    features::submissions::routes(config);
    features::appraisals::routes(config);
    features::comparisons::routes(config);
    features::council::routes(config);
    features::explanations::routes(config);
    features::extensions::routes(config);
    features::timelines::routes(config);
    features::work::routes(config);
    features::notifications::routes(config);
    features::outbox::routes(config);
    features::webhooks::routes(config);
    features::surveys::routes(config);
    features::scores::routes(config);
    features::agencies::routes(config);
    features::audit::routes(config);
    features::api_keys::routes(config);
    features::criteria::routes(config);
    features::phases::routes(config);
    features::programmes::routes(config);
    features::progress::routes(config);
}

/// The API's description, without a running app.
pub fn openapi() -> utoipa::openapi::OpenApi {
    let (_, mut api) = App::new()
        .into_utoipa_app()
        .openapi(Description::openapi())
        .configure(features::health::routes)
        .configure(features::publications::root_routes)
        .service(utoipa_actix_web::scope("/api/v1").configure(api_routes))
        .split_for_parts();
    describe_parameters(&mut api);
    describe_open_data(&mut api);
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

/// The app, the same in production and in tests.
pub fn build(
    state: AppState,
) -> App<
    impl ServiceFactory<
        ServiceRequest,
        Config = (),
        Response = ServiceResponse<impl MessageBody>,
        Error = actix_web::Error,
        InitError = (),
    >,
> {
    let (app, mut api) = App::new()
        .into_utoipa_app()
        .openapi(Description::openapi())
        .app_data(web::Data::new(state.db.clone()))
        .app_data(web::Data::new(state.access.clone()))
        .app_data(web::Data::new(state.sets.clone()))
        .app_data(web::Data::new(state.publications.clone()))
        .app_data(web::Data::new(state.signer.clone()))
        .app_data(web::Data::new(state.site.clone()))
        .app_data(web::Data::new(state.vault.clone()))
        .app_data(web::Data::new(state.verifier.clone()))
        .app_data(web::Data::new(state.notifier.clone()))
        .app_data(web::Data::new(state.webhook_guard.clone()))
        .app_data(web::Data::new(state.gate.clone()))
        .app_data(web::Data::from(state.cors.clone()))
        .app_data(web::Data::new(state.limits.clone()))
        .app_data(web::Data::new(state.metrics.clone()))
        .app_data(web::PayloadConfig::new(state.limits.body_bytes_max))
        .configure(features::health::routes)
        .configure(features::publications::root_routes)
        .service(utoipa_actix_web::scope("/api/v1").configure(api_routes))
        .split_for_parts();
    describe_parameters(&mut api);
    describe_open_data(&mut api);
    app.app_data(web::Data::new(default_service(&api)))
        .service(SwaggerUi::new("/docs/{_:.*}").url("/openapi.json", api))
        .service(web::redirect("/docs", "/docs/"))
        .configure(features::site::pages)
        .default_service(web::to(features::site::no_such_page))
        .wrap(from_fn(gate))
        .wrap(from_fn(render_problems))
        .wrap(from_fn(cors))
        .wrap(from_fn(measure))
        .wrap(TracingLogger::<RequestSpan>::new())
}
