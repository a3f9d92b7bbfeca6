//! A rule in words, with all its numbers. Pure.

use super::frame::Frame;
use crate::{
    scoring::{PercentFloor, Points, Rule, RuleBand, SurveyConversion, SurveyMeasure},
    web::Language,
};

/// What a rule gives for what.
pub fn rule_in_words(frame: &Frame, rule: &Rule) -> String {
    let say = |vi: &str, en: &str| match frame.language {
        Language::Vietnamese => vi.to_owned(),
        Language::English => en.to_owned(),
    };
    match rule {
        Rule::Choice { options } => {
            let all = options.iter().map(|option| {
                let label = frame.pick(&option.label_vi, option.label_en.as_deref());
                format!("{label}: {}", option.points)
            });
            all.collect::<Vec<_>>().join("; ")
        }
        Rule::YesNo { yes, no } => say(
            &format!("có: {yes}; không: {no}"),
            &format!("yes: {yes}; no: {no}"),
        ),
        Rule::PercentageBands {
            bands,
            zero_denominator,
        } => bands_in_words(bands, "%") + &zero(frame, *zero_denominator),
        Rule::CountBands { bands } => bands_in_words(bands, ""),
        Rule::Proportional {
            floor,
            zero_denominator,
        } => {
            let base = say("tỷ lệ đạt được × điểm tối đa", "the ratio reached × the maximum");
            base + &floor
                .as_ref()
                .map(|floor| floor_in_words(frame, floor))
                .unwrap_or_default()
                + &zero(frame, *zero_denominator)
        }
        Rule::Deduction { per_item, floor } => say(
            &format!("điểm tối đa trừ {per_item} cho mỗi trường hợp, không dưới {floor}"),
            &format!("the maximum less {per_item} for each case, never below {floor}"),
        ),
        Rule::AppraiserPoints { step } => say(
            &format!("cơ quan thẩm định cho điểm, bước {step}"),
            &format!("points set by the appraising body, in steps of {step}"),
        ),
        Rule::Survey { measure } => {
            let base = say("điểm khảo sát xã hội học", "points of the sociological survey");
            let taken = measure.as_ref().map(|measure| survey_in_words(frame, measure));
            base + &taken.unwrap_or_default()
        }
        Rule::External {} => say(
            "điểm từ nguồn chính thức khác",
            "points of another official source",
        ),
    }
}

/// Which survey, which figure of it, and how it becomes points.
fn survey_in_words(frame: &Frame, measure: &SurveyMeasure) -> String {
    let SurveyMeasure {
        instrument,
        version,
        of,
        conversion,
    } = measure;
    let say = |vi: &'static str, en: &'static str| match frame.language {
        Language::Vietnamese => vi,
        Language::English => en,
    };
    let what = match of.as_str() {
        "whole" => say(": chỉ số chung", ": the whole index").to_owned(),
        of => format!("{}{of}", say(": chỉ số của ", ": the index of ")),
    };
    let whose = say(" theo phiếu ", " by instrument ");
    let how = match conversion {
        SurveyConversion::Proportional { floor } => {
            let floor = floor.as_ref().map(|floor| floor_in_words(frame, floor));
            say(" × điểm tối đa", " × the maximum").to_owned() + &floor.unwrap_or_default()
        }
        SurveyConversion::PercentageBands { bands } => format!(": {}", bands_in_words(bands, "%")),
    };
    format!("{what}{whose}{instrument}/{version}{how}")
}

fn bands_in_words(bands: &[RuleBand], unit: &str) -> String {
    let all = bands.iter().map(|band| {
        let border =
            |sign: &str, border: Option<Points>| border.map(|border| format!("{sign} {border}{unit}"));
        let borders: Vec<String> = border("≥", band.from)
            .or_else(|| border(">", band.above))
            .into_iter()
            .chain(border("≤", band.to).or_else(|| border("<", band.below)))
            .collect();
        format!("{}: {}", borders.join(", "), band.points)
    });
    all.collect::<Vec<_>>().join("; ")
}

fn floor_in_words(frame: &Frame, floor: &PercentFloor) -> String {
    let border = floor
        .from
        .map(|from| format!("≥ {from}%"))
        .or_else(|| floor.above.map(|above| format!("> {above}%")))
        .unwrap_or_default();
    match frame.language {
        Language::Vietnamese => format!(", chỉ khi {border}"),
        Language::English => format!(", only if {border}"),
    }
}

fn zero(frame: &Frame, points: Option<Points>) -> String {
    match (points, frame.language) {
        (None, _) => String::new(),
        (Some(points), Language::Vietnamese) => format!("; mẫu số bằng 0: {points}"),
        (Some(points), Language::English) => format!("; denominator 0: {points}"),
    }
}
