//! Counters and times for `/metrics`, in Prometheus' text format.

use std::time::Duration;

use actix_web::{
    Error,
    body::MessageBody,
    dev::{ServiceRequest, ServiceResponse},
    http::StatusCode,
    middleware::Next,
    web::Data,
};
use prometheus::{Encoder, HistogramOpts, HistogramVec, IntCounterVec, Opts, Registry, TextEncoder};

/// The service's metrics.
#[derive(Clone)]
pub struct Metrics {
    registry: Registry,
    requests: IntCounterVec,
    seconds: HistogramVec,
}

impl Metrics {
    /// Fresh metrics.
    pub fn new() -> Result<Self, String> {
        let requests = IntCounterVec::new(
            Opts::new(
                "parindex_http_requests_total",
                "Requests, by method, route and status",
            ),
            &["method", "route", "status"],
        )
        .map_err(|error| error.to_string())?;
        let seconds = HistogramVec::new(
            HistogramOpts::new(
                "parindex_http_request_seconds",
                "Seconds until the answer, by route",
            )
            .buckets(vec![0.001, 0.005, 0.02, 0.1, 0.5, 2.0, 10.0]),
            &["route"],
        )
        .map_err(|error| error.to_string())?;
        let registry = Registry::new();
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
        })
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

/// One line for each request, in the request's span, which holds its id and path. Readings that went well are many and
/// say little: they are logged for debugging only.
fn log_request(method: &str, route: &str, status: StatusCode, elapsed: Duration) {
    let elapsed_ms = u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX);
    let status_code = status.as_u16();
    if method == "GET" && !status.is_server_error() {
        tracing::debug!(method, route, status_code, elapsed_ms, "request");
    } else {
        tracing::info!(method, route, status_code, elapsed_ms, "request");
    }
}

/// Middleware: counts and times every request by its route, never by its path, whose values have no end.
pub async fn measure<B: MessageBody>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, Error> {
    let metrics = request.app_data::<Data<Metrics>>().cloned();
    let method = request.method().as_str().to_owned();
    let start = std::time::Instant::now();
    let result = next.call(request).await;
    let (route, status) = match &result {
        Ok(response) => (response.request().match_pattern(), response.status()),
        Err(error) => (None, error.as_response_error().status_code()),
    };
    let route = route.unwrap_or_else(|| "none".to_owned());
    log_request(&method, &route, status, start.elapsed());
    if let Some(metrics) = metrics {
        metrics
            .requests
            .with_label_values(&[&method, &route, status.as_str()])
            .inc();
        metrics
            .seconds
            .with_label_values(&[&route])
            .observe(start.elapsed().as_secs_f64());
    }
    result
}
