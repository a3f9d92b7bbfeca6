//! The one error type. Its code decides the HTTP status; `web` renders it as RFC 9457 problem details.
//!
//! Three texts, never the same: a code that a client can act on, a sentence that a clerk can act on
//! (Vietnamese and English), and a `cause` for the log that never leaves the server.

use std::num::NonZeroU64;

use serde::Serialize;

/// A sentence for people, in both languages of the service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// Vietnamese.
    pub vi: String,
    /// English.
    pub en: String,
}

impl Message {
    /// A sentence in both languages.
    pub fn new(vi: impl Into<String>, en: impl Into<String>) -> Self {
        Self {
            vi: vi.into(),
            en: en.into(),
        }
    }
}

/// What is wrong with one item of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldError {
    /// RFC 6901 JSON pointer into the request's body, or `?name` for a query parameter.
    pub pointer: String,
    /// The cell of the workbook that was sent, as a spreadsheet refers to it: `'Phiếu tự chấm'!F12`.
    pub place: Option<String>,
    /// A stable code of the fault, for example `points_above_maximum`.
    pub code: String,
    /// Which item is wrong and how to mend it.
    pub message: Message,
}

impl FieldError {
    /// An error of the item at `pointer`.
    pub fn new(pointer: impl Into<String>, code: impl Into<String>, message: Message) -> Self {
        Self {
            pointer: pointer.into(),
            place: None,
            code: code.into(),
            message,
        }
    }
}

macro_rules! error_codes {
    ($($name:ident $text:literal $status:literal $vi:literal $en:literal $mend_vi:literal $mend_en:literal)*) => {
        /// Every way in which a request can fail. A code exists only where a client would act on it.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, utoipa::ToSchema)]
        #[serde(rename_all = "snake_case")]
        pub enum ErrorCode {
            $(#[doc = $en] $name,)*
        }

        impl ErrorCode {
            /// All codes, in the order of their definition.
            pub const ALL: &'static [ErrorCode] = &[$(ErrorCode::$name,)*];

            /// The code as it stands in the URL of its explanation and in the answer.
            pub fn as_str(self) -> &'static str {
                match self { $(ErrorCode::$name => $text,)* }
            }

            /// The HTTP status that follows from the code.
            pub fn status(self) -> u16 {
                match self { $(ErrorCode::$name => $status,)* }
            }

            /// What the code means, in a few words.
            pub fn title(self) -> Message {
                match self { $(ErrorCode::$name => Message::new($vi, $en),)* }
            }

            /// What the caller can do about it.
            pub fn remedy(self) -> Message {
                match self { $(ErrorCode::$name => Message::new($mend_vi, $mend_en),)* }
            }
        }
    };
}

