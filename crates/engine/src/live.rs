//! Scripts against vendors' accounts: what stands in for secrets, the calls that leave, and what is made
//! of what came back.

mod account;
mod failure;
mod host;
mod pace;
mod recorded;
mod report;
mod request;
mod sending;
mod stand_ins;

pub use account::Exits;
pub(crate) use account::{Account, check_hosts, pointer_part};
pub(crate) use failure::{Ended, Failure};
pub use host::LiveCall;
pub(crate) use host::{CallRules, LiveHost};
pub use pace::Pace;
pub(crate) use pace::Paces;
pub(crate) use recorded::sample_of;
pub use report::LiveReport;
pub(crate) use report::{masked, told};
pub(crate) use sending::{is_outbound, send};
