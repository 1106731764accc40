//! How the server's memory is handed out.

use std::env;
use std::os::unix::process::CommandExt as _;
use std::process::Command;

/// What the C library reads once, when a process begins.
const ARENAS: &str = "MALLOC_ARENA_MAX";

/// Begins this program anew, in the same process, with one arena where nobody has said how many.
///
/// The C library gives every thread an arena of its own, and none takes what another has freed: large
/// jobs that wander between threads leave their memory in each of them. Where it cannot begin anew it
/// goes on as it is, and only needs more memory.
pub(crate) fn settle() {
    if !cfg!(target_env = "gnu") || env::var_os(ARENAS).is_some() {
        return;
    }
    let mut arguments = env::args_os();
    let name = arguments.next().unwrap_or_default();
    let Ok(program) = env::current_exe() else { return };
    let failed = Command::new(program).arg0(name).args(arguments).env(ARENAS, "1").exec();
    drop(failed);
}
