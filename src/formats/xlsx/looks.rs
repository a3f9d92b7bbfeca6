//! How the cells of a written workbook look.

use std::collections::BTreeMap;

use rust_xlsxwriter::{Color, Format, FormatAlign, FormatBorder};

use super::write::Style;

pub(super) fn formats() -> BTreeMap<Style, Format> {
    const BORDER: Color = Color::RGB(0x00BF_BFBF);
    const HEAD: Color = Color::RGB(0x001F_4E78);
    const DOMAIN: Color = Color::RGB(0x00BD_D7EE);
    const CRITERION: Color = Color::RGB(0x00DD_EBF7);
    const LOCKED: Color = Color::RGB(0x00F2_F2F2);
    const CLOSED: Color = Color::RGB(0x00D9_D9D9);
    const INPUT: Color = Color::RGB(0x00FF_FDE7);
    let plain = Format::new()
        .set_font_name("Times New Roman")
        .set_font_size(11)
        .set_align(FormatAlign::Top)
        .set_text_wrap();
    let boxed = plain
        .clone()
        .set_border(FormatBorder::Thin)
        .set_border_color(BORDER);
    let filled = |color: Color| boxed.clone().set_background_color(color);
    let right = |format: Format| {
        format
            .set_align(FormatAlign::Right)
            .set_indent(1)
            .set_align(FormatAlign::Top)
    };
    let input = filled(INPUT).set_unlocked().set_num_format("@");
    let mut formats = BTreeMap::from([
        (
            Style::Title,
            Format::new()
                .set_font_name("Times New Roman")
                .set_font_size(14)
                .set_bold(),
        ),
        (
            Style::Note,
            Format::new()
                .set_font_name("Times New Roman")
                .set_font_size(11)
                .set_italic(),
        ),
        (
            Style::Header,
            filled(HEAD)
                .set_font_color(Color::White)
                .set_bold()
                .set_align(FormatAlign::Center)
                .set_align(FormatAlign::VerticalCenter),
        ),
        (Style::Domain, filled(DOMAIN).set_bold()),
        (Style::DomainNumber, right(filled(DOMAIN).set_bold())),
        (Style::Criterion, filled(CRITERION).set_bold()),
        (Style::CriterionNumber, right(filled(CRITERION).set_bold())),
        (Style::Locked, filled(LOCKED)),
        (Style::LockedNumber, right(filled(LOCKED))),
        (Style::Closed, filled(CLOSED)),
        (Style::Input, input.clone()),
        (Style::InputNumber, right(input)),
        (Style::Plain, plain),
        (Style::Result, boxed.clone()),
    ]);
    let results = [
        boxed.clone(),
        filled(DOMAIN).set_bold(),
        filled(CRITERION).set_bold(),
    ];
    formats.extend(figures(results.map(right)));
    formats
}

/// Numbers with 0 to 6 decimals: of most rows, of domains and of criteria.
fn figures([plain, domain, criterion]: [Format; 3]) -> impl Iterator<Item = (Style, Format)> {
    (0..=6).flat_map(move |decimals| {
        let shown = |format: &Format| format.clone().set_num_format(shown(decimals));
        [
            (Style::Figure(decimals), shown(&plain)),
            (Style::DomainFigure(decimals), shown(&domain)),
            (Style::CriterionFigure(decimals), shown(&criterion)),
        ]
    })
}

/// How a spreadsheet is told to show so many decimals.
fn shown(decimals: u8) -> String {
    match decimals {
        0 => "0".to_owned(),
        _ => format!("0.{}", "0".repeat(decimals.into())),
    }
}
