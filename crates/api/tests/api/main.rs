//! The API through its public face, over mocks of the layers below.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a panic is how a check fails, in the helpers of tests as in tests"
)]

mod audit;
mod auth;
mod connections;
mod description;
mod drift;
mod errors;
mod events;
mod generate;
mod jobs;
mod knowledge;
mod logs;
mod openapi;
mod review;
mod scripts;
mod serve;
mod support;
