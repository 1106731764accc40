//! Children that do not keep to the protocol, played by a shell.

use std::sync::Arc;

use libtest_mimic::Trial;
use sandbox::{
    ChildCommand, Limits, ProcessRunner, RunError, RunReport, SandboxError, ScriptRunner,
};
use serde_json::{Value, json};

use super::support::{Echo, QUICK, input, runner, trial};

/// The frames that say that the child is locked in, lacks no layer, and is ready.
const READY: &str =
    r"printf '\002\000\000\000j\000\000\000\000[]\000\000\000\000r\000\000\000\000'; ";

/// The output 7 as the answer to the first run.
const OUTPUT: &str = r"printf '\001\000\000\000o\001\000\000\0007'; ";

/// Waits until the first run has come: the first frames are all shorter together.
const RUN_CAME: &str = "head -c 300 >/dev/null; ";

pub(crate) fn trials() -> Vec<Trial> {
    let mut trials = vec![
        trial("a_child_that_is_no_binary_is_the_sandbox_s_trouble", no_binary),
        trial("a_child_that_ends_before_it_is_ready_is_the_sandbox_s_trouble", || {
            not_ready("exit 0", "pipe")
        }),
        trial("a_child_that_prints_text_before_it_is_ready_is_the_sandbox_s_trouble", || {
            not_ready("echo hello, this is no frame at all", "bytes where")
        }),
        trial("a_child_that_refuses_is_the_sandbox_s_trouble", || {
            not_ready(r"printf '\002\000\000\000x\000\000\000\000no'", "cannot lock itself in: no")
        }),
        trial("a_child_without_an_essential_layer_is_refused", no_layer),
        trial("a_child_that_lists_nonsense_as_its_layers_is_the_sandbox_s_trouble", || {
            not_ready(r"printf '\001\000\000\000j\000\000\000\0007'; exec sleep 60", "sequence")
        }),
        trial("a_result_counts_once_when_the_child_crashes_after_it", result_then_crash),
        trial("a_second_answer_is_not_taken_for_the_next_run_s", second_answer),
        trial("a_child_that_hangs_is_killed_in_time", hanging),
        trial("frames_of_any_kind_and_body_are_never_taken_for_an_output", any_frames),
    ];
    trials.extend(LIES.iter().map(|lie| trial(lie.name, || lie.check())));
    trials
}

struct Lie {
    name: &'static str,
    /// What the shell does once it has said that it is ready.
    script: &'static str,
    /// What the crash is said to be; none when the run must count as timed out.
    how: Option<&'static str>,
}

const LIES: &[Lie] = &[
    Lie {
        name: "an_exit_without_an_answer_is_a_crash",
        script: "exit 0",
        how: Some("exit code 0"),
    },
    Lie { name: "an_exit_code_is_named", script: "exit 101", how: Some("exit code 101") },
    Lie {
        name: "garbage_is_a_crash",
        script: "echo this is garbage, not a frame",
        how: Some("unknown kind"),
    },
    Lie {
        name: "an_oversized_length_is_a_crash",
        script: r"printf '\377\377\377\377o\001\000\000\000'; exec sleep 60",
        how: Some("4294967295 bytes where"),
    },
    Lie {
        name: "a_frame_that_ends_early_is_a_crash",
        script: r"printf '\011\000\000\000o\001\000\000\000{'",
        how: Some("exit code 0"),
    },
    Lie {
        name: "an_output_that_is_no_json_is_a_crash",
        script: r"printf '\001\000\000\000o\001\000\000\000{'; exec sleep 60",
        how: Some("no JSON that can be read"),
    },
    Lie {
        name: "an_output_nested_too_deeply_is_a_crash",
        script: r"printf '\310\000\000\000o\001\000\000\000'; head -c 200 /dev/zero | tr '\0' '['; exec sleep 60",
        how: Some("recursion limit"),
    },
    Lie {
        name: "calls_that_are_none_are_a_crash",
        script: r"printf '\001\000\000\000c\001\000\000\0007'; exec sleep 60",
        how: Some("calls that are none"),
    },
    Lie {
        name: "a_failure_that_is_none_is_a_crash",
        script: r"printf '\001\000\000\000f\001\000\000\0007'; exec sleep 60",
        how: Some("a failure that is none"),
    },
    Lie {
        name: "a_second_ready_is_a_crash",
        script: r"printf '\000\000\000\000r\001\000\000\000'; exec sleep 60",
        how: Some("Ready in the middle"),
    },
    Lie {
        name: "an_answer_to_another_run_is_a_crash",
        script: r"printf '\001\000\000\000o\002\000\000\0007'; exec sleep 60",
        how: Some("answered run 2 when asked for run 1"),
    },
    Lie {
        name: "a_closed_pipe_is_a_crash",
        script: "exec sleep 60 >&-",
        how: Some("closed its pipe"),
    },
    Lie { name: "a_segmentation_fault_is_named", script: "kill -SEGV $$", how: Some("SIGSEGV") },
    Lie { name: "an_abort_is_named", script: "kill -ABRT $$", how: Some("SIGABRT") },
    Lie { name: "a_kill_from_outside_is_named", script: "kill -KILL $$", how: Some("SIGKILL") },
    Lie { name: "used_up_processor_time_is_a_time_out", script: "kill -XCPU $$", how: None },
];

