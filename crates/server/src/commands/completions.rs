//! `adapter-forge completions`.

use std::io;
use std::process::ExitCode;

use clap::CommandFactory as _;
use clap_complete::Shell;

use crate::cli::Cli;

/// Prints the script of a shell.
pub(crate) fn print(shell: Shell) -> anyhow::Result<ExitCode> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "adapter-forge", &mut script);
    match io::Write::write_all(&mut io::stdout(), &script) {
        // A reader that has enough is no error.
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(error.into()),
        Err(_) | Ok(()) => Ok(ExitCode::SUCCESS),
    }
}
