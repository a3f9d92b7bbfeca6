//! The way out of `plotters`: a backend that writes the SVG as it should be read.
//!
//! The crate's own SVG backend knows neither a title nor a language, and trusts that the viewer's font is as wide as
//! the one that was measured. Here each text says how wide it is, so that a viewer with another font keeps to its place.

use std::fmt::{self, Write};

use plotters_backend::{
    BackendColor, BackendCoord, BackendStyle, BackendTextStyle, DrawingBackend, DrawingErrorKind, FontStyle,
    text_anchor::{HPos, VPos},
};
use quick_xml::escape::escape;

use super::font::{Face, STACK};
use crate::formats::Lang;

/// What of a letter's size its capitals are high.
const CAPITALS: f64 = 0.729;

/// A picture that is being written.
pub struct Svg<'a> {
    text: &'a mut String,
    size: (u32, u32),
}

type Done = Result<(), DrawingErrorKind<fmt::Error>>;

impl<'a> Svg<'a> {
    /// An empty white picture with what those hear who don't see it.
    pub fn begin(
        text: &'a mut String,
        size: (u32, u32),
        (title, description): (&str, &str),
        lang: Lang,
    ) -> Result<Self, fmt::Error> {
        let (width, height) = size;
        let lang = match lang {
            Lang::Vi => "vi",
            Lang::En => "en",
        };
        write!(
            text,
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
             <svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" \
             viewBox=\"0 0 {width} {height}\" role=\"img\" aria-labelledby=\"title desc\" lang=\"{lang}\" \
             xml:lang=\"{lang}\" font-family=\"{}\">\n\
             <title id=\"title\">{}</title>\n<desc id=\"desc\">{}</desc>\n\
             <rect width=\"{width}\" height=\"{height}\" fill=\"#FFFFFF\"/>\n",
            escape(STACK),
            escape(title),
            escape(description),
        )?;
        Ok(Self { text, size })
    }

    fn element(&mut self, parts: fmt::Arguments<'_>) -> Done {
        let written = self.text.write_fmt(parts);
        written
            .and_then(|()| self.text.write_char('\n'))
            .map_err(DrawingErrorKind::DrawingError)
    }
}

fn hex(color: BackendColor) -> String {
    let (red, green, blue) = color.rgb;
    format!("#{red:02X}{green:02X}{blue:02X}")
}

fn points(path: impl IntoIterator<Item = BackendCoord>) -> String {
    let points: Vec<String> = path.into_iter().map(|(x, y)| format!("{x},{y}")).collect();
    points.join(" ")
}

fn painted<S: BackendStyle>(style: &S, fill: bool) -> String {
    let color = hex(style.color());
    if fill {
        format!("fill=\"{color}\"")
    } else {
        let width = style.stroke_width();
        format!("fill=\"none\" stroke=\"{color}\" stroke-width=\"{width}\"")
    }
}

impl DrawingBackend for Svg<'_> {
    type ErrorType = fmt::Error;

    fn get_size(&self) -> (u32, u32) {
        self.size
    }

    fn ensure_prepared(&mut self) -> Done {
        Ok(())
    }

    fn present(&mut self) -> Done {
        Ok(())
    }

    fn draw_pixel(&mut self, (x, y): BackendCoord, color: BackendColor) -> Done {
        let color = hex(color);
        self.element(format_args!(
            "<rect x=\"{x}\" y=\"{y}\" width=\"1\" height=\"1\" fill=\"{color}\"/>"
        ))
    }

    fn draw_line<S: BackendStyle>(&mut self, from: BackendCoord, to: BackendCoord, style: &S) -> Done {
        self.draw_path([from, to], style)
    }

    fn draw_rect<S: BackendStyle>(
        &mut self,
        (left, top): BackendCoord,
        (right, bottom): BackendCoord,
        style: &S,
        fill: bool,
    ) -> Done {
        if style.color().alpha == 0.0 {
            return Ok(());
        }
        let (width, height) = ((right - left).max(0), (bottom - top).max(0));
        let paint = painted(style, fill);
        self.element(format_args!(
            "<rect x=\"{left}\" y=\"{top}\" width=\"{width}\" height=\"{height}\" {paint}/>"
        ))
    }

    fn draw_path<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(
        &mut self,
        path: I,
        style: &S,
    ) -> Done {
        if style.color().alpha == 0.0 {
            return Ok(());
        }
        let path: Vec<BackendCoord> = path.into_iter().collect();
        let upright = |one: &BackendCoord, other: &BackendCoord| one.0 == other.0 || one.1 == other.1;
        let is_upright = path
            .windows(2)
            .all(|ends| matches!(ends, [one, other] if upright(one, other)));
        // Lines of a scale are equally dark, wherever they fall between pixels.
        let crisp = if is_upright {
            " shape-rendering=\"crispEdges\""
        } else {
            ""
        };
        let (points, paint) = (points(path), painted(style, false));
        self.element(format_args!("<polyline points=\"{points}\" {paint}{crisp}/>"))
    }

    fn draw_circle<S: BackendStyle>(
        &mut self,
        (x, y): BackendCoord,
        radius: u32,
        style: &S,
        fill: bool,
    ) -> Done {
        let paint = painted(style, fill);
        self.element(format_args!(
            "<circle cx=\"{x}\" cy=\"{y}\" r=\"{radius}\" {paint}/>"
        ))
    }

    fn fill_polygon<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(
        &mut self,
        path: I,
        style: &S,
    ) -> Done {
        let (points, paint) = (points(path), painted(style, true));
        self.element(format_args!("<polygon points=\"{points}\" {paint}/>"))
    }

    fn draw_text<S: BackendTextStyle>(&mut self, text: &str, style: &S, (x, y): BackendCoord) -> Done {
        if text.is_empty() {
            return Ok(());
        }
        let (face, anchor) = (face_of(style), style.anchor());
        let side = match anchor.h_pos {
            HPos::Left => "start",
            HPos::Right => "end",
            HPos::Center => "middle",
        };
        let below = match anchor.v_pos {
            VPos::Top => CAPITALS,
            VPos::Center => CAPITALS / 2.0,
            VPos::Bottom => 0.0,
        };
        let baseline = f64::from(y) + below * face.size;
        let weight = if face.bold { " font-weight=\"bold\"" } else { "" };
        let (size, width, color) = (face.size, face.width(text), hex(style.color()));
        let text = escape(text);
        self.element(format_args!(
            "<text x=\"{x}\" y=\"{baseline:.1}\" font-size=\"{size}\"{weight} text-anchor=\"{side}\" \
             textLength=\"{width:.1}\" lengthAdjust=\"spacingAndGlyphs\" fill=\"{color}\">{text}</text>"
        ))
    }

    fn estimate_text_size<S: BackendTextStyle>(
        &self,
        text: &str,
        style: &S,
    ) -> Result<(u32, u32), DrawingErrorKind<fmt::Error>> {
        let face = face_of(style);
        Ok((face.width(text).ceil() as u32, face.size.ceil() as u32))
    }
}

fn face_of<S: BackendTextStyle>(style: &S) -> Face {
    Face {
        size: style.size(),
        bold: matches!(style.style(), FontStyle::Bold),
    }
}
