//! The ONE list of features: from it come the running app and the API's description.

mod description;
mod secrets;

use std::{rc::Rc, sync::Arc};

use actix_web::{
    App,
    body::MessageBody,
    dev::{ServiceFactory, ServiceRequest, ServiceResponse},
    middleware::from_fn,
    web,
};
use tracing_actix_web::TracingLogger;
use utoipa_actix_web::{AppExt, service_config::ServiceConfig};
use utoipa_swagger_ui::{Config as SwaggerConfig, SwaggerUi};

use crate::{
    access::{Access, SecondFactorRoles, SecretKeys, TokenKeys},
    config::{Config, Limits},
    db::{Database, Tx},
    error::AppResult,
    features::{
        self,
        accounts::Oidc,
        api_keys,
        criteria::Sets,
        evidence::{Vault, Verifier},
        forms::{FormResponse, OnFormResponse},
        instruments::Instruments,
        notifications::Notifier,
        outbox::{self, Smtp, Worked},
        publications::{Publications, Signer},
        recommendations, reminders,
        responses::{self, OneResponse, SurveyDesk},
        site::Site,
        submissions::OnSubmit,
        survey_rounds::{OnFinalise, SurveyRoundRow, ValidResponses},
        webhooks::{Guard, WebhookCourier},
    },
    web::{
        Cors, FinishedAnswers, Gate, Metrics, Protection, RequestSpan, cors, gate, give_again, measure,
        protect, render_problems,
    },
};

use description::Description;
pub use description::{openapi, openapi_text};
pub use secrets::seal_anew;

/// What the handlers share.
#[derive(Clone)]
pub struct AppState {
    /// The database.
    pub db: Database,
    /// Who calls.
    pub access: Access,
    /// Compiled criteria sets.
    pub sets: Sets,
    /// Compiled instruments.
    pub instruments: Instruments,
    survey_desk: SurveyDesk,
    /// The published results.
    pub publications: Publications,
    site: Site,
    oidc: Oidc,
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
    /// What every request passes.
    pub gate: Gate,
    cors: Arc<Cors>,
    protection: Arc<Protection>,
    limits: Limits,
    metrics: Metrics,
    description: Arc<Description>,
}

impl AppState {
    /// Puts the parts together.
    pub fn new(
        config: &Config,
        db: Database,
        keys: TokenKeys,
        secrets: SecretKeys,
        signer: Signer,
    ) -> Result<Self, String> {
        let instruments = Instruments::default();
        let publications = Publications::new(
            db.clone(),
            config.publications_bytes_max,
            config.data_credit.clone(),
        );
        Ok(Self {
            access: Access::new(
                db.clone(),
                keys,
                secrets.clone(),
                SecondFactorRoles::parse(&config.second_factor_roles)?,
            ),
            sets: Sets::default(),
            survey_desk: SurveyDesk::new(instruments.clone()),
            instruments,
            oidc: Oidc::new(config.oidc.clone()),
            site: Site::new(db.clone(), publications.clone()),
            publications,
            signer,
            vault: Vault::open(config)?,
            verifier: Verifier::open(config)?,
            notifier: Notifier::new(config),
            webhook_guard: Guard::new(config.webhook_networks.clone()),
            webhooks: WebhookCourier::new(config, db.clone(), secrets),
            smtp: config.mail.as_ref().map(Smtp::new),
            gate: Gate::new(&config.limits, config.pool.patience, db.clock()),
            cors: Arc::new(Cors::new(&config.cors_origins)),
            protection: Arc::new(Protection::new(config.hsts_seconds)),
            limits: config.limits.clone(),
            metrics: Metrics::new()?,
            description: Description::shared()?,
            db,
        })
    }

