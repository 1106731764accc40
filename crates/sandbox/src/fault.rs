//! Deliberate faults, for test builds alone: what native code would do in a child that a script has
//! taken over. `context.log('fault:NAME')` commits one.

use std::fs::{self, File};
use std::net::{TcpListener, TcpStream, UdpSocket};
use std::os::fd::AsFd as _;
use std::os::unix::net::UnixStream;
use std::process::{Command, abort, exit};
use std::time::Duration;
use std::{env, io, thread};

use nix::sys::resource::{Resource, setrlimit};
use nix::sys::signal::{Signal, kill};
use nix::unistd::{Pid, getppid};

/// More than any limit on a child's memory.
const TOO_MUCH_BYTES: usize = 4 << 30;

/// Commits the fault that a line of the log names. The process ends by it, or goes on when it was
/// only refused.
pub(crate) fn commit(line: &str) {
    let Some(name) = line.strip_prefix("fault:") else { return };
    match name {
        "segfault" => rawjs::segfault(),
        "abort" => abort(),
        "exit" => exit(0),
        "panic" => unreachable!("a fault that was asked for"),
        "endless loop" => loop {
            std::hint::spin_loop();
        },
        "memory" => drop(vec![1_u8; TOO_MUCH_BYTES]),
        "open a file" => drop(File::open("/etc/passwd")),
        "make a file" => drop(File::create("/tmp/sandbox-fault")),
        "list files" => drop(fs::read_dir("/")),
        "delete a file" => drop(fs::remove_file("/tmp/sandbox-fault")),
        "change directory" => drop(env::set_current_dir("/tmp")),
        "environment of the process" => drop(fs::read("/proc/self/environ")),
        "memory of the process" => drop(fs::read("/proc/self/mem")),
        "memory of the parent" => drop(fs::read(format!("/proc/{}/mem", getppid()))),
        "environment of the parent" => drop(fs::read("/proc/1/environ")),
        "connect" => drop(TcpStream::connect("127.0.0.1:80")),
        "listen" => drop(TcpListener::bind("127.0.0.1:0")),
        "datagram" => drop(UdpSocket::bind("127.0.0.1:0")),
        "local socket" => drop(UnixStream::connect("/run/socket")),
        "resolve a name" => drop(TcpStream::connect("till.example:443")),
        "start a process" => drop(Command::new("/bin/true").spawn()),
        "start a thread" => drop(thread::spawn(|| ())),
        "kill the parent" => drop(kill(Pid::from_raw(1), Signal::SIGKILL)),
        "sleep" => thread::sleep(Duration::from_mins(1)),
        "copy a descriptor" => drop(io::stdin().as_fd().try_clone_to_owned()),
        "raise a limit" => drop(setrlimit(Resource::RLIMIT_NOFILE, 64, 64)),
        "be dumpable" => drop(nix::sys::prctl::set_dumpable(true)),
        "outlive the parent" => drop(nix::sys::prctl::set_pdeathsig(None)),
        "new session" => drop(nix::unistd::setsid()),
        _ => {}
    }
}
