//! Reading a list that was filled in: each row with a verdict becomes a decision.

use super::layout::{
    CODE, CORRECTED, HEADS, INPUTS, POINTS, POINTS_SET, REASON, RECOGNISED, REVISION, SHEET, VALUE, VERDICT,
    stamp,
};
use crate::{
    error::{AppError, AppResult, FieldError},
    features::{
        appraisals::model::AppraisalBody,
        submissions::workbook::{code_of, find_sheet, parse_value, revision_at, value_parts},
    },
    formats::xlsx::{CellFault, Sheet, Workbook},
    ids::{AgencyCode, IndicatorCode, RoundCode},
    scoring::{CompiledLeaf, CompiledSet, Decision, Declared, Points},
    web::{Gathered, PartColumns, Places, Sent, cell_error, check_stamp},
};

/// What a list is read against.
pub struct Form<'a> {
    /// The round.
    pub round: &'a RoundCode,
    /// The agency.
    pub agency: &'a AgencyCode,
    /// The criteria set.
    pub set: &'a CompiledSet,
    /// Its digest.
    pub set_digest: &'a str,
}

/// Takes the rows with a verdict as decisions.
pub fn read(workbook: &Workbook, form: &Form<'_>) -> AppResult<Gathered<AppraisalBody>> {
    let (round, agency) = (form.round, form.agency);
    check_stamp(
        workbook,
        &stamp(round, agency, form.set_digest),
        &[("round", "kỳ", "round"), ("agency", "cơ quan", "agency")],
        &format!("/api/v1/rounds/{round}/appraisals/{agency}/template.xlsx"),
    )?;
    let (sheet, header) = find_sheet(workbook, SHEET, &HEADS)?;
    let mut gathered = Gathered {
        sent: Vec::new(),
        places: Places::of_sheet(SHEET),
    };
    let mut nameless = Vec::new();
    for row in sheet.rows().into_iter().filter(|row| *row > header) {
        match code_of(sheet, row, form.set, &INPUTS) {
            Ok(None) => {}
            Ok(Some(code)) => push_row(&mut gathered, form.set, sheet, row, code),
            Err(error) => nameless.push(error),
        }
    }
    if !nameless.is_empty() {
        return Err(AppError::invalid(nameless));
    }
    if gathered.sent.is_empty() {
        return Err(AppError::invalid_item(
            "/items",
            "no_verdicts",
            format!("Trang “{SHEET}”: không dòng nào có kết luận."),
            format!("Sheet “{SHEET}”: no row has a verdict."),
        ));
    }
    Ok(gathered)
}

fn push_row(
    gathered: &mut Gathered<AppraisalBody>,
    set: &CompiledSet,
    sheet: &Sheet,
    row: u32,
    code: IndicatorCode,
) {
    let pointer = format!("/items/{}", gathered.sent.len());
    let leaf = set.leaf_index(code.as_str()).and_then(|index| set.leaf(index));
    let body = match leaf {
        Some(leaf) => body_of(sheet, row, leaf, &code, &pointer),
        // The save says what is wrong with the code.
        None => Ok(Some(AppraisalBody {
            indicator: code.clone(),
            revision: 0,
            decision: Decision::RECOGNISED,
            reason: None,
            body: None,
            settle: false,
        })),
    };
    let body = match body {
        Ok(None) => return,
        Ok(Some(body)) => Ok(body),
        Err(errors) => Err(errors),
    };
    gathered.places.push(row, parts(leaf));
    gathered.sent.push(Sent {
        indicator: code,
        body,
    });
}

fn parts(leaf: Option<&CompiledLeaf>) -> PartColumns {
    let mut parts = vec![
        ("", CODE),
        ("/decision", VERDICT),
        ("/decision/points", POINTS),
        ("/reason", REASON),
    ];
    for (part, column) in leaf
        .map(|leaf| value_parts(&leaf.rule, VALUE))
        .unwrap_or_default()
    {
        parts.push((
            match part {
                "/option" => "/decision/value/option",
                "/yes" => "/decision/value/yes",
                "/numerator" => "/decision/value/numerator",
                "/count" => "/decision/value/count",
                "/points" => "/decision/value/points",
                "/denominator" => "/decision/value/denominator",
                _ => "/decision/value",
            },
            column,
        ));
    }
    parts
}

