//! The styles of a document, by the names that Word knows: who changes one changes all that has it.

use docx_rs::{AlignmentType, Docx, LineSpacing, RunFonts, Style, StyleType};

/// What Decree 30/2020/NĐ-CP asks of administrative papers. Every office has it, or one of its widths.
const FONT: &str = "Times New Roman";

fn paragraph(id: &str, name: &str) -> Style {
    Style::new(id, StyleType::Paragraph).name(name).based_on("Normal")
}

fn spaced(before: u32, after: u32) -> LineSpacing {
    LineSpacing::new().before(before).after(after)
}

/// Adds them. Sizes are half points.
pub fn add(docx: Docx) -> Docx {
    docx.default_fonts(RunFonts::new().ascii(FONT).hi_ansi(FONT).east_asia(FONT).cs(FONT))
        .default_size(26)
        .add_style(
            paragraph("Title", "Title")
                .size(32)
                .bold()
                .align(AlignmentType::Center)
                .line_spacing(spaced(0, 120)),
        )
        .add_style(
            paragraph("Subtitle", "Subtitle")
                .size(26)
                .italic()
                .align(AlignmentType::Center)
                .line_spacing(spaced(0, 120)),
        )
        .add_style(
            paragraph("Heading1", "heading 1")
                .next("BodyText")
                .size(28)
                .bold()
                .outline_lvl(0)
                .line_spacing(spaced(240, 120)),
        )
        .add_style(paragraph("BodyText", "Body Text").line_spacing(spaced(0, 120)))
        .add_style(
            paragraph("Caption", "caption")
                .size(24)
                .bold()
                .line_spacing(spaced(120, 80)),
        )
        .add_style(paragraph("TableHead", "Table Head").size(20).bold())
        .add_style(paragraph("TableText", "Table Text").size(22))
        .add_style(
            paragraph("Picture", "Picture")
                .align(AlignmentType::Center)
                .line_spacing(spaced(120, 0)),
        )
        .add_style(paragraph("TableEnd", "Table End").size(12))
        .add_style(
            paragraph("Header", "header")
                .size(20)
                .italic()
                .align(AlignmentType::Center),
        )
        .add_style(
            paragraph("Footer", "footer")
                .size(20)
                .align(AlignmentType::Center),
        )
}
