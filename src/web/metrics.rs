//! Counters and times for `/metrics`, in Prometheus' text format.

use std::time::Duration;

use actix_web::{
    Error,
    body::MessageBody,
    dev::{ServiceRequest, ServiceResponse},
    http::{Method, StatusCode},
    middleware::Next,
    web::Data,
};
use prometheus::{
    Encoder, Histogram, HistogramOpts, HistogramVec, IntCounter, IntCounterVec, IntGaugeVec, Opts, Registry,
    TextEncoder,
};

use super::trace::log_request;

/// The service's metrics.
#[derive(Clone)]
pub struct Metrics {
    registry: Registry,
    requests: IntCounterVec,
    seconds: HistogramVec,
    outbox: IntGaugeVec,
}

impl Metrics {
    /// Fresh metrics.
    pub fn new() -> Result<Self, String> {
        let requests = IntCounterVec::new(
            Opts::new(
                "parindex_http_requests_total",
                "Requests, by method, route and status",
            ),
            &["method", "feature", "status"],
        )
        .map_err(|error| error.to_string())?;
        let seconds = HistogramVec::new(
            HistogramOpts::new(
                "parindex_http_request_seconds",
                "Seconds until the answer, by feature",
            )
            .buckets(vec![0.001, 0.005, 0.02, 0.1, 0.5, 2.0, 10.0]),
            &["feature"],
        )
        .map_err(|error| error.to_string())?;
        let outbox = IntGaugeVec::new(
            Opts::new(
                "parindex_outbox_entries",
                "What was sent out of the house or is to be, by state; failed and unknown want a decision",
            ),
            &["state"],
        )
        .map_err(|error| error.to_string())?;
        let registry = Registry::new();
        registry
            .register(Box::new(outbox.clone()))
            .map_err(|error| error.to_string())?;
        registry
            .register(Box::new(requests.clone()))
            .map_err(|error| error.to_string())?;
        registry
            .register(Box::new(seconds.clone()))
            .map_err(|error| error.to_string())?;
        Ok(Self {
            registry,
            requests,
            seconds,
            outbox,
        })
    }

    /// Tells how many entries of the outbox are in a state.
    pub fn set_outbox(&self, state: &str, count: i64) {
        self.outbox.with_label_values(&[state]).set(count);
    }

    /// The counters of readings of what is published at a path, found once.
    pub(super) fn counted(&self, path: &str) -> Counted {
        let feature = feature_of(path);
        let of_status = |status: StatusCode| {
            let labels = [Method::GET.as_str(), feature, status.as_str()];
            self.requests.with_label_values(&labels)
        };
        Counted {
            feature,
            whole: of_status(StatusCode::OK),
            unchanged: of_status(StatusCode::NOT_MODIFIED),
            seconds: self.seconds.with_label_values(&[feature]),
        }
    }

    /// The metrics as text.
    pub fn render(&self) -> Result<String, String> {
        let mut bytes = Vec::new();
        TextEncoder::new()
            .encode(&self.registry.gather(), &mut bytes)
            .map_err(|error| error.to_string())?;
        String::from_utf8(bytes).map_err(|error| error.to_string())
    }
}

/// What readings of one thing are counted by.
pub(super) struct Counted {
    feature: &'static str,
    whole: IntCounter,
    unchanged: IntCounter,
    seconds: Histogram,
}

impl Counted {
    /// Counts a reading, and logs it as every other.
    pub(super) fn count(&self, status: StatusCode, elapsed: Duration) {
        let counter = if status == StatusCode::NOT_MODIFIED {
            &self.unchanged
        } else {
            &self.whole
        };
        counter.inc();
        self.seconds.observe(elapsed.as_secs_f64());
        log_request(None, &Method::GET, self.feature, status, elapsed);
    }
}

/// The features that requests are counted by: the first word of the path. A route would say more, but finding it means
/// matching the path a second time, which costs more than a published ranking does.
const FEATURES: &[&str] = &[
    "agencies",
    "agency-imports",
    "agency-levels",
    "api-keys",
    "audit",
    "auth",
    "calendars",
    "catalogue",
    "criteria-sets",
    "docs",
    "forms",
    "health",
    "holidays",
    "inspection-plans",
    "inspections",
    "instruments",
    "metrics",
    "notifications",
    "openapi.json",
    "outbox",
    "problems",
    "programmes",
    "public-post",
    "publications",
    "recommendation-types",
    "recommendations",
    "regions",
    "rounds",
    "series",
    "survey-rounds",
    "users",
    "workloads",
];

fn feature_of(path: &str) -> &'static str {
    let word = path
        .strip_prefix("/api/v1/")
        .unwrap_or(path.trim_start_matches('/'));
    let word = word.split('/').next().unwrap_or("");
    FEATURES
        .iter()
        .find(|feature| **feature == word)
        .copied()
        .unwrap_or("other")
}

/// Middleware: counts, times and logs every request.
pub async fn measure<B: MessageBody>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, Error> {
    let metrics = request.app_data::<Data<Metrics>>().cloned();
    let method = request.method().clone();
    let feature = feature_of(request.path());
    let start = std::time::Instant::now();
    let result = next.call(request).await;
    let status = match &result {
        Ok(response) => response.status(),
        Err(error) => error.as_response_error().status_code(),
    };
    let elapsed = start.elapsed();
    let answered = result.as_ref().ok().map(ServiceResponse::request);
    log_request(answered, &method, feature, status, elapsed);
    if let Some(metrics) = metrics {
        metrics
            .requests
            .with_label_values(&[method.as_str(), feature, status.as_str()])
            .inc();
        metrics
            .seconds
            .with_label_values(&[feature])
            .observe(elapsed.as_secs_f64());
    }
    result
}