/// The decision of a row; none where nothing is filled in.
fn body_of(
    sheet: &Sheet,
    row: u32,
    leaf: &CompiledLeaf,
    code: &IndicatorCode,
    pointer: &str,
) -> Result<Option<AppraisalBody>, Vec<FieldError>> {
    let error = |part: &str, fault: CellFault| cell_error(format!("{pointer}{part}"), code.as_str(), fault);
    let one = |part: &str, fault: CellFault| vec![error(part, fault)];
    let verdict = sheet
        .text_at(row, VERDICT)
        .map_err(|fault| one("/decision", fault))?;
    let points = sheet
        .decimal_at(row, POINTS)
        .map_err(|fault| one("/decision/points", fault))?;
    let value = parse_value(leaf, sheet, row, VALUE).map_err(|faults| -> Vec<FieldError> {
        let faults = faults.into_iter();
        faults
            .map(|(part, fault)| error(&format!("/decision/value{part}"), fault))
            .collect()
    })?;
    let reason = sheet
        .text_at(row, REASON)
        .map_err(|fault| one("/reason", fault))?;
    let Some(verdict) = verdict else {
        if points.is_none() && value.is_none() && reason.is_none() {
            return Ok(None);
        }
        return Err(one("/decision", verdict_missing()));
    };
    let decision =
        decision_of(verdict.trim(), points.as_deref(), value).map_err(|(part, fault)| one(part, fault))?;
    let revision = revision_at(sheet, row, REVISION).map_err(|fault| one("/revision", fault))?;
    Ok(Some(AppraisalBody {
        indicator: code.clone(),
        revision,
        decision,
        reason,
        body: None,
        // A difference is settled with the others' views before one's eyes, not in a sheet.
        settle: false,
    }))
}

fn verdict_missing() -> CellFault {
    CellFault::new(
        "verdict_missing",
        format!(
            "thiếu kết luận; chọn {RECOGNISED}, {CORRECTED} hoặc {POINTS_SET}, hoặc xóa các ô khác của dòng."
        ),
        format!(
            "the verdict is missing; choose {RECOGNISED}, {CORRECTED} or {POINTS_SET}, or empty the row's other cells."
        ),
    )
}

fn decision_of(
    verdict: &str,
    points: Option<&str>,
    value: Option<Declared>,
) -> Result<Decision, (&'static str, CellFault)> {
    let surplus = |part: &'static str| {
        let fault = CellFault::new(
            "surplus_cell",
            format!("ô này không dùng với kết luận “{verdict}”; xóa nội dung của ô."),
            format!("this cell is not used with the verdict “{verdict}”; empty it."),
        );
        (part, fault)
    };
    let missing = |part: &'static str| {
        let fault = CellFault::new(
            "cell_missing",
            format!("kết luận “{verdict}” cần ô này."),
            format!("the verdict “{verdict}” needs this cell."),
        );
        (part, fault)
    };
    match (verdict, points, value) {
        (RECOGNISED, None, None) => Ok(Decision::RECOGNISED),
        (CORRECTED, None, Some(value)) => Ok(Decision::Corrected { value }),
        (CORRECTED, None, None) => Err(missing("/decision/value")),
        (POINTS_SET, Some(points), None) => match Points::parse(points) {
            Ok(points) => Ok(Decision::PointsSet { points }),
            Err(fault) => {
                let fault = CellFault::new(fault.as_str(), fault.message_vi(), fault.message_en());
                Err(("/decision/points", fault))
            }
        },
        (POINTS_SET, None, None) => Err(missing("/decision/points")),
        (RECOGNISED | POINTS_SET, _, Some(_)) => Err(surplus("/decision/value")),
        (RECOGNISED | CORRECTED, Some(_), _) => Err(surplus("/decision/points")),
        _ => Err(("/decision", verdict_missing())),
    }
}
