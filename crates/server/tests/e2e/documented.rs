//! The commands and settings that the documentation shows, run as they stand there.

mod desk;
mod page;

use std::collections::BTreeSet;

use crate::support::{Server, TestDatabase, binary};
use desk::Desk;
use page::{Page, root};

/// Pages whose blocks of Python and JavaScript are whole programs.
const PROGRAMS: [&str; 1] = ["README.md"];

async fn run(name: &str) {
    let page = Page::read(name);
    let desk = Desk::new(TestDatabase::sqlite()).await;
    let programs = PROGRAMS.contains(&name);
    let mut session = String::new();
    for block in page.blocks() {
        let text = desk.filled_in(&block.text);
        let command = match block.language.as_str() {
            "sh" => text,
            "python" if programs => format!("python3 - <<'END_OF_BLOCK'\n{text}END_OF_BLOCK\n"),
            "js" if programs => {
                format!("node --input-type=module - <<'END_OF_BLOCK'\n{text}END_OF_BLOCK\n")
            }
            _ => continue,
        };
        session.push_str(&format!("at={name}:{}\n{command}", block.line));
    }
    assert!(!session.is_empty(), "{name} shows no command");
    desk.sits_through(&session);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_readme_s_commands_work_in_their_order() {
    run("README.md").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_command_line_s_commands_work_in_their_order() {
    run("docs/command-line.md").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_operators_commands_work_in_their_order() {
    run("docs/operations.md").await;
}

#[test]
fn every_page_with_commands_is_run_by_a_test() {
    let run = ["README.md", "docs/command-line.md", "docs/operations.md"];
    // Settings as environment variables: started with below.
    let settings = "docs/authors.md";
    for page in Page::every() {
        let commands = page.blocks().iter().any(|block| block.language == "sh");
        let known = run.contains(&page.name.as_str()) || page.name == settings;
        assert!(known || !commands, "{} has commands that no test runs", page.name);
    }
}

/// Every block of settings starts a server, with keys and files where it names some.
#[tokio::test]
async fn servers_start_with_the_settings_that_are_shown() {
    let mut started = 0;
    for page in Page::every().iter().filter(|page| page.name != "docs/command-line.md") {
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
                "sh" if text.lines().all(|line| line.starts_with("FORGE__")) => {
                    settings.extend(text.lines().map(|line| {
                        let (name, value) = line.split_once('=').unwrap();
                        (name.to_owned(), value.to_owned())
                    }));
                }
                _ => continue,
            }
            println!("{}:{}", page.name, block.line);
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
