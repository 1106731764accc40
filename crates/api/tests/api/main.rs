//! The API through its public face, over mocks of the layers below.

mod auth;
mod errors;
mod generate;
mod jobs;
mod knowledge;
mod openapi;
mod scripts;
mod serve;
mod support;
