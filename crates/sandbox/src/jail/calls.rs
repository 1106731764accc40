//! Seccomp: the system calls that are left. Any other kills the process with `SIGSYS`.

use std::collections::BTreeMap;
use std::env::consts::ARCH;

use nix::libc::{self, c_long};
use seccompiler::{
    BackendError, BpfProgram, Error, SeccompAction, SeccompCmpArgLen, SeccompCmpOp,
    SeccompCondition, SeccompFilter, SeccompRule, TargetArch, apply_filter,
};

/// Allowed with any argument.
const FREE: &[c_long] = &[
    // The pipes, which are all that is open.
    libc::SYS_read,
    libc::SYS_write,
    libc::SYS_close,
    // Memory that need not be given a protection.
    libc::SYS_munmap,
    libc::SYS_mremap,
    libc::SYS_brk,
    libc::SYS_madvise,
    // Waiting for oneself, where the C library locks.
    libc::SYS_futex,
    // Time and randomness, where the kernel does not map them into the process.
    libc::SYS_clock_gettime,
    libc::SYS_gettimeofday,
    libc::SYS_getrandom,
    // What it takes to die of a signal as one should: it tells the parent how.
    libc::SYS_rt_sigreturn,
    libc::SYS_rt_sigaction,
    libc::SYS_rt_sigprocmask,
    libc::SYS_sigaltstack,
    libc::SYS_getpid,
    libc::SYS_gettid,
    libc::SYS_restart_syscall,
    libc::SYS_exit,
    libc::SYS_exit_group,
];

/// Leaves the process the few calls that running scripts takes.
///
/// # Errors
/// When this kernel or machine has no such filter.
pub(super) fn allow_few() -> Result<(), Error> {
    apply_filter(&program()?)
}

fn program() -> Result<BpfProgram, BackendError> {
    let mut rules: BTreeMap<c_long, Vec<SeccompRule>> =
        FREE.iter().map(|call| (*call, Vec::new())).collect();
    // Memory is for data: no page of it can be run.
    let no_code = || equal_under(2, libc::PROT_EXEC.unsigned_abs(), 0);
    rules.insert(libc::SYS_mmap, vec![rule([no_code()?])?]);
    rules.insert(libc::SYS_mprotect, vec![rule([no_code()?])?]);
    // The limits of this process that are set anew for a script and for each run.
    let of_self = || equal(0, 0);
    let limits = vec![
        rule([of_self()?, equal(1, libc::RLIMIT_AS)?])?,
        rule([of_self()?, equal(1, libc::RLIMIT_CPU)?])?,
    ];
    rules.insert(libc::SYS_prlimit64, limits);
    let usage = rule([equal(0, libc::RUSAGE_SELF.unsigned_abs())?])?;
    rules.insert(libc::SYS_getrusage, vec![usage]);
    // The standard library of debug builds looks whether what it closes is open.
    let is_open = rule([equal(1, libc::F_GETFD.unsigned_abs())?])?;
    rules.insert(libc::SYS_fcntl, vec![is_open]);
    // To abort is to send oneself a signal.
    let abort = rule([equal(0, std::process::id())?, equal(2, libc::SIGABRT.unsigned_abs())?])?;
    rules.insert(libc::SYS_tgkill, vec![abort]);
    SeccompFilter::new(
        rules,
        SeccompAction::KillProcess,
        SeccompAction::Allow,
        TargetArch::try_from(ARCH)?,
    )?
    .try_into()
}

fn rule<const N: usize>(conditions: [SeccompCondition; N]) -> Result<SeccompRule, BackendError> {
    SeccompRule::new(conditions.into())
}

fn equal(argument: u8, value: u32) -> Result<SeccompCondition, BackendError> {
    let whole = SeccompCmpArgLen::Dword;
    SeccompCondition::new(argument, whole, SeccompCmpOp::Eq, u64::from(value))
}

fn equal_under(argument: u8, mask: u32, value: u32) -> Result<SeccompCondition, BackendError> {
    let masked = SeccompCmpOp::MaskedEq(u64::from(mask));
    SeccompCondition::new(argument, SeccompCmpArgLen::Dword, masked, u64::from(value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_filter_can_be_made_for_this_machine() {
        assert!(!program().unwrap().is_empty());
    }
}
