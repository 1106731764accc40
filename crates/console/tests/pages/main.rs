//! The console's pages as browsers get them, over mocks of the layers below.
#![expect(clippy::unwrap_used, reason = "in a test a panic is how a check fails")]

mod drift;
mod forms;
mod home;
mod jobs;
mod provider;
mod scripts;
mod sign_in;
mod support;
