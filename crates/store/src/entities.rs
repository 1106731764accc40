//! The tables as SeaORM sees them. What the columns mean is said by the modules that map them.
#![expect(unreachable_pub, reason = "SeaORM's derive makes public types that name these")]

pub(crate) mod api_key;
pub(crate) mod audit;
pub(crate) mod author_reservation;
pub(crate) mod author_usage;
pub(crate) mod connection;
pub(crate) mod connection_secret;
pub(crate) mod console_session;
pub(crate) mod document;
pub(crate) mod document_link;
pub(crate) mod drift_event;
pub(crate) mod drift_sample;
pub(crate) mod idempotency_key;
pub(crate) mod job;
pub(crate) mod job_inputs;
pub(crate) mod job_reply;
pub(crate) mod provider_policy;
pub(crate) mod repair;
pub(crate) mod sample;
pub(crate) mod script;
pub(crate) mod webhook;
