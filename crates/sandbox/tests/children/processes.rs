//! The processes behind the runs.

use std::collections::BTreeSet;
use std::fs;
use std::io::{Read as _, Write as _};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use libtest_mimic::Trial;
use sandbox::{
    ChildCommand, Limits, ProcessRunner, Require, RunError, RunnerSettings, ScriptRunner, Tenant,
};
use serde_json::{Value, json};

use super::support::{Echo, QUICK, RUNTIME, input, runner, trial};

/// Makes this suite a server that opens a session and waits.
pub(crate) const SERVER_ARGUMENT: &str = "server-that-will-be-killed";

pub(crate) fn trials() -> Vec<Trial> {
    vec![
        trial("no_process_is_left_after_many_kills", no_process_is_left),
        trial("a_dropped_session_takes_its_child_with_it", dropped_session),
        trial("a_dropped_run_takes_its_child_with_it", dropped_run),
        trial("a_child_dies_with_its_parent", child_dies_with_its_parent),
        trial("a_child_has_nothing_but_its_pipes", nothing_but_pipes),
        trial("open_sessions_are_bounded", bounded_sessions),
        trial("spares_are_started_ahead_and_a_script_s_child_ends_with_its_session", spares),
        trial("a_child_waits_for_its_tenant_and_script_and_for_nobody_else", kept),
        trial("a_child_that_went_wrong_or_is_one_too_many_waits_for_nobody", not_kept),
    ]
}

/// The children of this process that the given runner may have started, zombies among them. Tests
/// run at the same time: a runner is told by a word among its children's arguments.
fn children(word: &str) -> BTreeSet<u32> {
    fs::read_dir("/proc")
        .expect("/proc")
        .flatten()
        .filter_map(|entry| entry.file_name().to_str()?.parse().ok())
        .filter(|pid| {
            let arguments = fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
            arguments.split(|byte| *byte == 0).any(|argument| argument == word.as_bytes())
        })
        .collect()
}

fn own_runner(word: &str) -> ProcessRunner {
    let mut command = ChildCommand::this_binary();
    command.args.push(word.into());
    runner(command, 0)
}