error_codes! {
    InvalidRequest "invalid_request" 400 "Yêu cầu không đọc được" "The request can't be read"
        "Sửa phần được nêu trong detail hoặc errors rồi gửi lại." "Mend what detail or errors names and send it again."
    Unauthenticated "unauthenticated" 401 "Cần đăng nhập" "A login is needed"
        "Đăng nhập tại /api/v1/auth/login và gửi access_token trong tiêu đề Authorization: Bearer." "Log in at /api/v1/auth/login and send the access_token as Authorization: Bearer."
    InvalidCredentials "invalid_credentials" 401 "Tên đăng nhập hoặc mật khẩu không đúng" "The user name or the password is wrong"
        "Kiểm tra lại; nếu quên mật khẩu, đề nghị quản trị viên đặt lại." "Check both; if the password is forgotten, ask an administrator to reset it."
    ExternalLoginFailed "external_login_failed" 401 "Đăng nhập qua bên ngoài không thành công" "The external login did not succeed"
        "Xem detail; bắt đầu lại tại POST /api/v1/auth/oidc/start." "See detail; begin again at POST /api/v1/auth/oidc/start."
    SecondFactorRequired "second_factor_required" 401 "Cần mã xác thực thứ hai" "A second factor is needed"
        "Gửi lại đăng nhập với code: sáu chữ số của ứng dụng xác thực, hoặc một mã khôi phục chưa dùng." "Log in again with code: the six digits of the authenticator, or a recovery code that was not used."
    InvalidToken "invalid_token" 401 "Phiên đăng nhập không còn hiệu lực" "The session is no longer valid"
        "Làm mới phiên tại /api/v1/auth/refresh hoặc đăng nhập lại." "Refresh it at /api/v1/auth/refresh or log in again."
    InvalidApiKey "invalid_api_key" 401 "Khóa API không dùng được" "The API key is not good"
        "Xem detail; đề nghị quản trị viên cấp khóa mới, hoặc bỏ tiêu đề Authorization: dữ liệu công bố đọc được không cần khóa." "See detail; ask an administrator for a new key, or leave Authorization out: published results can be read without a key."
    Forbidden "forbidden" 403 "Không có quyền thực hiện" "This is not allowed to you"
        "Đề nghị quản trị viên cấp quyền phù hợp." "Ask an administrator for the right that is needed."
    PasswordChangeRequired "password_change_required" 403 "Phải đổi mật khẩu trước" "The password must be changed first"
        "Đổi mật khẩu tại PUT /api/v1/auth/password." "Change it at PUT /api/v1/auth/password."
    SecondFactorEnrolmentRequired "second_factor_enrolment_required" 403 "Phải đăng ký xác thực thứ hai trước" "A second factor must be set up first"
        "Vai trò này cần xác thực hai yếu tố: gọi POST /api/v1/auth/second-factor, rồi xác nhận bằng một mã tại /api/v1/auth/second-factor/confirmation." "This role needs two factors: call POST /api/v1/auth/second-factor, then confirm it with a code at /api/v1/auth/second-factor/confirmation."
    NotFound "not_found" 404 "Không tìm thấy" "Not found"
        "Kiểm tra lại đường dẫn và mã; đối tượng có thể không tồn tại hoặc không thuộc quyền xem." "Check the address and the code; the object may not exist or may not be yours to see."
    MethodNotAllowed "method_not_allowed" 405 "Phương thức không được hỗ trợ" "The method is not supported here"
        "Xem tài liệu tại /docs/." "See the documentation at /docs/."
    NotAcceptable "not_acceptable" 406 "Không có định dạng được yêu cầu" "The format asked for is not offered"
        "Dùng application/json hoặc text/csv." "Use application/json or text/csv."
    RequestTimeout "request_timeout" 408 "Yêu cầu đến quá chậm" "The request arrived too slowly"
        "Gửi lại yêu cầu." "Send it again."
    AlreadyExists "already_exists" 409 "Đã tồn tại" "It exists already"
        "Dùng mã khác hoặc sửa đối tượng đã có." "Use another code, or change the one that exists."
    Frozen "frozen" 409 "Đã khóa, không sửa được" "It is frozen and can't be changed"
        "Tạo phiên bản mới." "Make a new version."
    IllegalTransition "illegal_transition" 409 "Không thể chuyển trạng thái" "The state does not allow this"
        "Xem detail và errors: vì sao, và còn thiếu gì." "See detail and errors for the reason and what is missing."
    Conflict "conflict" 409 "Dữ liệu đã thay đổi" "The data changed meanwhile"
        "Đọc lại rồi gửi lại." "Read it again and send it again."
    IdempotencyInFlight "idempotency_in_flight" 409 "Yêu cầu cùng khóa đang được xử lý" "A request with the same key is still being handled"
        "Chờ một giây rồi gửi lại với cùng Idempotency-Key." "Wait a second and send it again with the same Idempotency-Key."
    PreconditionFailed "precondition_failed" 412 "Phiên bản đã cũ" "The version is stale"
        "Đọc lại đối tượng, lấy ETag mới và gửi lại với If-Match." "Read the object again and send its new ETag as If-Match."
    PayloadTooLarge "payload_too_large" 413 "Nội dung quá lớn" "The body is too large"
        "Chia nhỏ rồi gửi nhiều lần." "Split it and send the parts."
    EvidenceQuotaExceeded "evidence_quota_exceeded" 413 "Vượt dung lượng tệp của cơ quan trong kỳ" "The agency's files of this round take too much space"
        "Gửi tệp nhỏ hơn (quét ở độ phân giải thấp hơn), dẫn link thay cho tệp, hoặc đề nghị người vận hành tăng giới hạn." "Send a smaller file (scanned coarser), name a link in its place, or ask the operator for a higher limit."
    UnsupportedMediaType "unsupported_media_type" 415 "Kiểu nội dung không được hỗ trợ" "The content type is not supported"
        "Gửi với kiểu nội dung nêu trong detail; phần lớn thao tác nhận application/json." "Send it as the type that detail names; most operations take application/json."
    RangeNotSatisfiable "range_not_satisfiable" 416 "Tệp không có đoạn được yêu cầu" "The file does not hold the bytes asked for"
        "Đọc Content-Range để biết cỡ tệp; nếu đã có đủ thì không cần tải tiếp." "Content-Range tells the file's size; who holds all of it need not go on."
    ValidationFailed "validation_failed" 422 "Dữ liệu chưa hợp lệ" "Some items are not valid"
        "Sửa từng mục trong errors rồi gửi lại; chưa có gì được lưu." "Mend each item in errors and send it again; nothing was saved."
    IdempotencyKeyReused "idempotency_key_reused" 422 "Idempotency-Key đã dùng cho nội dung khác" "The Idempotency-Key was used for another request"
        "Dùng khóa mới cho nội dung mới." "Use a new key for a new request."
    PreconditionRequired "precondition_required" 428 "Thiếu If-Match" "If-Match is missing"
        "Đọc đối tượng và gửi ETag của nó trong If-Match." "Read the object and send its ETag as If-Match."
    RateLimited "rate_limited" 429 "Quá nhiều yêu cầu" "Too many requests"
        "Chờ số giây ghi trong Retry-After." "Wait for the seconds given in Retry-After."
    TooManyAttempts "too_many_attempts" 429 "Đăng nhập sai quá nhiều lần" "Too many failed logins"
        "Chờ số giây ghi trong Retry-After." "Wait for the seconds given in Retry-After."
    Internal "internal" 500 "Lỗi hệ thống" "An internal error"
        "Gửi request_id cho người vận hành." "Give the request_id to the operator."
    Overloaded "overloaded" 503 "Hệ thống đang quá tải" "The service is overloaded"
        "Gửi lại sau số giây ghi trong Retry-After, với cùng Idempotency-Key." "Send it again after the seconds in Retry-After, with the same Idempotency-Key."
    SecondFactorUnavailable "second_factor_unavailable" 503 "Hiện không kiểm tra được mã của ứng dụng xác thực" "Codes of the authenticator can't be checked at present"
        "Dùng một mã khôi phục; báo người vận hành: khóa của bí mật chưa ở PARINDEX_SECRET_KEY_DIR." "Use a recovery code; tell the operator that the key of the secrets is not in PARINDEX_SECRET_KEY_DIR."
    Unavailable "unavailable" 503 "Cơ sở dữ liệu tạm thời không sẵn sàng" "The database can't be reached for the moment"
        "Gửi lại sau số giây ghi trong Retry-After, với cùng Idempotency-Key." "Send it again after the seconds in Retry-After, with the same Idempotency-Key."
}

