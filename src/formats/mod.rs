//! Formats of tables and of statistical data: pure functions over plain tables and cubes, which know nothing of the rest.

pub mod chart;
mod csv;
mod csvw;
mod cube;
mod dcat;
pub mod docx;
mod frame;
mod jsonstat;
pub mod sdmx;
pub mod xlsx;

pub use csv::{Cell, Table, write_csv};
pub use csvw::{CSVW_TYPE, write_csvw};
pub use cube::{Category, Cube, Dimension, Lang, Names, Observation, Role, Status, Unit};
pub use dcat::{Catalogue, Dataset, Distribution, JSON_LD_TYPE, write_dcat};
pub use frame::{Column, Frame, Kind, Labels};
pub use jsonstat::{JSON_STAT_TYPE, write_json_stat};