impl Lie {
    async fn check(&self) {
        let shell = shell(&format!("{READY}{RUN_CAME}{}", self.script));
        let report = run(&shell, Limits::TEST).await;
        match (self.how, &report.outcome) {
            (Some(how), Err(RunError::Crashed { how: told })) => {
                assert!(told.contains(how), "{told}");
            }
            (None, Err(RunError::TimedOut { .. })) => {}
            _ => panic!("{report:?}"),
        }
    }
}

fn shell(script: &str) -> ProcessRunner {
    let args = ["-c", script].map(Into::into).to_vec();
    runner(ChildCommand { program: "/bin/sh".into(), args }, 0)
}

async fn run(runner: &ProcessRunner, limits: Limits) -> RunReport {
    let mut session = runner.open("", limits).await.expect("a session");
    session.run(&long_input(), Arc::new(Echo)).await.expect("a report")
}

/// Long enough for the shell to tell it from what comes before.
fn long_input() -> domain::ScriptInput<'static> {
    input(json!("x".repeat(1000)))
}

async fn no_binary() {
    let command = ChildCommand { program: "/nowhere/to/be/found".into(), args: vec![] };
    let runner = runner(command, 0);
    let error = runner.open("", Limits::TEST).await.err().expect("an error");
    assert!(matches!(error, SandboxError::Spawn(_)), "{error}");
}

async fn not_ready(script: &'static str, why: &'static str) {
    let error = shell(script).open("", Limits::TEST).await.err().expect("an error");
    assert!(error.to_string().contains(why), "{error}");
}

async fn no_layer() {
    let jailed = r#"printf '\011\000\000\000j\000\000\000\000["files"]'; "#;
    let lacking = format!("{jailed}{READY}exec sleep 60");
    let refused = shell(&lacking).warm_up().await.expect_err("an error");
    assert!(
        refused.to_string().ends_with("this kernel lacks the lock on files (landlock, Linux 5.13)")
    );
}

async fn result_then_crash() {
    let counter = tempfile::NamedTempFile::new().expect("a file");
    let path = counter.path().display();
    // Each child answers with how many children there have been, then dies.
    let shell = shell(&format!(
        r"echo x >>{path}; {READY}{RUN_CAME}n=$(wc -l <{path}); printf '\001\000\000\000o\00'$n'\000\000\000'$n; kill -SEGV $$"
    ));
    let mut session = shell.open("", Limits::TEST).await.expect("a session");
    let first = session.run(&long_input(), Arc::new(Echo)).await.expect("a report");
    assert_eq!(first.outcome, Ok(json!(1)));
    let second = session.run(&long_input(), Arc::new(Echo)).await.expect("a report");
    // The dead child is found before the run, or by it.
    assert!(
        matches!(second.outcome, Ok(Value::Number(ref n)) if n.as_u64() == Some(2))
            || matches!(second.outcome, Err(RunError::Crashed { .. })),
        "{second:?}"
    );
}

async fn second_answer() {
    let shell = shell(&format!("{READY}{RUN_CAME}{OUTPUT}{OUTPUT}exec sleep 60"));
    let mut session = shell.open("", Limits::TEST).await.expect("a session");
    let first = session.run(&long_input(), Arc::new(Echo)).await.expect("a report");
    assert_eq!(first.outcome, Ok(json!(7)));
    let second = session.run(&long_input(), Arc::new(Echo)).await.expect("a report");
    let Err(RunError::Crashed { how }) = second.outcome else { panic!("{second:?}") };
    assert_eq!(how, "it answered run 1 when asked for run 2");
}

async fn hanging() {
    let report = run(&shell(&format!("{READY}exec sleep 60")), QUICK).await;
    assert_eq!(report.outcome, Err(RunError::TimedOut { limit: QUICK.wall }));
}

/// Frames with a right header and any body, in the middle of a run.
async fn any_frames() {
    let mut seed = 7_u32;
    let mut random = || {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (seed >> 16).to_le_bytes()[0]
    };
    for kind in "jxrclofTSCIR?".chars() {
        // None of these bytes begins a JSON value.
        let body: Vec<_> = (0..16).map(|_| format!("\\{:03o}", random() | 0x80)).collect();
        let body = body.concat();
        let frame = format!(r"printf '\020\000\000\000{kind}\001\000\000\000{body}'; ");
        let shell = shell(&format!("{READY}{RUN_CAME}{frame}exit 3"));
        let report = run(&shell, Limits::TEST).await;
        assert!(
            matches!(report.outcome, Err(RunError::Crashed { .. })),
            "{kind} {body}: {report:?}"
        );
    }
}
