//! Who calls: the extractors that a handler names to demand a login.

use std::{future::Future, pin::Pin, sync::Arc};

use actix_web::{
    FromRequest, HttpMessage, HttpRequest,
    dev::Payload,
    http::header::{self, HeaderMap},
    web::Data,
};
use tracing_actix_web::RequestId;

use super::{head::is_head, language::Language};
use crate::{
    access::{Access, Action, ApiKey, Object, Principal, check, key_opens_no_account},
    db::{Actor, Change, IdempotencyKey, Lock},
    error::{AppError, AppResult, ErrorCode, FieldError, Message},
    ids::sha256_hex,
};

/// Longest `Idempotency-Key`, in characters.
pub(super) const IDEMPOTENCY_KEY_LENGTH_MAX: usize = 200;

/// What every write needs of its request, with or without a login.
#[derive(Clone, Debug)]
pub struct RequestContext {
    /// The id that the log, the audit entry and the answer share.
    pub request_id: String,
    /// The language for texts.
    pub language: Language,
    /// Whether only the headers are asked for.
    pub is_head: bool,
    idempotency_key: Option<String>,
    target: String,
}

impl RequestContext {
    /// The id of a request.
    pub fn request_id(request: &HttpRequest) -> String {
        request
            .extensions()
            .get::<RequestId>()
            .map(ToString::to_string)
            .unwrap_or_default()
    }

    fn of(request: &HttpRequest) -> AppResult<Self> {
        Ok(Self {
            request_id: Self::request_id(request),
            language: Language::of(request),
            is_head: is_head(request),
            idempotency_key: idempotency_key(request)?,
            target: format!("{} {}", request.method(), request.uri()),
        })
    }

    /// Whether the request may be one that was sent before: then the stored answer counts, not what is allowed by now.
    pub fn may_be_repeated(&self) -> bool {
        self.idempotency_key.is_some()
    }

    /// A change by somebody who has not logged in; never stored under a key, for its answer holds a secret.
    pub fn anonymous_change(&self, action: &'static str, locks: Vec<Lock>) -> Change {
        Change {
            actor: Actor::Anonymous,
            action,
            request_id: self.request_id.clone(),
            idempotency: None,
            locks,
        }
    }
}

impl FromRequest for RequestContext {
    type Error = AppError;
    type Future = std::future::Ready<AppResult<Self>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        std::future::ready(Self::of(request))
    }
}

fn idempotency_key(request: &HttpRequest) -> AppResult<Option<String>> {
    let Some(value) = request.headers().get("idempotency-key") else {
        return Ok(None);
    };
    let key = value.to_str().unwrap_or("");
    let printable = key.bytes().all(|byte| byte.is_ascii_graphic());
    if key.is_empty() || key.len() > IDEMPOTENCY_KEY_LENGTH_MAX || !printable {
        return Err(AppError {
            errors: vec![FieldError::new(
                "header:Idempotency-Key",
                "bad_idempotency_key",
                Message::new(
                    "Idempotency-Key gồm 1 đến 200 ký tự ASCII không có dấu cách.",
                    "An Idempotency-Key has 1 to 200 ASCII characters and no spaces.",
                ),
            )],
            ..AppError::new(ErrorCode::InvalidRequest)
        });
    }
    Ok(Some(key.to_owned()))
}

/// A caller who logged in and may do things.
#[derive(Clone, Debug)]
pub struct Caller {
    /// Who it is.
    pub principal: Arc<Principal>,
    /// The request.
    pub context: RequestContext,
}

/// A caller who logged in but may have to change the password or set up a second factor before anything else.
#[derive(Clone, Debug)]
pub struct StaleCaller(pub Caller);

impl Caller {
    /// Refuses what this caller may not do.
    pub fn check(&self, action: Action, object: Object<'_>) -> AppResult<()> {
        check(&self.principal, action, object)
    }

    /// A change by this caller. `body_digest` ties the `Idempotency-Key`, if one was sent, to what was asked.
    pub fn change(&self, action: &'static str, body_digest: &str, locks: Vec<Lock>) -> Change {
        let idempotency = self.context.idempotency_key.clone().map(|key| IdempotencyKey {
            key,
            fingerprint: sha256_hex(format!("{}\n{body_digest}", self.context.target).as_bytes()),
        });
        Change {
            idempotency,
            ..self.secret_change(action, locks)
        }
    }

    /// A change whose answer holds a secret and is therefore never stored.
    pub fn secret_change(&self, action: &'static str, locks: Vec<Lock>) -> Change {
        Change {
            actor: Actor::User(self.principal.user_id.clone()),
            action,
            request_id: self.context.request_id.clone(),
            idempotency: None,
            locks,
        }
    }

    async fn of(request: HttpRequest) -> AppResult<Self> {
        let context = RequestContext::of(&request)?;
        let access = request
            .app_data::<Data<Access>>()
            .cloned()
            .ok_or_else(|| AppError::internal("the access rules are not set up"))?;
        // The gate has found it good; but what needs a caller is open to people alone.
        if request.extensions().contains::<Arc<ApiKey>>() {
            return Err(key_opens_no_account());
        }
        let token =
            bearer_token(request.headers()).ok_or_else(|| AppError::new(ErrorCode::Unauthenticated))?;
        let principal = access.principal_of_token(token).await?;
        // For the log, should this request be refused.
        request.extensions_mut().insert(principal.clone());
        Ok(Self { principal, context })
    }
}

/// The token of `Authorization: Bearer …`.
pub(super) fn bearer_token(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

impl FromRequest for StaleCaller {
    type Error = AppError;
    type Future = Pin<Box<dyn Future<Output = AppResult<Self>>>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move { Caller::of(request).await.map(StaleCaller) })
    }
}

impl FromRequest for Caller {
    type Error = AppError;
    type Future = Pin<Box<dyn Future<Output = AppResult<Self>>>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move {
            let caller = Caller::of(request).await?;
            if caller.principal.must_change_password {
                return Err(AppError::new(ErrorCode::PasswordChangeRequired));
            }
            if caller.principal.owes_second_factor {
                return Err(AppError::new(ErrorCode::SecondFactorEnrolmentRequired));
            }
            Ok(caller)
        })
    }
}
