//! Language models as authors, against stand-ins of their providers.

mod chain;
mod conversation;
mod hostile;
mod others;
mod secrets;
pub(crate) mod setup;
mod weather;