async fn until(what: &str, condition: impl Fn() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(10);
    while !condition() {
        assert!(Instant::now() < deadline, "waited in vain: {what}");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

/// Zombies have no arguments left; they are counted by their parent.
fn zombies() -> usize {
    let own = std::process::id().to_string();
    fs::read_dir("/proc")
        .expect("/proc")
        .flatten()
        .filter_map(|entry| fs::read_to_string(entry.path().join("stat")).ok())
        .filter(|stat| {
            let after_name = stat.rsplit(") ").next().unwrap_or_default();
            let mut fields = after_name.split(' ');
            fields.next() == Some("Z") && fields.next() == Some(&own)
        })
        .count()
}

async fn no_process_is_left() {
    let runner = own_runner("many-kills");
    let source = "function transform() { Array.prototype.reverse.call({length: 2 ** 53 - 1}) }";
    let limits = Limits { wall: Duration::from_millis(20), ..Limits::TEST };
    let mut session = runner.open(source, limits).await.expect("a session");
    for _ in 0..20 {
        let report = session.run(&input(Value::Null), Arc::new(Echo)).await.expect("a report");
        assert_eq!(report.outcome, Err(RunError::TimedOut { limit: limits.wall }));
    }
    assert_eq!(children("many-kills"), BTreeSet::new());
    drop(session);
    until("zombies are reaped", || zombies() == 0).await;
}

async fn dropped_session() {
    let runner = own_runner("dropped-session");
    let session = runner.open("", Limits::TEST).await.expect("a session");
    assert_eq!(children("dropped-session").len(), 1);
    drop(session);
    until("the child is gone", || children("dropped-session").is_empty()).await;
}

async fn dropped_run() {
    let runner = own_runner("dropped-run");
    let source = "function transform(input) { if (input.payload) for (;;) {} return 1 }";
    let mut session = runner.open(source, Limits::TEST).await.expect("a session");
    let endless = input(json!(true));
    let run = session.run(&endless, Arc::new(Echo));
    assert!(tokio::time::timeout(Duration::from_millis(50), run).await.is_err());
    until("the child is gone", || children("dropped-run").is_empty()).await;
    let report = session.run(&input(Value::Null), Arc::new(Echo)).await.expect("a report");
    assert_eq!(report.outcome, Ok(json!(1)));
}

/// What the binary does as the server: a script that no interrupt ends, and a word when it runs.
pub(crate) fn serve() -> ! {
    RUNTIME.block_on(async {
        let runner = own_runner("orphan");
        let source = "function transform() { Array.prototype.reverse.call({length: 2 ** 53 - 1}) }";
        let limits = Limits { wall: Duration::from_mins(1), ..Limits::TEST };
        let mut session = runner.open(source, limits).await.expect("a session");
        std::io::stdout().write_all(b"ready\n").expect("a pipe");
        let _ = session.run(&input(Value::Null), Arc::new(Echo)).await;
    });
    unreachable!("the server is killed before its script ends")
}

async fn child_dies_with_its_parent() {
    let mut server = Command::new("/proc/self/exe")
        .arg(SERVER_ARGUMENT)
        .stdout(Stdio::piped())
        .spawn()
        .expect("a server");
    let mut word = [0; 5];
    server.stdout.take().expect("a pipe").read_exact(&mut word).expect("a word");
    assert_eq!(children("orphan").len(), 1);
    server.kill().expect("a kill");
    server.wait().expect("an end");
    until("the orphan is gone", || children("orphan").is_empty()).await;
}

async fn nothing_but_pipes() {
    // A file that the kernel hands to every child of this process.
    let leaked = fs::File::open("/dev/null").expect("a file");
    let inheritable = nix::unistd::dup(&leaked).expect("a descriptor");
    let runner = own_runner("nothing-but-pipes");
    let session = runner.open("", QUICK).await.expect("a session");
    let pid = *children("nothing-but-pipes").first().expect("a child");
    // It is bound to the limits when it has read them, which is before it reads a script.
    until("the child is bound", || {
        let limits = fs::read_to_string(format!("/proc/{pid}/limits")).unwrap_or_default();
        limits
            .lines()
            .any(|line| line.starts_with("Max address space") && line.contains("268435456"))
    })
    .await;
    let process = |file: &str| format!("/proc/{pid}/{file}");
    let limits = fs::read_to_string(process("limits")).expect("limits");
    for (name, value) in [
        ("Max processes", "0"),
        ("Max open files", "4"),
        ("Max file size", "0"),
        ("Max core file size", "0"),
        ("Max address space", "268435456"),
    ] {
        let line = limits.lines().find(|line| line.starts_with(name)).expect("a limit");
        let mut fields = line.trim_start_matches(name).split_whitespace();
        assert_eq!(fields.next(), Some(value), "{line}");
        assert_eq!(fields.next(), Some(value), "{line}");
    }
    let status = fs::read_to_string(process("status")).expect("a status");
    for line in ["NoNewPrivs:\t1", "Seccomp:\t2", "Threads:\t1"] {
        assert!(status.lines().any(|told| told == line), "{line}: {status}");
    }
    let stat = fs::read_to_string(process("stat")).expect("a stat");
    let mut after_name = stat.rsplit(") ").next().unwrap_or_default().split(' ').skip(2);
    assert_eq!(after_name.next(), Some(&*pid.to_string()), "a process group of its own");
    assert_eq!(after_name.next(), Some(&*pid.to_string()), "a session of its own");
    // A process that is not dumpable hides its files from all but root.
    if let Ok(files) = fs::read_dir(process("fd")) {
        assert_eq!(files.count(), 4, "standard input, output and error, and the frames' pipe");
    }
    if let Ok(environment) = fs::read(process("environ")) {
        assert_eq!(environment, b"MALLOC_ARENA_MAX=1\0");
    }
    drop((session, inheritable));
}

async fn bounded_sessions() {
    let settings = RunnerSettings { concurrency: 1, spares: 0, kept: 2, require: Require::Strict };
    let runner = ProcessRunner::new(ChildCommand::this_binary(), settings).expect("a runner");
    let first = runner.open("", Limits::TEST).await.expect("a session");
    let second = runner.open("", Limits::TEST);
    tokio::pin!(second);
    let waiting = tokio::time::timeout(Duration::from_millis(100), second.as_mut()).await;
    assert!(waiting.is_err(), "a second session was opened beside the first");
    drop(first);
    assert!(second.await.is_ok());
}

async fn spares() {
    let mut command = ChildCommand::this_binary();
    command.args.push("spares".into());
    let runner = runner(command, 2);
    assert_eq!(runner.warm_up().await.expect("a jail"), []);
    until("two wait", || children("spares").len() >= 2).await;
    let first = runner.open("", Limits::TEST).await.expect("a session");
    let second = runner.open("", Limits::TEST).await.expect("a session");
    until("two more wait", || children("spares").len() == 4).await;
    drop((first, second));
    // What belonged to a script ends with it.
    until("two are left", || children("spares").len() == 2).await;
    drop(runner);
    until("none is left", || children("spares").is_empty()).await;
}

const COUNTING: &str = "let runs = 0; function transform(input) { return [++runs, input.payload] }";

/// Runs a script once for a tenant, and tells which children there are afterwards.
async fn run_for(
    runner: &ProcessRunner,
    word: &str,
    (tenant, source): (&str, &str),
    payload: Value,
) -> BTreeSet<u32> {
    let tenant = Tenant::new(tenant);
    let mut session = runner.open_for(&tenant, source, Limits::TEST).await.expect("a session");
    let report = session.run(&input(payload.clone()), Arc::new(Echo)).await.expect("a report");
    // Nothing of the run before is left, whoever's child it is.
    assert_eq!(report.outcome, Ok(json!([1, payload])));
    drop(session);
    children(word)
}

async fn kept() {
    let runner = own_runner("kept");
    let other_script = COUNTING.replace("runs", "n");
    let first = run_for(&runner, "kept", ("a", COUNTING), json!("once")).await;
    assert_eq!(first.len(), 1);
    let again = run_for(&runner, "kept", ("a", COUNTING), json!("twice")).await;
    assert_eq!(again, first);
    let other_tenant = run_for(&runner, "kept", ("b", COUNTING), json!("other")).await;
    assert!(other_tenant.is_superset(&first) && other_tenant.len() == 2, "{other_tenant:?}");
    // Two wait at most: the one that waits longest makes room.
    run_for(&runner, "kept", ("a", &other_script), json!("other")).await;
    until("two are left", || children("kept").len() == 2).await;
    assert!(children("kept").is_disjoint(&first));
    drop(runner);
    until("none is left", || children("kept").is_empty()).await;
}

async fn not_kept() {
    let runner = own_runner("not-kept");
    let tenant = Tenant::new("a");
    let source = "function transform(input) { if (input.payload) throw new Error('no'); return 1 }";
    let mut session = runner.open_for(&tenant, source, Limits::TEST).await.expect("a session");
    let report = session.run(&input(json!(true)), Arc::new(Echo)).await.expect("a report");
    assert!(report.outcome.is_err());
    drop(session);
    until("the child is gone", || children("not-kept").is_empty()).await;
    // Two sessions of one tenant at one time have a child each.
    let mut first = runner.open_for(&tenant, source, Limits::TEST).await.expect("a session");
    let second = runner.open_for(&tenant, source, Limits::TEST).await.expect("a session");
    assert_eq!(children("not-kept").len(), 2);
    drop(second);
    let fine = input(Value::Null);
    assert!(first.run(&fine, Arc::new(Echo)).await.expect("a report").outcome.is_ok());
    let wider = Limits { wall: Limits::TEST.wall * 2, ..Limits::TEST };
    let third = runner.open_for(&tenant, source, wider).await.expect("a session");
    assert_eq!(children("not-kept").len(), 3, "it is bound to other limits");
    drop((first, third));
    drop(runner);
    until("none is left", || children("not-kept").is_empty()).await;
}
