//! What the child gives up before it reads a byte of script.

mod calls;
mod walls;

use std::fs;
use std::io;
use std::os::fd::RawFd;
use std::time::Duration;

use nix::sys::prctl;
use nix::sys::resource::{Resource, UsageWho, getrlimit, getrusage, setrlimit};
use nix::sys::signal::Signal;

use crate::engine::heap_space;
use crate::{Layer, Limits};

/// Address space beside the script's heap: the program itself, its stack, frames and copies of them.
const ADDRESS_SPACE_BESIDE_HEAP: u64 = 160 << 20;

/// Stack of the main thread, where the engine runs. Far more than any script's limit.
const STACK_BYTES: u64 = 16 << 20;

/// Descriptors 0 to 2, and the pipe that frames leave by.
const OPEN_FILES: u64 = 4;

/// Descriptors above the standard ones that are closed when the system cannot list them.
const UNLISTED_FILES: RawFd = 1024;

/// Closes what was inherited by mistake. The first thing that a child does: nothing of its own is
/// open yet.
pub(crate) fn close_inherited_files() {
    let listed = fs::read_dir("/proc/self/fd").map(|entries| {
        entries
            .flatten()
            .filter_map(|entry| entry.file_name().to_str()?.parse::<RawFd>().ok())
            .collect::<Vec<_>>()
    });
    let files = listed.unwrap_or_else(|_| (3..UNLISTED_FILES).collect());
    for file in files.into_iter().filter(|file| *file > 2) {
        // It fails for the descriptor that the listing itself used, which is closed already.
        let _ = nix::unistd::close(file);
    }
}

/// Shuts the jail. After it the process can read, write, take and give back memory, tell the time
/// and end; it can open, start and signal nothing.
///
/// Gives the layers that this kernel does not have: whether scripts may run without them is for the
/// parent to say, and it says so by sending none.
///
/// # Errors
/// When a part that every kernel has cannot be had: a script must not run then.
pub(crate) fn shut() -> io::Result<Vec<Layer>> {
    // A session of its own: no terminal, and no signal that is meant for the server's group.
    nix::unistd::setsid()?;
    prctl::set_pdeathsig(Signal::SIGKILL)?;
    prctl::set_dumpable(false)?;
    prctl::set_no_new_privs()?;
    // There is one thread, so that what follows holds for the whole process. The walls come before
    // the limits, since making them takes a descriptor, and the filter comes last: it forbids the
    // calls that all others need.
    let mut missing = walls::close();
    limit(Resource::RLIMIT_STACK, STACK_BYTES)?;
    limit(Resource::RLIMIT_CORE, 0)?;
    limit(Resource::RLIMIT_FSIZE, 0)?;
    limit(Resource::RLIMIT_NOFILE, OPEN_FILES)?;
    limit(Resource::RLIMIT_NPROC, 0)?;
    if calls::allow_few().is_err() {
        missing.push(Layer::SystemCalls);
    }
    Ok(missing)
}

/// Bounds memory and processor time to what a script's runs may use together. The jail is shut by
/// then: limits can still be lowered, never raised.
///
/// # Errors
/// When a limit cannot be set: a script must not run then.
pub(crate) fn bind(limits: &Limits, max_runs: u32) -> io::Result<()> {
    let heap = u64::try_from(heap_space(limits)).unwrap_or(u64::MAX);
    limit(Resource::RLIMIT_AS, heap.saturating_add(ADDRESS_SPACE_BESIDE_HEAP))?;
    // Making a context ready counts as a run of its own.
    let all_runs = seconds(limits.wall).saturating_mul(u64::from(max_runs)).saturating_mul(2);
    limit(Resource::RLIMIT_CPU, all_runs)
}

/// Gives what comes next its own processor time, whatever came before has used. A help against a
/// parent that is stopped or gone: the wall-clock limit is its to keep.
///
/// # Errors
/// When the limit cannot be set.
pub(crate) fn allow_one_run(limits: &Limits) -> io::Result<()> {
    let usage = getrusage(UsageWho::RUSAGE_SELF)?;
    let used = usage.user_time().tv_sec() + usage.system_time().tv_sec();
    let used = u64::try_from(used).unwrap_or_default();
    let (_, hard) = getrlimit(Resource::RLIMIT_CPU)?;
    Ok(setrlimit(Resource::RLIMIT_CPU, (used + seconds(limits.wall)).min(hard), hard)?)
}

fn seconds(wall: Duration) -> u64 {
    // Two more: used time is rounded down, and the parent's clock should be the first to strike.
    wall.as_secs().saturating_add(2)
}

/// Sets both the soft and the hard limit, but never asks for more than the process has.
fn limit(resource: Resource, wanted: u64) -> io::Result<()> {
    let (_, hard) = getrlimit(resource)?;
    let value = wanted.min(hard);
    Ok(setrlimit(resource, value, value)?)
}
