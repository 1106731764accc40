//! The command line.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};
use clap_complete::Shell;
use client::{ClientCommand, Options};
use domain::Scope;

/// Writes, tests and keeps the adapters between point-of-sale vendors and one standard API.
#[derive(Debug, Parser)]
#[command(name = "adapter-forge", version, about)]
pub(crate) struct Cli {
    /// A file that overrides the defaults of config/default.toml.
    #[arg(long, global = true, env = "FORGE_CONFIG", value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// What to do; `serve` when left out.
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
}

#[derive(Debug, Subcommand)]
#[expect(clippy::large_enum_variant, reason = "there is one of it, once")]
pub(crate) enum Command {
    /// Serve the HTTP API and work on jobs.
    Serve,
    /// Show the whole path on a bundled vendor, with a temporary database.
    Demo,
    /// Bring the database to this version and exit.
    Migrate,
    /// Make, list and revoke API keys, directly in the database.
    #[command(subcommand)]
    Keys(KeysCommand),
    /// Make keys that seal the secrets of connections, and seal everything with the current one.
    #[command(subcommand)]
    Vault(VaultCommand),
    /// Give a coding agent its tools, in the Model Context Protocol over standard input and output.
    Mcp {
        /// Which server, and with which key.
        #[command(flatten)]
        options: Options,
    },
    /// Print what completes these commands in a shell.
    Completions {
        /// Which shell.
        shell: Shell,
    },
    /// What a client asks a server for.
    #[command(flatten)]
    Client(ClientCommand),
}

#[derive(Debug, Subcommand)]
pub(crate) enum VaultCommand {
    /// Make a key for `vault.keys` and print it, alone, on standard output.
    MakeKey {
        /// What names it: letters, digits, `-` and `_`, such as 2027-01.
        id: String,
    },
    /// Seal with the current key what other keys sealed. Servers may run meanwhile.
    Rotate,
}

#[derive(Debug, Subcommand)]
pub(crate) enum KeysCommand {
    /// Make a key and print it, alone, on standard output. It is shown only this once.
    Create(CreateKey),
    /// List the keys, oldest first.
    List,
    /// Revoke a key from now on.
    Revoke {
        /// The eight characters after `afk_`.
        prefix: String,
    },
}

#[derive(Debug, Args)]
pub(crate) struct CreateKey {
    /// Whose key it is.
    #[arg(long)]
    pub(crate) name: String,
    /// What it allows: jobs:read, jobs:write, scripts:review, connections:read,
    /// connections:write, adapters:run, admin.
    #[arg(long, required = true, num_args = 1..)]
    pub(crate) scope: Vec<Scope>,
    /// Days until it expires; never when left out.
    #[arg(long, value_name = "DAYS", value_parser = clap::value_parser!(u32).range(1..=36_500))]
    pub(crate) expires_in_days: Option<u32>,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_command_line_is_well_formed() {
        Cli::command().debug_assert();
    }

    #[test]
    fn several_scopes_can_follow_one_flag() {
        let cli = Cli::parse_from([
            "x",
            "keys",
            "create",
            "--name",
            "n",
            "--scope",
            "jobs:read",
            "jobs:write",
        ]);
        let Some(Command::Keys(KeysCommand::Create(key))) = cli.command else { panic!("{cli:?}") };
        assert_eq!(key.scope, [Scope::JobsRead, Scope::JobsWrite]);
    }
}
