//! The pages of forms, from an instrument and what was typed. Pure.

use std::collections::BTreeMap;

use askama::Template;

use super::words::{FormWords, words};
use crate::{
    error::{AppError, AppResult},
    survey::{AnswerFault, AnswerInput, Instrument, InstrumentItem, ItemKind, Language},
};

/// What was typed, by the item's code.
pub type Typed = BTreeMap<String, Vec<String>>;

/// The field of the stamp.
pub const STAMP_FIELD: &str = "_stamp";
/// The field that people leave empty.
pub const TRAP_FIELD: &str = "_website";

#[derive(Template)]
#[template(path = "form.html")]
struct FormPage<'a> {
    w: &'static FormWords,
    title: &'a str,
    other: &'a str,
    description: Option<&'a str>,
    alert: Option<&'a str>,
    faults: Vec<ListedFault>,
    action: &'a str,
    stamp: &'a str,
    parts: Vec<PartView>,
}

#[derive(Template)]
#[template(path = "message.html")]
struct MessagePage<'a> {
    w: &'static FormWords,
    title: &'a str,
    other: &'a str,
    text: &'a str,
    asks_code: bool,
    action: &'a str,
}

struct ListedFault {
    id: String,
    text: String,
}

struct PartView {
    title: String,
    factors: Vec<FactorView>,
}

struct FactorView {
    title: String,
    items: Vec<ItemView>,
}

struct ItemView {
    id: String,
    code: String,
    text: String,
    required: bool,
    multiple: bool,
    is_text: bool,
    note: Option<String>,
    fault: Option<String>,
    value: String,
    options: Vec<OptionView>,
}

struct OptionView {
    code: String,
    label: String,
    chosen: bool,
}

impl ItemView {
    /// The ids of what describes it, for screen readers.
    fn described_by(&self) -> Option<String> {
        let mut ids = Vec::new();
        if self.note.is_some() {
            ids.push(format!("{}-note", self.id));
        }
        if self.fault.is_some() {
            ids.push(format!("{}-fault", self.id));
        }
        (!ids.is_empty()).then(|| ids.join(" "))
    }
}

/// Where a page stands.
pub struct At<'a> {
    /// Its language.
    pub language: Language,
    /// Its address.
    pub action: &'a str,
    /// The same in the other language.
    pub other: &'a str,
}

/// What is wrong with what was typed.
#[derive(Default)]
pub struct Wrong<'a> {
    /// With the form as a whole.
    pub alert: Option<&'a str>,
    /// With its answers.
    pub faults: &'a [AnswerFault],
}

/// The form, with what was typed and what is wrong with it.
pub fn form(
    instrument: &Instrument,
    at: &At<'_>,
    stamp: &str,
    typed: &Typed,
    wrong: &Wrong<'_>,
) -> AppResult<String> {
    let language = at.language;
    let said = |fault: &AnswerFault| match language {
        Language::Vi => fault.message_vi.clone(),
        Language::En => fault.message_en.clone(),
    };
    let by_item: BTreeMap<&str, String> = wrong
        .faults
        .iter()
        .filter_map(|fault| Some((fault.item.as_deref()?, said(fault))))
        .collect();
    let texts: BTreeMap<&str, &str> = instrument
        .items()
        .map(|item| (item.code.as_str(), item.text.in_language(language)))
        .collect();
    let faults = wrong
        .faults
        .iter()
        .map(|fault| match fault.item.as_deref() {
            Some(item) => ListedFault {
                id: id_of(item),
                text: format!("{}: {}", texts.get(item).copied().unwrap_or(item), said(fault)),
            },
            None => ListedFault {
                id: "main".to_owned(),
                text: said(fault),
            },
        })
        .collect();
    let page = FormPage {
        w: words(language),
        title: instrument.title.in_language(language),
        other: at.other,
        description: instrument
            .description
            .as_ref()
            .map(|text| text.in_language(language)),
        alert: wrong.alert,
        faults,
        action: at.action,
        stamp,
        parts: parts(instrument, language, typed, &by_item),
    };
    page.render().map_err(AppError::internal)
}

fn id_of(code: &str) -> String {
    format!("item-{code}")
}

fn parts(
    instrument: &Instrument,
    language: Language,
    typed: &Typed,
    faults: &BTreeMap<&str, String>,
) -> Vec<PartView> {
    let items = |items: &[InstrumentItem]| {
        items
            .iter()
            .map(|item| view(instrument, item, language, typed, faults))
            .collect()
    };
    instrument
        .parts
        .iter()
        .map(|part| PartView {
            title: part.title.in_language(language).to_owned(),
            factors: part
                .factors
                .iter()
                .map(|factor| FactorView {
                    title: factor.title.in_language(language).to_owned(),
                    items: items(&factor.items),
                })
                .collect(),
        })
        .collect()
}

fn view(
    instrument: &Instrument,
    item: &InstrumentItem,
    language: Language,
    typed: &Typed,
    faults: &BTreeMap<&str, String>,
) -> ItemView {
    let said = typed.get(&item.code).map(Vec::as_slice).unwrap_or_default();
    let options = instrument.scale_of(item).map(|scale| scale.options.as_slice());
    ItemView {
        id: id_of(&item.code),
        code: item.code.clone(),
        text: item.text.in_language(language).to_owned(),
        required: item.required,
        multiple: item.multiple,
        is_text: item.kind == ItemKind::Text,
        note: note(instrument, item, language),
        fault: faults.get(item.code.as_str()).cloned(),
        value: said.first().cloned().unwrap_or_default(),
        options: options
            .unwrap_or_default()
            .iter()
            .map(|option| OptionView {
                code: option.code.clone(),
                label: option.label.in_language(language).to_owned(),
                chosen: said.contains(&option.code),
            })
            .collect(),
    }
}

