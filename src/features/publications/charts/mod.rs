//! Charts of a publication: which there are, and by which names. `gather` takes their numbers from the document; how
//! they are drawn is `formats::chart`'s.

mod changes;
mod figures;
mod gather;
pub mod handlers;
mod profile;
mod texts;

#[cfg(test)]
mod tests;

pub use gather::{Baseline, Sketch};

use serde::Deserialize;
use utoipa::IntoParams;

use super::part::LangChoice;
use crate::{
    error::{AppError, AppResult, ErrorCode, FieldError, Message},
    words,
};

/// Raised when the same publication would be drawn otherwise: an ETag never names two pictures.
pub const DRAWING_VERSION: &str = "chart1";
const WIDTH_LEAST: u32 = 600;
const WIDTH_MOST: u32 = 2400;
const WIDTH_DEFAULT: u32 = 1200;

words! {
    /// A chart of a publication.
    ChartName {
        /// The ranking as bars, with bands and the mean.
        Ranking = "ranking",
        /// How many agencies have which index, with mean and median.
        Distribution = "distribution",
        /// What each agency gained or lost against the baseline; only where there is one.
        Changes = "changes",
    }
}

words! {
    /// A chart of an agency in a publication.
    AgencyChartName {
        /// Its domains in percent of the maximum, against the mean and the best.
        Profile = "profile",
    }
}

words! {
    /// The form of a picture that an address names.
    PictureSuffix {
        /// SVG.
        Svg = "svg",
        /// PNG.
        Png = "png",
    }
}

/// What is drawn.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Chart {
    /// One of the publication.
    Of(ChartName),
    /// One of an agency.
    OfAgency(AgencyChartName, String),
}

/// A picture of a chart.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Picture {
    /// What is drawn.
    pub chart: Chart,
    /// Pixels from left to right; an SVG has none.
    pub width: Option<u32>,
}

impl Picture {
    /// The name in an ETag.
    pub fn etag(&self) -> String {
        let mut etag = format!("{DRAWING_VERSION}.{}", self.name());
        if let Some(agency) = self.agency() {
            etag.push_str(&format!(".{agency}"));
        }
        if let Some(width) = self.width {
            etag.push_str(&format!(".{width}"));
        }
        etag
    }

    /// The last piece of its address.
    pub fn name(&self) -> &'static str {
        match &self.chart {
            Chart::Of(name) => name.as_str(),
            Chart::OfAgency(name, _) => name.as_str(),
        }
    }

    /// Whose chart it is, if it is an agency's.
    pub fn agency(&self) -> Option<&str> {
        match &self.chart {
            Chart::Of(_) => None,
            Chart::OfAgency(_, agency) => Some(agency),
        }
    }
}

/// How a picture is wanted.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct PictureQuery {
    /// The language of names and labels; Vietnamese by default.
    pub lang: Option<LangChoice>,
    /// PNG: pixels from left to right, 1200 by default. The height follows.
    #[param(minimum = 600, maximum = 2400)]
    pub width: Option<u32>,
}

impl PictureQuery {
    /// The width of a PNG, within its bounds.
    fn pixels(&self) -> AppResult<u32> {
        let width = self.width.unwrap_or(WIDTH_DEFAULT);
        if (WIDTH_LEAST..=WIDTH_MOST).contains(&width) {
            return Ok(width);
        }
        let message = Message::new(
            format!("width từ {WIDTH_LEAST} đến {WIDTH_MOST} điểm ảnh."),
            format!("width is between {WIDTH_LEAST} and {WIDTH_MOST} pixels."),
        );
        Err(AppError {
            errors: vec![FieldError::new("?width", "bad_width", message)],
            ..AppError::new(ErrorCode::InvalidRequest)
        })
    }
}
