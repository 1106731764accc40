//! What the child gives up before it reads a byte of script.

use std::fs;
use std::io;
use std::os::fd::RawFd;
use std::time::Duration;

use nix::sys::prctl;
use nix::sys::resource::{Resource, UsageWho, getrusage, setrlimit};
use nix::sys::signal::Signal;

use crate::Limits;

/// Address space beside the script's heap: the program itself, its stack, frames and copies of them.
const ADDRESS_SPACE_BESIDE_HEAP: u64 = 192 << 20;

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

/// Shuts the jail. After it the process can open, start and signal nothing that a limit can forbid.
///
/// # Errors
/// When a part of the jail cannot be had: a script must not run then.
pub(crate) fn shut(limits: &Limits, max_runs: u32) -> io::Result<()> {
    prctl::set_pdeathsig(Signal::SIGKILL)?;
    prctl::set_dumpable(false)?;
    let heap = u64::try_from(limits.memory_bytes).unwrap_or(u64::MAX);
    limit(Resource::RLIMIT_AS, heap.saturating_add(ADDRESS_SPACE_BESIDE_HEAP))?;
    limit(Resource::RLIMIT_STACK, STACK_BYTES)?;
    limit(Resource::RLIMIT_CORE, 0)?;
    limit(Resource::RLIMIT_FSIZE, 0)?;
    limit(Resource::RLIMIT_NOFILE, OPEN_FILES)?;
    limit(Resource::RLIMIT_NPROC, 0)?;
    let all_runs = seconds(limits.wall).saturating_mul(u64::from(max_runs));
    limit(Resource::RLIMIT_CPU, all_runs)?;
    // SECCOMP AND LANDLOCK GO HERE, in this order: no new privileges, landlock (deny all files and
    // TCP, scope signals), seccomp last, since it forbids the calls that the others need. There is
    // one thread, so both hold for the whole process. From here on the process needs read, write,
    // memory, clock, setrlimit, getrusage and exit.
    Ok(())
}

/// Gives the next run its own processor time, whatever earlier runs have used. A help against a
/// parent that is stopped or gone: the wall-clock limit is its to keep.
///
/// # Errors
/// When the limit cannot be set.
pub(crate) fn allow_one_run(limits: &Limits) -> io::Result<()> {
    let usage = getrusage(UsageWho::RUSAGE_SELF)?;
    let used = usage.user_time().tv_sec() + usage.system_time().tv_sec();
    let used = u64::try_from(used).unwrap_or_default();
    let (_, hard) = nix::sys::resource::getrlimit(Resource::RLIMIT_CPU)?;
    Ok(setrlimit(Resource::RLIMIT_CPU, (used + seconds(limits.wall)).min(hard), hard)?)
}

fn seconds(wall: Duration) -> u64 {
    // Two more: used time is rounded down, and the parent's clock should be the first to strike.
    wall.as_secs().saturating_add(2)
}

/// Sets both the soft and the hard limit, but never asks for more than the process has.
fn limit(resource: Resource, wanted: u64) -> io::Result<()> {
    let (_, hard) = nix::sys::resource::getrlimit(resource)?;
    let value = wanted.min(hard);
    Ok(setrlimit(resource, value, value)?)
}
