//! The command line as a client of a server, and without one.

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use rexpect::session::PtySession;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::{Server, TestDatabase, binary, plain_catalogue};

/// Longer than anything takes; in milliseconds.
const PATIENCE: u64 = 60_000;

/// A menu with two prices: only a person knows which one counts.
fn two_prices() -> Value {
    json!({"items": [
        {"id": "a1", "name": "Espresso", "price_dine_in": 2.5, "price_takeaway": 2.2},
        {"id": "a2", "name": "Cheese Toast", "price_dine_in": 6.0, "price_takeaway": 5.5},
    ]})
}

fn piped(arguments: &[&str], input: &Value) -> Output {
    let mut child = binary()
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(input.to_string().as_bytes()).unwrap();
    child.wait_with_output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// A client of a server, at home in a folder of its own.
struct Terminal<'a> {
    server: &'a Server,
    home: TempDir,
}

impl<'a> Terminal<'a> {
    fn new(server: &'a Server) -> Self {
        Self { server, home: tempfile::tempdir().unwrap() }
    }

    fn command(&self, line: &str) -> Command {
        let mut command = binary();
        command
            .args(line.split_whitespace())
            .env("FORGE_URL", &self.server.base)
            .env("FORGE_API_KEY", &self.server.key)
            .env("HOME", self.home.path())
            .current_dir(self.home.path())
            .stdin(Stdio::null());
        command
    }

    /// What a command prints; it must end with `code`.
    fn says(&self, line: &str, code: i32) -> String {
        let output = self.command(line).output().unwrap();
        let (out, error) = (text(&output.stdout), text(&output.stderr));
        assert_eq!(output.status.code(), Some(code), "{line}\n{out}\n{error}");
        if out.is_empty() { error } else { out }
    }

    fn json(&self, line: &str) -> Value {
        serde_json::from_str(&self.says(&format!("{line} --json"), 0)).unwrap()
    }

    fn file(&self, name: &str, content: &Value) {
        std::fs::write(self.home.path().join(name), content.to_string()).unwrap();
    }

    fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.home.path().join(name)).unwrap()
    }
}

const OFFLINE: [&str; 6] = ["generate", "--offline", "--provider", "x", "--topic", "sync_products"];

#[test]
fn a_payload_piped_in_becomes_a_script_that_another_engine_runs() {
    let payload = plain_catalogue(3);
    let output = piped(&OFFLINE, &payload);
    assert!(output.status.success(), "{}", text(&output.stderr));
    assert!(text(&output.stderr).contains("attempt 1 passed"), "{}", text(&output.stderr));
    let script = text(&output.stdout);
    let program = format!(
        "{script}\nconsole.log(JSON.stringify(transform({{payload: {payload}}}, {{log() {{}}}})))"
    );
    let Ok(run) = Command::new("node").args(["-e", &program]).output() else {
        println!("skipped: node is not installed");
        return;
    };
    let made: Value = serde_json::from_slice(&run.stdout).expect("node gives JSON");
    assert_eq!(made["products"][0]["itemCode"], "itm_1");
    assert_eq!(made["products"].as_array().unwrap().len(), 3);
}

#[test]
fn a_question_that_nobody_can_answer_is_shown_and_has_an_exit_code() {
    let output = piped(&OFFLINE, &two_prices());
    assert_eq!(output.status.code(), Some(3), "{}", text(&output.stderr));
    assert!(output.stdout.is_empty());
    assert!(text(&output.stderr).contains("price_takeaway"), "{}", text(&output.stderr));
}

#[test]
fn what_makes_no_sense_is_said_before_any_work_is_done() {
    for arguments in [
        &["generate", "--offline", "--provider", "Bad Slug", "--topic", "sync_products"][..],
        &["generate", "--offline", "--provider", "x", "--topic", "sync_product"],
        &["generate", "--offline", "--provider", "x", "--topic", "sync_products", "none.json"],
        &["job", "seven"],
        &["mcp"],
    ] {
        let output = binary().args(arguments).stdin(Stdio::null()).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {}", text(&output.stderr));
    }
}