    /// What is done by the clock and not for a request: writes the reminders that are due and which keys were used, and
    /// sends the outbox.
    pub async fn work(&self) -> AppResult<Worked> {
        api_keys::step(&self.db, &self.access).await?;
        reminders::step(&self.db, &self.sets, &self.notifier).await?;
        recommendations::step(&self.db, &self.notifier).await?;
        let mut worked = outbox::tidy(&self.db).await?;
        if let Some(smtp) = &self.smtp {
            worked = worked.plus(outbox::deliver(&self.db, smtp).await?);
        }
        worked = worked.plus(outbox::deliver(&self.db, &self.webhooks).await?);
        outbox::measure(&self.db, &self.metrics).await?;
        Ok(worked)
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
    features::recommendations::routes(config);
    features::holidays::routes(config);
    features::inspections::routes(config);
    features::oversight::routes(config);
    features::timelines::routes(config);
    features::work::routes(config);
    features::notifications::routes(config);
    features::outbox::routes(config);
    features::webhooks::routes(config);
    features::surveys::routes(config);
    features::ratings::routes(config);
    features::scores::routes(config);
    features::agencies::routes(config);
    features::audit::routes(config);
    features::api_keys::routes(config);
    features::criteria::routes(config);
    features::phases::routes(config);
    features::programmes::routes(config);
    features::reviews::routes(config);
    features::progress::routes(config);
    features::particulars::routes(config);
    features::public_post::routes(config);
    features::instruments::routes(config);
    features::survey_rounds::routes(config);
    features::forms::routes(config);
    features::responses::routes(config);
}

/// What an online form hands over, as the responses take it.
fn take_form_response(
    tx: &mut Tx<'_>,
    instruments: &Instruments,
    round: &SurveyRoundRow,
    form: FormResponse,
) -> AppResult<()> {
    let one = OneResponse {
        id: form.id,
        stratum: form.stratum,
        channel: form.channel,
        packed: form.packed,
        collected_on: Some(form.collected_on),
        seconds: Some(form.seconds),
    };
    responses::take_one(tx, instruments, round, one)
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
    // Each worker's routes come with a description, which has no more use: it is made once for all of them.
    let (app, _) = App::new()
        .into_utoipa_app()
        .app_data(web::Data::new(state.db.clone()))
        .app_data(web::Data::new(state.access.clone()))
        .app_data(web::Data::new(state.sets.clone()))
        .app_data(web::Data::new(state.instruments.clone()))
        .app_data(web::Data::new(OnFormResponse(take_form_response)))
        .app_data(web::Data::new(state.survey_desk.clone()))
        .app_data(web::Data::new(OnFinalise(responses::freeze_result)))
        .app_data(web::Data::new(ValidResponses(responses::valid_responses)))
        .app_data(web::Data::new(state.publications.clone()))
        .app_data(web::Data::new(state.signer.clone()))
        .app_data(web::Data::new(state.site.clone()))
        .app_data(web::Data::new(state.oidc.clone()))
        .app_data(web::Data::new(state.vault.clone()))
        .app_data(web::Data::new(state.verifier.clone()))
        .app_data(web::Data::new(state.notifier.clone()))
        .app_data(web::Data::new(state.webhook_guard.clone()))
        .app_data(web::Data::new(OnSubmit(recommendations::arrive_with_submission)))
        .app_data(web::Data::new(state.gate.clone()))
        .app_data(web::Data::from(state.cors.clone()))
        .app_data(web::Data::from(state.protection.clone()))
        .app_data(web::Data::new(state.limits.clone()))
        .app_data(web::Data::new(state.metrics.clone()))
        .app_data(Rc::new(FinishedAnswers::new(
            state.gate.clone(),
            state.metrics.clone(),
        )))
        .app_data(web::Data::from(state.description.clone()))
        .app_data(web::Data::from(state.description.routes.clone()))
        .app_data(web::PayloadConfig::new(state.limits.body_bytes_max))
        .configure(features::health::routes)
        .configure(features::publications::root_routes)
        .configure(features::audit::root_routes)
        .service(utoipa_actix_web::scope("/api/v1").configure(api_routes))
        .split_for_parts();
    app.route("/openapi.json", web::get().to(description::serve))
        .service(SwaggerUi::new("/docs/{_:.*}").config(SwaggerConfig::from("/openapi.json")))
        .service(web::redirect("/docs", "/docs/"))
        .configure(features::forms::pages)
        .configure(features::site::pages)
        .default_service(web::to(features::site::no_such_page))
        .wrap(from_fn(gate))
        .wrap(from_fn(render_problems))
        .wrap(from_fn(cors))
        .wrap(from_fn(protect))
        .wrap(from_fn(measure))
        .wrap(TracingLogger::<RequestSpan>::new())
        .wrap(from_fn(give_again))
}
