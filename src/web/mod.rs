//! HTTP as the features see it: who calls, valid input, answers, problems, limits.

mod answer;
mod caller;
mod each;
mod etag;
mod input;
mod language;
mod limits;
mod metrics;
mod negotiation;
mod paging;
mod parameters;
mod problem;
mod representation;
mod trace;

pub use answer::{answered, csv_list, json_document, json_list, versioned_json};
pub use caller::{Caller, RequestContext, StaleCaller};
pub use each::{AboutIndicator, Each, Sent, read_items};
pub use etag::{IfMatch, etag_of_revision, is_not_modified};
pub use input::{ValidJson, ValidQuery, parse_json};
pub use language::Language;
pub use limits::{Gate, client_address, gate};
pub use metrics::{Metrics, measure};
pub use negotiation::{Encoding, Format};
pub use paging::{Cursor, Page, PageInfo, PageQuery};
pub use parameters::describe_parameters;
pub use problem::{
    ItemProblem, Problem, PublicProblems, ReadProblems, WriteProblems, default_service, no_such_route,
    render_problems,
};
pub use representation::{Lifetime, Representation, Representations, etag_of_form, not_modified};
pub use trace::RequestSpan;
