//! Which pages there are. Pure.

/// A page, without its language.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Page {
    /// The latest results.
    Home,
    /// All publications.
    Publications,
    /// One publication, and the part of its table that is shown, from 1.
    Publication(String, usize),
    /// The criteria set of a publication.
    Criteria(String),
    /// One agency in a publication.
    Agency(String, String),
    /// Some agencies of a publication side by side.
    Compare(String, Vec<String>),
    /// One agency through the years.
    Years(String),
    /// Agencies by name.
    Search(String),
    /// How the index comes about.
    Method,
    /// All coordination programmes.
    Programmes,
    /// One of them.
    Programme(String),
}

impl Page {
    /// Its address, without the beginning of the language.
    pub fn path(&self) -> String {
        let encode = |text: &str| url::form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
        match self {
            Self::Home => "/".to_owned(),
            Self::Publications => "/publications".to_owned(),
            Self::Publication(id, 1) => format!("/publications/{id}"),
            Self::Publication(id, page) => format!("/publications/{id}?page={page}"),
            Self::Criteria(id) => format!("/publications/{id}/method"),
            Self::Agency(id, code) => format!("/publications/{id}/agencies/{code}"),
            Self::Compare(id, codes) => {
                let codes: Vec<String> = codes
                    .iter()
                    .map(|code| format!("agency={}", encode(code)))
                    .collect();
                format!("/publications/{id}/compare?{}", codes.join("&"))
            }
            Self::Years(code) => format!("/agencies/{code}"),
            Self::Search(query) if query.is_empty() => "/search".to_owned(),
            Self::Search(query) => format!("/search?q={}", encode(query)),
            Self::Method => "/method".to_owned(),
            Self::Programmes => "/programmes".to_owned(),
            Self::Programme(code) => format!("/programmes/{}", encode(code)),
        }
    }

    /// Whether it tells of what changes all day, and not of publications alone.
    pub fn is_live(&self) -> bool {
        matches!(self, Self::Programmes | Self::Programme(_))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_typed_is_encoded() {
        assert_eq!(
            Page::Search("Hà Nội & \"x\"".to_owned()).path(),
            "/search?q=H%C3%A0+N%E1%BB%99i+%26+%22x%22"
        );
        let codes = vec!["moj".to_owned(), "a&b".to_owned()];
        assert_eq!(
            Page::Compare("0a".to_owned(), codes).path(),
            "/publications/0a/compare?agency=moj&agency=a%26b"
        );
        assert_eq!(
            Page::Publication("0a".to_owned(), 2).path(),
            "/publications/0a?page=2"
        );
    }
}
