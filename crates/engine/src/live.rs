//! Scripts against vendors' accounts: what stands in for secrets, and the calls that leave.

mod account;
mod host;
mod pace;
mod request;
mod stand_ins;

pub use account::Exits;
pub(crate) use account::{Account, check_hosts, pointer_part};
pub use host::LiveCall;
pub(crate) use host::LiveHost;
pub use pace::{Pace, Paces};
