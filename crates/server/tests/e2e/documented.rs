//! The commands and settings that the documentation shows, run as they stand there.

mod desk;
mod page;
mod stand_ins;

use std::collections::BTreeSet;
use std::process::{Command, Stdio};

use domain::{DriftKey, DriftKind, NewDrift, ScriptId, Topic};
use serde_json::json;

use crate::support::{Server, TestDatabase, binary};
use desk::Desk;
use page::{Block, Page, root};

/// The pages with commands. Each has a test of its own below.
const RUN: [&str; 6] = [
    "README.md",
    "docs/api.md",
    "docs/command-line.md",
    "docs/mcp.md",
    "docs/operations.md",
    "docs/review.md",
];
/// Pages whose blocks of Python and JavaScript are whole programs.
const PROGRAMS: [&str; 1] = ["README.md"];
/// Pages whose blocks of TOML are no settings of a server.
const OF_OTHERS: [&str; 2] = ["docs/command-line.md", "docs/mcp.md"];
/// Blocks of commands that say that no test can run them. One more is a decision.
const NOT_RUN: usize = 0;

/// What a reader has done before a block, which the page says in words or takes for granted.
struct Before {
    page: &'static str,
    /// What the block holds.
    block: &'static str,
    commands: &'static str,
}

/// Takes two scripts into use that work with the vendor's account.
const SCRIPTS_IN_USE: &str = r#"
for topic in test_connection sync_products; do
    adapter-forge activate "$(curl --silent "$FORGE_URL/api/v1/adapter-scripts" --header "X-Api-Key: $KEY" \
        --header "Content-Type: application/json" --data "@account/$topic.json" | tr ',{}' '\n' | sed -n 's/^"scriptId"://p')"
done
"#;
/// Takes one version after the other into use.
const THREE_VERSIONS: &str = r#"
for version in 1 2 3; do
    sed "s/context) {/context) { const version = $version;/" account/sync_products.json > version.json
    curl --silent "$FORGE_URL/api/v1/adapter-scripts" --header "X-Api-Key: $KEY" \
        --header "Content-Type: application/json" --data @version.json
    adapter-forge activate "$version"
done
"#;

const BEFORE: [Before; 3] = [
    Before {
        page: "README.md",
        block: "/provider-connections/my-till/test",
        commands: SCRIPTS_IN_USE,
    },
    Before {
        page: "docs/command-line.md",
        block: "adapter-forge pull",
        commands: "adapter-forge activate 1\n",
    },
    Before { page: "docs/review.md", block: "/3/rollback", commands: THREE_VERSIONS },
];

fn is_installed(program: &str) -> bool {
    let mut command = Command::new(program);
    command.arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok()
}

/// A block as a shell takes it; none where it is for something that is not there.
fn commands(page: &str, block: &Block, is_postgres: bool) -> Option<String> {
    let here = |language: &str| block.language == language && PROGRAMS.contains(&page);
    let text = &block.text;
    let (needs, commands) = if block.is_commands() {
        let first = |program: &str| text.lines().any(|line| line.starts_with(program));
        // Each database has its own tools.
        let needs = match (first("sqlite3 "), first("pg_dump ")) {
            (true, _) if is_postgres => return None,
            (_, true) if !is_postgres => return None,
            (true, _) => "sqlite3",
            (_, true) => "pg_dump",
            _ => "bash",
        };
        (needs, text.clone())
    } else if here("python") {
        ("python3", format!("python3 - <<'END_OF_BLOCK'\n{text}END_OF_BLOCK\n"))
    } else if here("js") {
        let run = "node --input-type=module -";
        ("node", format!("{run} <<'END_OF_BLOCK'\n{text}END_OF_BLOCK\n"))
    } else {
        return None;
    };
    if is_installed(needs) {
        return Some(commands);
    }
    println!("skipped {}: {needs} is not installed", block.place(page));
    None
}

