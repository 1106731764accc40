//! What the subcommands do.

pub(crate) mod completions;
pub(crate) mod keys;
pub(crate) mod mcp;
pub(crate) mod migrate;
pub(crate) mod serve;
pub(crate) mod vault;