/// On which condition an item is asked, in words: without a script all items stand on the page.
fn note(instrument: &Instrument, item: &InstrumentItem, language: Language) -> Option<String> {
    let rule = item.show_if.as_ref()?;
    let asked = instrument.items().find(|other| other.code == rule.item)?;
    let scale = instrument.scale_of(asked)?;
    let labels: Vec<&str> = scale
        .options
        .iter()
        .filter(|option| rule.answered.contains(&option.code))
        .map(|option| option.label.in_language(language))
        .collect();
    Some(format!(
        "{} “{}” – {}.",
        words(language).only_if,
        asked.text.in_language(language),
        labels.join(" / ")
    ))
}

/// A page that says something, and asks for a code where there is none yet.
pub fn message(at: &At<'_>, text: &str, asks_code: bool) -> AppResult<String> {
    let w = words(at.language);
    let page = MessagePage {
        w,
        title: w.enter,
        other: at.other,
        text,
        asks_code,
        action: at.action,
    };
    page.render().map_err(AppError::internal)
}

/// What was typed as answers: empty fields are not answered, and fields that are no items are not ours.
pub fn answers(instrument: &Instrument, typed: &Typed) -> BTreeMap<String, AnswerInput> {
    instrument
        .items()
        .filter_map(|item| {
            let mut said: Vec<String> = typed
                .get(&item.code)?
                .iter()
                .filter(|text| !text.trim().is_empty())
                .cloned()
                .collect();
            let answer = match (item.multiple, said.len()) {
                (_, 0) => return None,
                (false, 1) => AnswerInput::One(said.pop()?),
                _ => AnswerInput::Many(said),
            };
            Some((item.code.clone(), answer))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn instrument() -> Instrument {
        serde_json::from_value(serde_json::json!({
            "code": "x", "version": 1, "title": {"vi": "Phiếu <1>", "en": "Form"}, "audience": "citizens",
            "languages": ["vi", "en"],
            "scales": [{"code": "yn", "options": [{"code": "y", "label": {"vi": "Có", "en": "Yes"}, "value": 1, "satisfied": true},
                                                   {"code": "n", "label": {"vi": "Không", "en": "No"}, "value": 0}]}],
            "parts": [{"code": "a", "title": {"vi": "A", "en": "A"}, "factors": [{"code": "a1", "title": {"vi": "B", "en": "B"}, "items": [
                {"code": "q1", "kind": "satisfaction", "text": {"vi": "Câu 1", "en": "Item 1"}, "scale": "yn", "required": true},
                {"code": "q2", "kind": "satisfaction", "text": {"vi": "Câu 2", "en": "Item 2"}, "scale": "yn",
                 "show_if": {"item": "q1", "answered": ["y"]}},
                {"code": "q3", "kind": "text", "text": {"vi": "Ý kiến", "en": "Comments"}}]}]}],
            "rule": {"measure": "top_two_share", "counted_kinds": ["satisfaction"], "minimum_n": 3, "decimals": 2, "rounding": "half_up"},
        }))
        .unwrap()
    }

    const AT: At<'_> = At {
        language: Language::Vi,
        action: "/forms/X",
        other: "/en/forms/X",
    };

    #[test]
    fn what_was_typed_stands_on_the_page_again_with_its_faults() {
        let instrument = instrument();
        let typed: Typed = [
            ("q2".to_owned(), vec!["n".to_owned()]),
            ("q3".to_owned(), vec!["<b>Chậm</b>".to_owned()]),
        ]
        .into();
        let given = answers(&instrument, &typed);
        let faults = instrument
            .clone()
            .compile()
            .unwrap()
            .pack_items(&given)
            .unwrap_err();
        let wrong = Wrong {
            alert: None,
            faults: &faults,
        };
        let html = form(&instrument, &AT, "s", &typed, &wrong).unwrap();
        assert!(html.contains("name=\"q2\" value=\"n\" checked"), "{html}");
        assert!(!html.contains("<b>Chậm") && html.contains("Chậm"), "{html}");
        assert!(
            html.contains("href=\"#item-q1\"") && html.contains("id=\"item-q1-fault\""),
            "{html}"
        );
        assert!(html.contains("Chỉ trả lời nếu “Câu 1” – Có."), "{html}");
        assert!(
            html.contains("aria-describedby=\"item-q2-note item-q2-fault\""),
            "{html}"
        );
        assert!(!html.contains("<script") && !html.contains("style="), "{html}");
    }

    #[test]
    fn every_item_has_a_label_and_the_page_a_language() {
        let html = form(
            &instrument(),
            &At {
                language: Language::En,
                ..AT
            },
            "s",
            &Typed::new(),
            &Wrong::default(),
        )
        .unwrap();
        assert!(
            html.starts_with("<!DOCTYPE html>") && html.contains("<html lang=\"en\">"),
            "{html}"
        );
        assert_eq!(html.matches("<legend>").count(), 2);
        assert!(html.contains("<label for=\"item-q3-text\">Comments"), "{html}");
        assert!(!html.contains("role=\"alert\""), "{html}");
    }
}
