//! Links that people name as evidence.

use serde::{Deserialize, Serialize};
use url::Url;
use utoipa::ToSchema;

use crate::error::{FieldError, Message};

const LINKS_MAX: usize = 20;
const TITLE_LENGTH_MAX: usize = 300;
const URL_LENGTH_MAX: usize = 2000;

/// A document that shows what is said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"title": "Báo cáo số 45/BC-BTP", "url": "https://example.vn/45-BC-BTP.pdf"}))]
pub struct EvidenceLink {
    /// Its title.
    #[schema(min_length = 1, max_length = 300)]
    pub title: String,
    /// Where it lies.
    #[schema(max_length = 2000)]
    pub url: String,
}

impl EvidenceLink {
    /// Every fault of a list of links, which stands at a pointer.
    pub fn check_all(pointer: &str, links: &[Self]) -> Vec<FieldError> {
        if links.len() > LINKS_MAX {
            return vec![FieldError::new(
                pointer,
                "too_many_links",
                Message::new(
                    format!("Tối đa {LINKS_MAX} tài liệu."),
                    format!("There are {LINKS_MAX} documents at most."),
                ),
            )];
        }
        let mut faults = Vec::new();
        for (index, link) in links.iter().enumerate() {
            if link.title.trim().is_empty() || link.title.chars().count() > TITLE_LENGTH_MAX {
                faults.push(FieldError::new(
                    format!("{pointer}/{index}/title"),
                    "bad_text",
                    Message::new(
                        format!("Gồm 1 đến {TITLE_LENGTH_MAX} ký tự."),
                        format!("It has 1 to {TITLE_LENGTH_MAX} characters."),
                    ),
                ));
            }
            if !is_web_address(&link.url) {
                faults.push(FieldError::new(
                    format!("{pointer}/{index}/url"),
                    "bad_url",
                    Message::new(
                        "Viết địa chỉ đầy đủ, ví dụ https://example.vn/van-ban.pdf, tối đa 2000 ký tự.",
                        "Write a whole address such as https://example.vn/document.pdf, of at most 2000 characters.",
                    ),
                ));
            }
        }
        faults
    }
}

fn is_web_address(text: &str) -> bool {
    let url = Url::parse(text).ok();
    text.len() <= URL_LENGTH_MAX && url.is_some_and(|url| matches!(url.scheme(), "http" | "https"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_whole_web_addresses_with_a_title_are_links() {
        let link = |title: &str, url: &str| EvidenceLink {
            title: title.into(),
            url: url.into(),
        };
        let links = [
            link("a", "https://example.vn/a.pdf"),
            link("", "/a.pdf"),
            link("b", "javascript:x"),
        ];
        let told: Vec<String> = EvidenceLink::check_all("/evidence", &links)
            .into_iter()
            .map(|fault| fault.pointer)
            .collect();
        assert_eq!(told, ["/evidence/1/title", "/evidence/1/url", "/evidence/2/url"]);
        let many = vec![links[0].clone(); 21];
        assert_eq!(EvidenceLink::check_all("/evidence", &many).len(), 1);
    }
}
