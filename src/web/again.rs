//! Finished answers are given again before anything else is done.
//!
//! A publication's part is the same bytes for ever, and a page of the site until something is published. So who asks for it as
//! somebody did before needs no route, no permission, no place among those that are worked for. What is left is what every
//! answer owes: the caller's allowance is counted, and it stands in the metrics. Each worker keeps its own answers, so that no
//! thread waits for another.

use std::{cell::RefCell, rc::Rc, time::Duration};

use actix_web::{
    Error, HttpResponse,
    body::{BoxBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    http::{
        Method, StatusCode,
        header::{self, HeaderMap, HeaderName, HeaderValue},
        uri::PathAndQuery,
    },
    middleware::Next,
    web::Bytes,
};

use super::{
    bounded::Bounded,
    etag::is_not_modified,
    limits::Gate,
    metrics::{Counted, Metrics},
    open_data::is_published,
    rates::RATE_HEADERS,
    representation::{Finished, Holds},
};

/// Bytes of the bodies that a worker keeps; they are those that the publications keep, not copies.
const BYTES_MAX: usize = 16 * 1024 * 1024;
/// Longest address and longest header of a request that is remembered: whoever asks in a thousand ways gains nothing.
const ASKED_LENGTH_MAX: usize = 512;
/// What an answer weighs beside its body.
const OWN_WEIGHT: usize = 1024;

/// All that an answer depends on, beside what [`Asked::of`] leaves to the usual way.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Asked {
    address: PathAndQuery,
    accept: Option<HeaderValue>,
    accept_encoding: Option<HeaderValue>,
}

impl Asked {
    /// None for what is not plainly read by anybody: that goes the usual way.
    fn of(request: &ServiceRequest) -> Option<Self> {
        let headers = request.headers();
        let plain = request.method() == Method::GET
            && !headers.contains_key(header::AUTHORIZATION)
            && !headers.contains_key(header::RANGE)
            // What is not open to every page is told by the page that asks.
            && (!headers.contains_key(header::ORIGIN) || is_published(request.method(), request.path()));
        if !plain {
            return None;
        }
        Some(Self {
            address: request.uri().path_and_query()?.clone(),
            accept: only(headers, &header::ACCEPT)?,
            accept_encoding: only(headers, &header::ACCEPT_ENCODING)?,
        })
    }

    /// A copy that does not hold on to the bytes that the request was read from; none of one that is too long.
    fn detached(&self) -> Option<Self> {
        let copy = |value: &Option<HeaderValue>| match value {
            None => Some(None),
            Some(value) if value.len() > ASKED_LENGTH_MAX => None,
            Some(value) => HeaderValue::from_bytes(value.as_bytes()).ok().map(Some),
        };
        let address = self.address.as_str();
        if address.len() > ASKED_LENGTH_MAX {
            return None;
        }
        Some(Self {
            address: PathAndQuery::try_from(address.to_owned()).ok()?,
            accept: copy(&self.accept)?,
            accept_encoding: copy(&self.accept_encoding)?,
        })
    }
}

/// A header that was sent once or not at all; none if it was sent several times.
fn only(headers: &HeaderMap, name: &HeaderName) -> Option<Option<HeaderValue>> {
    let mut sent = headers.get_all(name);
    let first = sent.next().cloned();
    sent.next().is_none().then_some(first)
}

/// Names and values one after the other: an answer's own map, which is used again and again, takes them in less time than a copy of
/// a map is made.
type Headers = Vec<(HeaderName, HeaderValue)>;

struct Kept {
    etag: HeaderValue,
    /// None where it holds for ever.
    holds: Option<Holds>,
    /// The whole answer, if it was given before.
    whole: Option<(Headers, Bytes)>,
    /// The headers of the one that says that it is unchanged.
    unchanged: Headers,
    counted: Counted,
}

impl Kept {
    fn is_whole(&self, etag: &HeaderValue) -> bool {
        self.whole.is_some() && self.etag == etag
    }
}

/// What only an answer with a body has.
const OF_A_BODY: [HeaderName; 5] = [
    header::ACCEPT_RANGES,
    header::CONTENT_ENCODING,
    header::CONTENT_TYPE,
    header::LINK,
    header::CONTENT_LENGTH,
];

fn without(headers: &Headers, names: &[HeaderName]) -> Headers {
    let left = headers.iter().filter(|(name, _)| !names.contains(name));
    left.cloned().collect()
}

/// The answers that a worker gives again.
pub struct FinishedAnswers {
    gate: Gate,
    metrics: Metrics,
    kept: RefCell<Bounded<Asked, Kept>>,
}

impl FinishedAnswers {
    /// None yet; each worker has its own.
    pub fn new(gate: Gate, metrics: Metrics) -> Self {
        Self {
            gate,
            metrics,
            kept: RefCell::new(Bounded::new(BYTES_MAX)),
        }
    }

    /// The answer, if it was given before. Who has no allowance left goes the usual way, where the refusal is told.
    fn again(&self, request: &ServiceRequest, asked: &Asked) -> Option<HttpResponse> {
        let kept = self.kept.borrow_mut().get(asked)?;
        if !kept.holds.as_ref().is_none_or(|holds| holds()) {
            return None;
        }
        let (headers, mut response) = if is_not_modified(request.headers(), &kept.etag) {
            (&kept.unchanged, HttpResponse::new(StatusCode::NOT_MODIFIED))
        } else {
            let (headers, body) = kept.whole.as_ref()?;
            let response = HttpResponse::with_body(StatusCode::OK, body.clone());
            (headers, response.map_into_boxed_body())
        };
        let mut standing = None;
        self.gate.admit_anybody(request, &mut standing).ok()?;
        for (name, value) in headers {
            response.headers_mut().append(name.clone(), value.clone());
        }
        if let Some(standing) = standing {
            standing.put(response.headers_mut());
        }
        // Taking the time would take longer.
        kept.counted.count(response.status(), Duration::ZERO);
        Some(response)
    }

    /// Remembers an answer that says that it may be given to others.
    fn keep(&self, asked: &Asked, response: &mut ServiceResponse) {
        let Some(finished) = response.response_mut().extensions_mut().remove::<Finished>() else {
            return;
        };
        let Some(asked) = asked.detached() else {
            return;
        };
        let weight = OWN_WEIGHT + finished.body.as_ref().map_or(0, Bytes::len);
        let headers = response.headers().iter();
        let headers: Headers = headers
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect();
        let headers = without(&headers, &RATE_HEADERS);
        let kept = Kept {
            etag: finished.etag,
            holds: finished.holds,
            unchanged: without(&headers, &OF_A_BODY),
            whole: finished.body.map(|body| (headers, body)),
            counted: self.metrics.counted(response.request().path()),
        };
        let mut all = self.kept.borrow_mut();
        let knows_more =
            kept.whole.is_none() && all.get(&asked).is_some_and(|known| known.is_whole(&kept.etag));
        if !knows_more {
            all.put(asked, kept.into(), weight);
        }
    }
}

/// Middleware, around all others: gives a finished answer again.
pub async fn give_again<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let answers = request.app_data::<Rc<FinishedAnswers>>().cloned();
    let (Some(answers), Some(asked)) = (answers, Asked::of(&request)) else {
        return Ok(next.call(request).await?.map_into_boxed_body());
    };
    if let Some(response) = answers.again(&request, &asked) {
        return Ok(request.into_response(response));
    }
    let mut response = next.call(request).await?.map_into_boxed_body();
    answers.keep(&asked, &mut response);
    Ok(response)
}