/// A failed request.
#[derive(Debug)]
pub struct AppError {
    /// What kind of failure it is.
    pub code: ErrorCode,
    /// What happened in this case; without it the code's title stands.
    pub detail: Option<Message>,
    /// The items that are wrong.
    pub errors: Vec<FieldError>,
    /// Seconds after which trying again makes sense.
    pub retry_after_seconds: Option<NonZeroU64>,
    /// Bytes of the file, where a part of it was asked for that it does not hold.
    pub size: Option<NonZeroU64>,
    /// For the log only.
    pub cause: Option<String>,
}

/// The result of everything that can fail a request.
pub type AppResult<T> = Result<T, AppError>;

impl AppError {
    /// A failure that its code explains.
    pub fn new(code: ErrorCode) -> Self {
        let retry = matches!(
            code,
            ErrorCode::Overloaded
                | ErrorCode::Unavailable
                | ErrorCode::SecondFactorUnavailable
                | ErrorCode::IdempotencyInFlight
        );
        Self {
            code,
            detail: None,
            errors: Vec::new(),
            retry_after_seconds: retry.then_some(NonZeroU64::MIN),
            size: None,
            cause: None,
        }
    }

    /// A failure explained by a sentence in Vietnamese and English.
    pub fn with(code: ErrorCode, vi: impl Into<String>, en: impl Into<String>) -> Self {
        Self {
            detail: Some(Message::new(vi, en)),
            ..Self::new(code)
        }
    }