/// Works through a page in its order, in one shell, as its reader would.
fn work_through(name: &str, desk: &Desk) {
    assert!(RUN.contains(&name));
    let is_postgres = desk.database().url.starts_with("postgres");
    let mut session = String::new();
    let mut steps: Vec<&Before> = BEFORE.iter().filter(|before| before.page == name).collect();
    for block in Page::read(name).blocks().iter().filter(|block| block.not_run.is_none()) {
        let Some(text) = commands(name, block, is_postgres) else { continue };
        session.push_str("at=");
        session.push_str(&block.place(name));
        session.push('\n');
        if let Some(place) = steps.iter().position(|before| text.contains(before.block)) {
            session.push_str(steps.remove(place).commands);
        }
        session.push_str(&desk.filled_in(&text));
    }
    assert!(steps.is_empty(), "{name} has no block for {:?}", steps.first().map(|s| s.block));
    assert!(!session.is_empty(), "{name} shows no command");
    desk.sits_through(&session);
}

async fn run(name: &str) {
    let desk = Desk::new(TestDatabase::sqlite());
    work_through(name, &desk);
    desk.clear().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_readme_s_commands_work_in_their_order() {
    run("README.md").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_api_s_calls_work_in_their_order() {
    run("docs/api.md").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_command_line_s_commands_work_in_their_order() {
    run("docs/command-line.md").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_commands_for_coding_agents_work_in_their_order() {
    run("docs/mcp.md").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_reviewers_calls_work_in_their_order() {
    run("docs/review.md").await;
}

/// On PostgreSQL as well, which is backed up by other commands.
#[tokio::test(flavor = "multi_thread")]
async fn the_operators_commands_work_in_their_order() {
    for database in TestDatabase::every().await {
        let desk = Desk::new(database);
        seven_failures(&desk).await;
        work_through("docs/operations.md", &desk);
        desk.clear().await;
    }
}

/// A script in use that breaks in seven ways, since the page shows the seventh.
async fn seven_failures(desk: &Desk) {
    let server = desk.server();
    let script = json!({"provider": "my-till", "topic": "test_connection",
        "source": "function transform() { return {ok: true, message: 'fine'}; }",
        "samples": [{"payload": {"a": 1}}]});
    let (status, answer) = server.post("/api/v1/adapter-scripts", &script).await;
    assert_eq!(status, 200, "{answer}");
    let id = ScriptId::new(answer["scriptId"].as_i64().unwrap()).unwrap();
    let path = format!("/api/v1/adapter-scripts/{id}/activate");
    assert_eq!(server.post(&path, &json!({})).await.0, 200);
    let store = desk.database().open().await;
    for number in 1..=7 {
        let path = format!("line {number}");
        let new = NewDrift {
            key: DriftKey { script: id, kind: DriftKind::Threw, path },
            provider: "my-till".parse().unwrap(),
            topic: Topic::TestConnection,
            owner: None,
            failure: "the script threw: the vendor sent no message".to_owned(),
            reproduced: false,
        };
        store.drift().open(new, None, domain::Timestamp::UNIX_EPOCH).await.unwrap();
    }
    store.close().await.unwrap();
}

#[test]
fn every_command_is_run_or_says_why_not() {
    let mut not_run = Vec::new();
    for page in Page::every() {
        for block in page.blocks().into_iter().filter(Block::is_commands) {
            let place = block.place(&page.name);
            match block.not_run {
                Some(reason) => not_run.push(format!("{place}: {reason}")),
                None => assert!(RUN.contains(&page.name.as_str()), "no test runs {place}"),
            }
        }
    }
    println!("not run: {not_run:#?}");
    assert_eq!(not_run.len(), NOT_RUN, "not run: {not_run:#?}");
}

/// Every block of settings starts a server, with keys and files where it names some.
#[tokio::test]
async fn servers_start_with_the_settings_that_are_shown() {
    let mut started = 0;
    for page in Page::every().iter().filter(|page| !OF_OTHERS.contains(&page.name.as_str())) {
        for block in page.blocks() {
            let database = TestDatabase::sqlite();
            let folder = tempfile::tempdir().unwrap();
            let secret = folder.path().join("key");
            std::fs::write(&secret, "a-secret-of-nobody").unwrap();
            let text = block.text.replace("/run/secrets/house-key", &secret.display().to_string());
            let file = folder.path().join("forge.toml");
            let file_name = file.display().to_string();
            let mut settings: Vec<(String, String)> =
                ["ANTHROPIC_API_KEY", "OPENAI_API_KEY", "GEMINI_API_KEY"]
                    .map(|name| (name.to_owned(), "a-secret-of-nobody".to_owned()))
                    .to_vec();
            match block.language.as_str() {
                "toml" => {
                    std::fs::write(&file, &text).unwrap();
                    settings.push(("FORGE_CONFIG".to_owned(), file_name));
                }
                _ if block.is_settings() => {
                    settings.extend(text.lines().map(|line| {
                        let (name, value) = line.split_once('=').unwrap();
                        (name.to_owned(), value.to_owned())
                    }));
                }
                _ => continue,
            }
            println!("{}", block.place(&page.name));
            let settings: Vec<(&str, &str)> =
                settings.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
            let server = Server::start(&database, None, &settings);
            assert_eq!(server.terminate(), Some(0));
            started += 1;
        }
    }
    assert!(started > 0);
}

/// What a command prints as its help; none where there is no such command.
fn help(words: &[&str]) -> Option<String> {
    let output = binary().args(words).arg("--help").output().unwrap();
    output.status.success().then(|| String::from_utf8(output.stdout).unwrap())
}

/// Why a command that text names cannot be given; none where it can.
fn fault(command: &str) -> Option<String> {
    let words: Vec<&str> = command.split_whitespace().collect();
    let is_name =
        |word: &&&str| word.chars().all(|letter| letter.is_ascii_lowercase() || letter == '-');
    // Commands have at most two words; what follows may be an argument that looks like one.
    let names: Vec<&str> =
        words.iter().take(2).take_while(is_name).filter(|w| !w.starts_with('-')).copied().collect();
    let Some(help) = help(&names).or_else(|| help(names.get(..1)?)) else {
        return Some(format!("there is no command {names:?}"));
    };
    let flags = words.iter().map(|word| word.trim_matches(['[', ']', ',']));
    let unknown = flags.filter(|word| word.starts_with("--")).find(|flag| !help.contains(flag));
    unknown.map(|flag| format!("{names:?} has no {flag}"))
}

#[test]
fn commands_that_the_text_names_exist() {
    let justfile = std::fs::read_to_string(root().join("justfile")).unwrap();
    let recipes: BTreeSet<&str> = justfile
        .lines()
        .filter(|line| line.starts_with(|letter: char| letter.is_ascii_lowercase()))
        .filter_map(|line| line.split([' ', ':']).next())
        .collect();
    for page in Page::every() {
        for span in page.spans() {
            let words: Vec<&str> = span.split_whitespace().collect();
            let place = format!("{}: `{span}`", page.name);
            let of = |flag: &str| {
                let at = words.iter().position(|word| *word == flag)?;
                words.get(at + 1).copied()
            };
            match words.as_slice() {
                ["adapter-forge", rest @ ..]
                    if !rest.is_empty() && rest != ["COMMAND", "--help"] =>
                {
                    assert_eq!(fault(&rest.join(" ")), None, "{place}");
                }
                ["just", recipe, ..] => assert!(recipes.contains(recipe), "{place}"),
                ["cargo", ..] => {
                    let krate = root().join("crates").join(of("-p").unwrap_or("server"));
                    assert!(krate.is_dir(), "{place}");
                    for (flag, folder) in [("--bench", "benches"), ("--example", "examples")] {
                        let file =
                            of(flag).map(|name| krate.join(folder).join(format!("{name}.rs")));
                        assert!(file.is_none_or(|file| file.is_file()), "{place}");
                    }
                }
                // They need a container engine; the file itself is read.
                ["docker", "compose", ..] => {
                    assert!(root().join("docker-compose.yml").is_file(), "{place}");
                }
                _ => {}
            }
            for file in words.iter().filter(|word| word.starts_with("scripts/")) {
                assert!(root().join(file).exists(), "{place}");
            }
        }
    }
}

#[test]
fn the_table_of_commands_is_true() {
    let commands = Page::read("docs/command-line.md").commands_of_tables();
    assert!(commands.len() > 10, "{commands:?}");
    for command in commands {
        assert_eq!(fault(&command), None, "{command}");
    }
}
