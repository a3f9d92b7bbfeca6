//! The very picture of an SVG as a PNG: on white, with a size on paper.

use std::sync::{Arc, OnceLock};

use png::{BitDepth, ColorType, Compression, Encoder, PixelDimensions, Unit};
use resvg::{
    tiny_skia::{Color, Pixmap, Transform},
    usvg::{Options, Tree, fontdb::Database},
};

use super::font::{FAMILY, FILES};

/// What a word processor gives the picture: the text width and height of an A4 page, in millimetres.
const PAPER: (u64, u64) = (160, 240);
/// Pixels of a picture, so that no picture fills the memory: about 100 MB while it is drawn.
const PIXELS_MAX: u64 = 25_000_000;

fn letters() -> &'static Arc<Database> {
    static LETTERS: OnceLock<Arc<Database>> = OnceLock::new();
    LETTERS.get_or_init(|| {
        let mut letters = Database::new();
        for file in FILES {
            letters.load_font_data(file.to_vec());
        }
        letters.set_sans_serif_family(FAMILY);
        Arc::new(letters)
    })
}

/// Draws an SVG so many pixels wide.
pub fn write_png(svg: &str, width: u32) -> Result<Vec<u8>, String> {
    let options = Options {
        font_family: FAMILY.to_owned(),
        fontdb: letters().clone(),
        ..Options::default()
    };
    let tree = Tree::from_str(svg, &options).map_err(|error| error.to_string())?;
    // f32, as the crate has it: pixels only.
    let scale = width as f32 / tree.size().width();
    let height = (tree.size().height() * scale).ceil() as u32;
    if u64::from(width) * u64::from(height) > PIXELS_MAX {
        return Err(format!("a picture of {width} by {height} pixels is too large"));
    }
    let mut pixels = Pixmap::new(width, height).ok_or("a picture without pixels")?;
    pixels.fill(Color::WHITE);
    resvg::render(&tree, Transform::from_scale(scale, scale), &mut pixels.as_mut());
    // All is on white, so nothing is transparent.
    let colours = pixels
        .pixels()
        .iter()
        .flat_map(|pixel| [pixel.red(), pixel.green(), pixel.blue()]);
    encode(&colours.collect::<Vec<u8>>(), width, height).map_err(|error| error.to_string())
}

fn encode(colours: &[u8], width: u32, height: u32) -> Result<Vec<u8>, png::EncodingError> {
    let mut made = Vec::new();
    let mut encoder = Encoder::new(&mut made, width, height);
    encoder.set_color(ColorType::Rgb);
    encoder.set_depth(BitDepth::Eight);
    encoder.set_compression(Compression::Balanced);
    let per_metre = pixels_per_metre(width, height);
    encoder.set_pixel_dims(Some(PixelDimensions {
        xppu: per_metre,
        yppu: per_metre,
        unit: Unit::Meter,
    }));
    let mut writer = encoder.write_header()?;
    writer.write_image_data(colours)?;
    writer.finish()?;
    Ok(made)
}

/// So that the picture fits a page, however many pixels it has.
fn pixels_per_metre(width: u32, height: u32) -> u32 {
    let per_metre = |pixels: u32, millimetres: u64| (u64::from(pixels) * 1000).div_ceil(millimetres);
    let needed = per_metre(width, PAPER.0).max(per_metre(height, PAPER.1));
    u32::try_from(needed).unwrap_or(u32::MAX)
}
