//! Lists in pages: 50 by default, at most 500, continued by an opaque cursor that stays right while rows are added.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::error::{AppError, AppResult, ErrorCode, FieldError, Message};

const LIMIT_DEFAULT: u32 = 50;
const LIMIT_MAX: u32 = 500;

/// The paging parameters of a list.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct PageQuery {
    /// Rows on a page: 1 to 500, 50 by default.
    #[param(minimum = 1, maximum = 500, example = 50)]
    pub limit: Option<u32>,
    /// `page.next` of the page before.
    #[param(max_length = 1000)]
    pub cursor: Option<String>,
}

/// Where a page begins: after the row with this key.
#[derive(Clone, Debug, Default)]
pub struct Cursor {
    /// The key of the last row of the page before.
    pub after: Option<String>,
    /// Rows on the page.
    pub limit: usize,
}

impl Cursor {
    /// Reads the paging parameters.
    pub fn parse(limit: Option<u32>, cursor: Option<&str>) -> AppResult<Self> {
        let limit = limit.unwrap_or(LIMIT_DEFAULT);
        if limit == 0 || limit > LIMIT_MAX {
            return Err(bad(
                "?limit",
                "bad_limit",
                "limit từ 1 đến 500.",
                "limit is from 1 to 500.",
            ));
        }
        let after = match cursor {
            None => None,
            Some(text) => {
                let bytes = URL_SAFE_NO_PAD.decode(text).ok();
                let text = bytes
                    .and_then(|bytes| String::from_utf8(bytes).ok())
                    // A NUL byte is no text for PostgreSQL and can't come from us.
                    .filter(|text| !text.contains('\0'))
                    .ok_or_else(|| {
                        bad(
                            "?cursor",
                            "bad_cursor",
                            "cursor không hợp lệ: dùng page.next của trang trước.",
                            "That is no cursor: use page.next of the page before.",
                        )
                    })?;
                Some(text)
            }
        };
        Ok(Self {
            after,
            limit: limit as usize,
        })
    }

    /// How many rows to ask for: one more than the page, to know whether another follows.
    pub fn fetch(&self) -> i64 {
        self.limit as i64 + 1
    }
}

fn bad(pointer: &str, code: &str, vi: &str, en: &str) -> AppError {
    AppError {
        errors: vec![FieldError::new(pointer, code, Message::new(vi, en))],
        ..AppError::new(ErrorCode::InvalidRequest)
    }
}

/// Where the next page begins.
#[derive(Debug, Serialize, ToSchema)]
pub struct PageInfo {
    /// The cursor of the next page; null on the last.
    pub next: Option<String>,
}

/// One page of a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct Page<T> {
    /// The rows.
    pub data: Vec<T>,
    /// Where the next page begins.
    pub page: PageInfo,
}

impl<T> Page<T> {
    /// Cuts one row too many off and makes the cursor of the last one left.
    pub fn cut(mut rows: Vec<T>, cursor: &Cursor, key: impl Fn(&T) -> String) -> Self {
        let more = rows.len() > cursor.limit;
        rows.truncate(cursor.limit);
        let next = if more {
            rows.last().map(|row| URL_SAFE_NO_PAD.encode(key(row)))
        } else {
            None
        };
        Self {
            data: rows,
            page: PageInfo { next },
        }
    }

    /// A list that has one page.
    pub fn whole(rows: Vec<T>) -> Self {
        Self {
            data: rows,
            page: PageInfo { next: None },
        }
    }

    /// The same page with its rows in another form.
    pub fn map<U>(self, form: impl FnMut(T) -> U) -> Page<U> {
        Page {
            data: self.data.into_iter().map(form).collect(),
            page: self.page,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_names_the_next_only_if_there_is_one() {
        let cursor = Cursor::parse(Some(2), None).unwrap();
        let page = Page::cut(vec!["a", "b", "c"], &cursor, |row| (*row).to_owned());
        let next = page.page.next.unwrap();
        assert_eq!(
            Cursor::parse(None, Some(&next)).unwrap().after.as_deref(),
            Some("b")
        );
        assert!(
            Page::cut(vec!["a", "b"], &cursor, |row| (*row).to_owned())
                .page
                .next
                .is_none()
        );
    }

    #[test]
    fn nonsense_is_a_bad_request() {
        assert!(Cursor::parse(Some(0), None).is_err());
        assert!(Cursor::parse(Some(501), None).is_err());
        assert!(Cursor::parse(None, Some("???")).is_err());
    }
}
