//! Responses: packed, unpacked, refused.

use super::*;

fn given(answers: Value) -> GivenAnswers {
    serde_json::from_value(answers).unwrap()
}

fn packed(answers: Value) -> String {
    compiled(small()).pack(&given(answers)).unwrap().answers
}

fn refused(answers: Value) -> Vec<(Option<String>, &'static str)> {
    let faults = compiled(small()).pack(&given(answers)).unwrap_err();
    faults
        .into_iter()
        .map(|fault| (fault.item, fault.code.as_str()))
        .collect()
}

#[test]
fn an_item_is_a_character() {
    // a1.0 a1.1(3) a1.2 b1.1 b1.2 b2.1 p1.1
    assert_eq!(
        packed(
            json!({"a1.0": "yes", "a1.1": ["post", "office"], "a1.2": "5", "b1.1": "4", "b2.1": "none", "p1.1": "no"})
        ),
        "010143-51"
    );
    assert_eq!(
        packed(json!({"a1.0": "no", "a1.2": "1", "b1.1": null})),
        "1...0----"
    );
    assert_eq!(packed(json!("0---4----")), "0---4----");
    assert_eq!(
        packed(json!("1---4----")),
        "1...4----",
        "what a rule leaves out is skipped"
    );
    assert_eq!(
        packed(json!("0...4----")),
        "0---4----",
        "what is asked can't be skipped"
    );
}

#[test]
fn what_is_packed_comes_back() {
    let instrument = compiled(small());
    let answers = json!({"a1.0": "yes", "a1.1": ["post", "office"], "a1.2": "5", "b2.1": "none"});
    let response = instrument.pack(&given(answers.clone())).unwrap();
    assert_eq!(
        serde_json::to_value(instrument.unpack(&response.answers).unwrap()).unwrap(),
        answers
    );
    assert_eq!(instrument.unpack("0"), None);
}

#[test]
fn words_are_kept_apart() {
    let response = compiled(small())
        .pack(&given(json!({"a1.0": "no", "p1.2": "  Chờ lâu. "})))
        .unwrap();
    assert_eq!(response.answers, "1...-----");
    assert_eq!(response.texts, [("p1.2".to_owned(), "Chờ lâu.".to_owned())]);
}

#[test]
fn every_fault_of_a_response_is_named() {
    let of = |item: &str, code| (Some(item.to_owned()), code);
    assert_eq!(
        refused(json!({"a1.0": "maybe", "x": "1", "b1.1": ["4", "5"]})),
        [
            of("x", "unknown_item"),
            of("a1.0", "unknown_option"),
            of("b1.1", "several_options")
        ]
    );
    assert_eq!(
        refused(json!({"a1.0": "no", "a1.1": ["web"]})),
        [of("a1.1", "skipped_by_rule")]
    );
    assert_eq!(refused(json!({"b1.1": "4"})), [of("a1.0", "answer_required")]);
    assert_eq!(
        refused(json!({"a1.0": "yes", "a1.1": ["web", "web"]})),
        [of("a1.1", "several_options")]
    );
    assert_eq!(refused(json!("0---9----")), [of("a1.2", "unknown_option")]);
    assert_eq!(refused(json!("00004----")), [of("a1.1", "unknown_option")]);
    assert_eq!(refused(json!("1")), [(None, "wrong_length")]);
    assert_eq!(
        refused(json!({"a1.0": "no", "p1.2": "x".repeat(2001)})),
        [of("p1.2", "text_too_long")]
    );
    let mut open = small();
    open["parts"][0]["factors"][0]["items"][0]["required"] = json!(false);
    let faults = compiled(open).pack(&given(json!({}))).unwrap_err();
    assert_eq!(faults[0].code, AnswerFaultCode::NothingAnswered);
}

#[test]
fn a_form_asks_what_the_answers_open() {
    let instrument = compiled(small());
    let place = instrument.place("a1.1").unwrap();
    assert!(instrument.is_asked(place, "0---4----"));
    assert!(!instrument.is_asked(place, "1...4----"));
    assert!(!instrument.is_asked(place, "----4----"));
}
