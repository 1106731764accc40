//! A desk at which the documentation is worked through: a server, a shell, and files to name.

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::json;
use tempfile::TempDir;

use crate::connections::{make_key, vendor::Vendor};
use crate::support::{Server, TestDatabase, binary, plain_catalogue};

/// `cargo run … -- ARGUMENTS` is the binary that is tested; a bare `cargo run` is the server that
/// already runs; what builds or tests the project is what got us here.
const CARGO: &str = r#"#!/bin/sh
case "$1" in
run) while [ $# -gt 0 ] && [ "$1" != "--" ]; do shift; done
     [ $# -eq 0 ] || { shift; exec adapter-forge "$@"; } ;;
install|test) ;;
*) echo "the desk has no cargo $1" >&2; exit 1 ;;
esac
"#;

/// An answer that is an error is a failed command.
const CURL: &str = "#!/bin/sh\nPATH=${PATH#*:} exec curl --fail-with-body \"$@\"\n";

pub(crate) struct Desk {
    folder: TempDir,
    database: TestDatabase,
    server: Server,
    vendor: Vendor,
    revocable: String,
}

impl Desk {
    pub(crate) async fn new(database: TestDatabase) -> Self {
        let vendor = Vendor::start();
        let (private, keys) = (vendor.address.to_string(), make_key("a"));
        let server = Server::start(
            &database,
            None,
            &[("FORGE__CONNECTIONS__ALLOW_PRIVATE", &private), ("FORGE__VAULT__KEYS", &keys)],
        );
        let folder = tempfile::tempdir().unwrap();
        let desk = Self { revocable: a_key(&database), folder, database, server, vendor };
        desk.lay_out();
        desk
    }

    /// What the pages' commands find: files to read, and programs.
    fn lay_out(&self) {
        let at = |name: &str| self.folder.path().join(name);
        let menu = plain_catalogue(3).to_string();
        for name in ["payload.json", "menu.json"] {
            std::fs::write(at(name), &menu).unwrap();
        }
        let products: Vec<_> = (1..=3)
            .map(|number| {
                json!({"itemCode": format!("itm_{number}"), "name": format!("Dish {number}"),
                    "price": 2.5 + f64::from(number) / 4.0, "description": "Freshly made"})
            })
            .collect();
        std::fs::write(at("wanted.json"), json!({"products": products}).to_string()).unwrap();
        std::fs::write(at("notes.md"), "# Prices\n\nPrices are in dollars.\n").unwrap();
        std::fs::create_dir_all(at("data")).unwrap();
        if let Some(file) = self.database.url.strip_prefix("sqlite://") {
            std::os::unix::fs::symlink(file, at("data/adapter-forge.db")).unwrap();
        }
        std::fs::create_dir_all(at("bin")).unwrap();
        let binary = env!("CARGO_BIN_EXE_adapter-forge");
        std::os::unix::fs::symlink(binary, at("bin/adapter-forge")).unwrap();
        for (name, text) in [("bin/cargo", CARGO), ("bin/curl", CURL)] {
            std::fs::write(at(name), text).unwrap();
            let all = std::fs::Permissions::from_mode(0o755);
            std::fs::set_permissions(at(name), all).unwrap();
        }
    }

    /// A block with what its reader puts in: the server's address, a key, an account's address.
    pub(crate) fn filled_in(&self, text: &str) -> String {
        text.replace("http://localhost:8080", &self.server.base)
            .replace("afk_…", &self.server.key)
            .replace("https://api.my-till.example/v2", &self.vendor.base())
            .replace("PREFIX", &self.revocable)
    }

    /// Gives the commands to one shell, which stops at the first that fails.
    pub(crate) fn sits_through(&self, session: &str) {
        let folder = self.folder.path();
        let path = format!("{}:{}", folder.join("bin").display(), std::env::var("PATH").unwrap());
        let script =
            format!("set -euo pipefail\ntrap 'echo \"fails at line $at\" >&2' ERR\n{session}");
        let output = shell(&path, folder)
            .arg(&script)
            .env("FORGE_URL", &self.server.base)
            .env("FORGE_API_KEY", &self.server.key)
            .env("FORGE__DATABASE__URL", &self.database.url)
            .output()
            .unwrap();
        let (out, error) =
            (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        assert!(output.status.success(), "{out}\n{error}");
    }
}

fn shell(path: &str, folder: &Path) -> Command {
    let mut command = Command::new("bash");
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("FORGE_") {
            command.env_remove(name);
        }
    }
    command
        .arg("-c")
        .env("PATH", path)
        .env("HOME", folder)
        .current_dir(folder)
        .stdin(Stdio::null());
    command
}

/// The prefix of a key that is there to be revoked.
fn a_key(database: &TestDatabase) -> String {
    let output = binary()
        .args(["keys", "create", "--name", "gone", "--scope", "jobs:read"])
        .env("FORGE__DATABASE__URL", &database.url)
        .output()
        .unwrap();
    assert!(output.status.success());
    let key = String::from_utf8(output.stdout).unwrap();
    key.trim_start_matches("afk_").chars().take(8).collect()
}