    /// 404: the object is not there, or the caller may not know that it is.
    pub fn not_found() -> Self {
        Self::new(ErrorCode::NotFound)
    }

    /// 403 with the reason.
    pub fn forbidden(vi: impl Into<String>, en: impl Into<String>) -> Self {
        Self::with(ErrorCode::Forbidden, vi, en)
    }

    /// 422 naming every bad item.
    pub fn invalid(errors: Vec<FieldError>) -> Self {
        Self {
            errors,
            ..Self::new(ErrorCode::ValidationFailed)
        }
    }

    /// 422 naming one bad item.
    pub fn invalid_item(
        pointer: impl Into<String>,
        code: impl Into<String>,
        vi: impl Into<String>,
        en: impl Into<String>,
    ) -> Self {
        Self::invalid(vec![FieldError::new(pointer, code, Message::new(vi, en))])
    }

    /// 500: a fault of ours; the cause goes to the log only.
    pub fn internal(cause: impl std::fmt::Display) -> Self {
        Self {
            cause: Some(cause.to_string()),
            ..Self::new(ErrorCode::Internal)
        }
    }

    /// The same failure once more; an explicit act, since most code hands a failure on and keeps nothing.
    pub fn copy(&self) -> Self {
        Self {
            code: self.code,
            detail: self.detail.clone(),
            errors: self.errors.clone(),
            retry_after_seconds: self.retry_after_seconds,
            size: self.size,
            cause: self.cause.clone(),
        }
    }

    /// The same failure, to be tried again after some seconds, one at least.
    pub fn retry_after(mut self, seconds: u64) -> Self {
        self.retry_after_seconds = NonZeroU64::new(seconds.max(1));
        self
    }
}

impl std::fmt::Display for AppError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.code.as_str())?;
        if let Some(detail) = &self.detail {
            write!(f, ": {}", detail.en)?;
        }
        for error in &self.errors {
            write!(f, "; {}: {}", error.pointer, error.message.en)?;
        }
        if let Some(cause) = &self.cause {
            write!(f, " ({cause})")?;
        }
        Ok(())
    }
}

impl std::error::Error for AppError {}

impl From<diesel::result::Error> for AppError {
    fn from(error: diesel::result::Error) -> Self {
        use diesel::result::{DatabaseErrorKind, Error};
        match &error {
            Error::NotFound => Self::not_found(),
            Error::DatabaseError(DatabaseErrorKind::UniqueViolation, _) => {
                Self::new(ErrorCode::AlreadyExists)
            }
            Error::DatabaseError(DatabaseErrorKind::SerializationFailure, _) => {
                Self::new(ErrorCode::Conflict)
            }
            Error::DatabaseError(
                DatabaseErrorKind::ClosedConnection | DatabaseErrorKind::UnableToSendCommand,
                _,
            )
            | Error::BrokenTransactionManager => Self {
                cause: Some(error.to_string()),
                ..Self::new(ErrorCode::Unavailable)
            },
            Error::DatabaseError(_, facts) if is_full(facts.message()) => Self {
                cause: Some(error.to_string()),
                ..Self::new(ErrorCode::Unavailable)
            },
            _ => Self::internal(error),
        }
    }
}

/// A full disk passes, and nothing is wrong with the request: SQLite's words, and PostgreSQL's.
fn is_full(message: &str) -> bool {
    message.contains("disk is full") || message.contains("No space left on device")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_unique_and_their_statuses_are_errors() {
        let mut seen = std::collections::BTreeSet::new();
        for code in ErrorCode::ALL {
            assert!(seen.insert(code.as_str()), "{} stands twice", code.as_str());
            assert!((400..600).contains(&code.status()));
            assert_eq!(serde_json::to_value(code).unwrap(), code.as_str());
        }
    }
}
