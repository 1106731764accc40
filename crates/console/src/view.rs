//! How values are shown.

mod diff;
mod highlight;
mod json;
mod origin;
mod time;

pub(crate) use diff::{DiffLine, diff_lines};
pub(crate) use highlight::{CodeLine, highlighted};
pub(crate) use json::{JsonView, Mark, compared, plain};
pub(crate) use origin::{Origin, origins};
pub(crate) use time::Moment;
