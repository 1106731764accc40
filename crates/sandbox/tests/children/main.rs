//! Children: what honest scripts get from them, what becomes of bad ones, and that none is left.
#![expect(
    clippy::expect_used,
    clippy::panic,
    reason = "a suite with its own main: a panic is how a check fails"
)]

mod honest;
mod lying;
mod processes;
#[path = "../support/mod.rs"]
mod support;

use std::process::ExitCode;

fn main() -> ExitCode {
    if std::env::args().nth(1).as_deref() == Some(processes::SERVER_ARGUMENT) {
        processes::serve();
    }
    support::main_of(|| {
        let trials = [honest::trials(), lying::trials(), processes::trials()];
        trials.into_iter().flatten().collect()
    })
}
