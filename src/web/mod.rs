//! HTTP as the features see it: who calls, valid input, answers, problems, limits.

mod address;
mod again;
mod answer;
mod bounded;
mod bounds;
mod bulk;
mod caller;
mod cors;
mod crowd;
mod each;
mod etag;
mod exports;
mod head;
mod input;
mod json_or_csv;
mod language;
mod limits;
mod links;
mod marked;
mod metrics;
mod misshapen;
mod negotiation;
mod open_data;
mod paging;
mod parameters;
mod pictures;
mod problem;
mod problem_sets;
mod protection;
mod query;
mod range;
mod rates;
mod receipts;
mod representation;
mod shape;
mod trace;
mod within;
mod workbook;

pub use address::CallerNetwork;
pub use again::{FinishedAnswers, give_again};
pub use answer::{
    answered, csv_list, json_document, json_list, kept_json, personal_document, versioned_json,
};
pub use bounded::Bounded;
pub use bounds::describe_bounds;
pub use bulk::{Bulk, Gathered, PartColumns, Places, cell_error, place};
pub use caller::{Caller, RequestContext, StaleCaller};
pub use cors::{Cors, cors};
pub use crowd::{Coming, Crowd};
pub use each::{AboutIndicator, Each, Sent, read_items, read_list};
pub use etag::{IfMatch, etag_of_revision, is_not_modified};
pub use head::is_head;
pub use input::{ValidJson, parse_json};
pub use json_or_csv::JsonOrCsv;
pub use language::Language;
pub use limits::{Gate, gate};
pub use links::EvidenceLink;
pub use metrics::{Metrics, measure};
pub use negotiation::{Encoding, Format};
pub use open_data::describe_open_data;
pub use paging::{Cursor, Page, PageInfo, PageQuery};
pub use parameters::describe_parameters;
pub use pictures::PngFile;
pub use problem::{ItemProblem, Problem, Routes, default_service, no_such_route, render_problems};
pub use problem_sets::{
    DocumentProblems, DownloadProblems, PublicProblems, ReadProblems, WorkbookProblems, WriteProblems,
};
pub use protection::{Protection, protect};
pub use query::ValidQuery;
pub use range::{asked_part, content_range};
pub use receipts::describe_receipts;
pub use representation::{Lifetime, Representation, Representations, etag_of_form, not_modified};
pub use trace::RequestSpan;
pub use within::{up_to_if_any, within, within_if_any};
pub use workbook::{JsonOrWorkbook, WorkbookBody, WorkbookFile, check_stamp, make_workbook, workbook_file};