#[test]
fn an_empty_standard_input_is_called_by_its_name() {
    let output = binary().args(OFFLINE).stdin(Stdio::null()).output().unwrap();
    let said = text(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(said.contains("standard input: it is empty; pipe JSON into it"), "{said}");
}

/// `adapter-forge generate --offline` for a menu that needs an answer, in a terminal.
fn asked_in_a_terminal(folder: &Path) -> PtySession {
    let file = folder.join("menu.json");
    std::fs::write(&file, two_prices().to_string()).unwrap();
    let mut command = binary();
    command.args(OFFLINE).arg(file).env("TERM", "xterm");
    let mut terminal = rexpect::session::spawn_command(command, Some(PATIENCE)).unwrap();
    for stage in ["gathering", "generating"] {
        terminal.exp_string(stage).unwrap();
    }
    terminal.exp_string("a) ").unwrap();
    terminal.exp_string("answer (nothing leaves it open): ").unwrap();
    terminal
}

#[test]
fn a_person_at_the_terminal_is_asked_and_answers() {
    let folder = tempfile::tempdir().unwrap();
    let mut terminal = asked_in_a_terminal(folder.path());
    terminal.send_line("a").unwrap();
    terminal.exp_string("function transform(input").unwrap();
    terminal.exp_eof().unwrap();
    let end = terminal.process().wait().unwrap();
    assert!(format!("{end:?}").contains(", 0)"), "{end:?}");
}

#[test]
fn ctrl_c_ends_a_command_that_waits_for_an_answer() {
    let folder = tempfile::tempdir().unwrap();
    let mut terminal = asked_in_a_terminal(folder.path());
    terminal.send_control('c').unwrap();
    terminal.exp_string("interrupted").unwrap();
    terminal.exp_eof().unwrap();
    let end = terminal.process().wait().unwrap();
    assert!(format!("{end:?}").contains("130"), "{end:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_engineer_works_from_a_terminal_alone() {
    let database = TestDatabase::sqlite();
    let server = Server::start(&database, None, &[]);
    let terminal = Terminal::new(&server);
    terminal.file("menu.json", &plain_catalogue(2));
    terminal.file("notes.md", &json!("Prices are in euros."));

    terminal.says("knowledge add till notes.md", 0);
    terminal.says("knowledge add till menu.json --topic sync_products", 0);
    assert!(terminal.says("knowledge list till", 0).contains("notes.md"));
    assert!(terminal.says("knowledge list till --topic sync_products", 0).contains("menu.json"));

    let shown =
        terminal.says("generate --provider till --topic sync_products --watch menu.json", 0);
    assert!(shown.contains("adapter-forge show 1"), "{shown}");
    assert!(terminal.says("jobs --status completed", 0).contains("till"));
    assert!(terminal.says("job 1", 0).contains("attempt 1 passed"));
    assert_eq!(terminal.json("job 1")["job"]["resultScriptId"], 1);
    assert!(terminal.says("show 1", 0).starts_with("/**"));
    let run: Value = serde_json::from_str(&terminal.says("run 1 menu.json", 0)).unwrap();
    assert_eq!(run["products"][1]["name"], "Dish 2");
    assert!(terminal.says("diff 1", 0).contains("+function transform(input"));

    assert!(terminal.says("activate 1", 0).contains("is active"));
    let rollback = "rollback till sync_products --reason prices";
    assert!(terminal.says(rollback, 1).contains("nothing to go back to"));
    assert!(terminal.says("rollback till sync_products", 2).contains("--reason"));
    assert!(terminal.says("rollback other sync_products --reason x", 2).contains("in use"));
    assert!(terminal.says("pull scripts", 0).contains("written"));
    assert_eq!(terminal.read("scripts/till/sync_products.js"), terminal.says("show 1", 0));
    assert!(terminal.says("push scripts --check", 0).contains("in use"));
    let changed =
        terminal.read("scripts/till/sync_products.js").replace("@version 1", "@version 2");
    std::fs::write(terminal.home.path().join("scripts/till/sync_products.js"), changed).unwrap();
    assert!(terminal.says("push scripts --check", 4).contains("differs"));
    assert!(terminal.says("push scripts", 0).contains("candidate"));
    std::fs::create_dir(terminal.home.path().join("elsewhere")).unwrap();
    assert!(terminal.says("push elsewhere --check", 4).contains("missing"));
    assert!(terminal.says("diff 2", 0).contains("+ * @version 2"));
    terminal.says("activate 2", 0);
    assert!(terminal.says(rollback, 0).contains("script 1 "));
    assert!(terminal.says("deprecate 2", 1).contains("already deprecated"));
    assert!(terminal.says("archive 2 --reason late", 0).contains("is archived"));
    let audit = terminal.says("audit --provider till --limit 2", 0);
    assert!(audit.contains("script.archived") && audit.contains("late"), "{audit}");
    assert!(audit.contains("script.rolled_back") && audit.contains("prices"), "{audit}");
    assert!(audit.contains("first key") && !audit.contains("script.saved"), "{audit}");
    assert_eq!(terminal.json("audit --action job.started")["entries"][0]["subject"], "1");
    assert!(terminal.says("scripts --status active", 0).contains("passed"));
    assert!(terminal.says("drift policy till", 0).contains("is off"));
    assert!(terminal.says("drift policy till --repair on", 0).contains("is on"));
    assert_eq!(terminal.says("drift list --status open", 0).trim(), "none");
    assert!(terminal.says("drift show 1", 1).contains("drift event 1"));
    assert!(terminal.says("drift resolve 1", 1).contains("drift event 1"));
    assert!(terminal.says("run 1", 4).contains("no payload was given"));
    let nothing = terminal.says("knowledge record till sync_products", 2);
    assert!(nothing.contains("made no call"), "{nothing}");
    terminal.says("knowledge rm till notes.md", 0);
    assert_eq!(terminal.says("knowledge list till", 0).trim(), "none");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_script_that_does_not_pass_is_forced_from_a_terminal() {
    let database = TestDatabase::sqlite();
    let server = Server::start(&database, None, &[]);
    let terminal = Terminal::new(&server);
    let upload = json!({"provider": "till", "topic": "sync_products", "draft": true,
        "source": "function transform() { return {products: []}; }"});
    assert_eq!(server.post("/api/v1/adapter-scripts", &upload).await.0, 200);
    let refused = terminal.says("activate 1", 1);
    assert!(refused.contains("never tested") && refused.contains("force"), "{refused}");
    assert!(terminal.says("activate 1 --force", 2).contains("--reason"));
    assert!(terminal.says("activate 1 --force --reason closed", 0).contains("is active"));
    assert!(terminal.says("audit --action script.forced", 0).contains("closed"));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_is_connected_from_a_terminal_and_its_secrets_are_no_flags() {
    let made = binary().args(["vault", "make-key", "a"]).output().unwrap();
    let database = TestDatabase::sqlite();
    let keys = text(&made.stdout);
    let server = Server::start(&database, None, &[("FORGE__VAULT__KEYS", keys.trim())]);
    let terminal = Terminal::new(&server);
    assert_eq!(terminal.says("connections list", 0).trim(), "none");
    terminal.file(
        "account.json",
        &json!({"baseUrl": "https://a.till.example", "config": {"store": 7}}),
    );
    std::fs::write(terminal.home.path().join("secret"), "hush-hush-hush\n").unwrap();
    let put = "connections put till account.json --base-url https://b.till.example \
               --api-secret-file secret";
    let output =
        terminal.command(put).env("FORGE_CONNECTION_API_KEY", "sk-live-12345").output().unwrap();
    assert!(output.status.success(), "{}", text(&output.stderr));
    assert!(text(&output.stdout).contains("connections test till"), "{}", text(&output.stdout));
    let shown = &terminal.json("connections show till")["connection"];
    assert_eq!(
        (&shown["baseUrl"], &shown["config"]["store"]),
        (&json!("https://b.till.example"), &json!(7))
    );
    assert_eq!((&shown["hasApiKey"], &shown["hasApiSecret"]), (&json!(true), &json!(true)));
    assert!(
        !shown.to_string().contains("hush") && !shown.to_string().contains("sk-live"),
        "{shown}"
    );
    assert!(terminal.says("connections list", 0).contains("untested"));
    assert!(terminal.says("connections test till", 1).contains("no active script"));
    assert!(terminal.says("connections outlets till", 1).contains("no active script"));
    assert!(
        terminal.says("connections put till --api-key sk-live-12345", 2).contains("api-key-file")
    );
    terminal.says("connections rm till", 0);
    assert!(terminal.says("connections show till", 1).contains("no connection till"));
    let audit = terminal.says("audit --provider till", 0);
    assert!(audit.contains("connection.put") && !audit.contains("sk-live"), "{audit}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_is_answered_and_an_unwanted_job_is_cancelled() {
    let database = TestDatabase::sqlite();
    let server = Server::start(&database, None, &[]);
    let terminal = Terminal::new(&server);
    terminal.file("menu.json", &two_prices());
    let generate = "generate --provider till --topic sync_products menu.json";

    let shown = terminal.says(&format!("{generate} --watch"), 3);
    assert!(shown.contains("adapter-forge respond 1"), "{shown}");
    assert!(terminal.says("respond 1 a --watch", 0).contains("script 1"));
    assert!(terminal.says("respond 1 a", 1).contains("completed"));
    assert_eq!(terminal.json(generate)["jobId"], 2);
    assert_eq!(
        terminal.says("watch 2", 3).lines().last().unwrap_or_default(),
        "answer with \"adapter-forge respond 2 ANSWER\""
    );
    assert!(terminal.says("cancel 2", 0).contains("cancelled"));
    assert!(terminal.says("watch 2", 4).contains("failed"));
    assert!(
        terminal.says("job 9", 1).contains("no such job")
            || terminal.says("job 9", 1).contains("job 9")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_key_and_a_server_that_is_not_there_are_told_apart() {
    let database = TestDatabase::sqlite();
    let server = Server::start(&database, None, &[]);
    let terminal = Terminal::new(&server);
    let run = |change: fn(&mut Command) -> &mut Command| {
        let mut command = terminal.command("jobs");
        change(&mut command);
        let output = command.output().unwrap();
        (output.status.code(), text(&output.stderr))
    };
    let (code, said) = run(|command| command.env("FORGE_API_KEY", "afk_wrong"));
    assert!(code == Some(1) && said.contains("FORGE_API_KEY"), "{said}");
    let (code, said) = run(|command| command.env_remove("FORGE_API_KEY"));
    assert!(code == Some(2) && said.contains("profiles.toml"), "{said}");
    let (code, said) = run(|command| command.env("FORGE_URL", "http://127.0.0.1:9"));
    assert!(code == Some(1) && said.contains("does not answer"), "{said}");
}

#[test]
fn shells_get_their_completions() {
    for shell in ["bash", "zsh", "fish"] {
        let output = binary().args(["completions", shell]).output().unwrap();
        assert!(output.status.success() && text(&output.stdout).contains("rollback"), "{shell}");
    }
}
