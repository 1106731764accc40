//! Servers whose authors are stand-ins, and what a model says.

use std::fmt::Write as _;
use std::fs::File;
use std::ops::Deref;
use std::path::PathBuf;

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::model::{KEY, Model, Wire};
use crate::support::{Server, TestDatabase, plain_request};

/// The variable from which servers take the key.
const KEY_VARIABLE: &str = "STAND_IN_KEY";
/// What names it in the table of an author.
pub(crate) const KEY_LINE: &str = "key_env = \"STAND_IN_KEY\"";

const SCRIPT: &str = "/**
 * @provider my-till
 * @topic sync_products
 * @version 1.0.0
 */
function transform(input, context) {
  const items = (input.payload && input.payload.items) || [];
  return {
    products: items.map((item) => ({
      itemCode: String(item.id),
      name: item.name,
      description: item.description || undefined,
      price: item.FIELD,
    })),
  };
}
";

/// A configuration that grows author by author.
pub(crate) struct Setup {
    authors: String,
    chain: Vec<String>,
    more: String,
    pub(crate) database: TestDatabase,
    folder: TempDir,
}

impl Setup {
    pub(crate) fn new() -> Self {
        Self {
            authors: String::new(),
            chain: Vec::new(),
            more: String::new(),
            database: TestDatabase::sqlite(),
            folder: tempfile::tempdir().unwrap(),
        }
    }

    /// One author named `model`, and no other in the chain.
    pub(crate) fn only(model: &Model) -> Self {
        Self::new().model("model", model, "")
    }

    /// One more author at the end of the chain. `more` are further lines of its table.
    pub(crate) fn model(self, name: &str, model: &Model, more: &str) -> Self {
        self.at(name, model.wire, &model.base, more)
    }

    pub(crate) fn at(self, name: &str, wire: Wire, base: &str, more: &str) -> Self {
        self.at_model(name, wire, wire.model(), base, more)
    }

    pub(crate) fn at_model(
        mut self,
        name: &str,
        wire: Wire,
        id: &str,
        base: &str,
        more: &str,
    ) -> Self {
        let kind = wire.kind();
        let key = if wire.needs_key() { KEY_LINE } else { "" };
        write!(
            self.authors,
            "[authors.{name}]\nkind = \"{kind}\"\nmodel = \"{id}\"\nbase_url = \"{base}\"\n\
             {key}\nretry_milliseconds = 1\n{more}\n"
        )
        .unwrap();
        self.chain.push(name.to_owned());
        self
    }

    /// The same database and folder, where the one author named `model` is another.
    pub(crate) fn moved_to(self, model: &Model) -> Self {
        Self { authors: String::new(), chain: Vec::new(), ..self }.model("model", model, "")
    }

    /// The synthesizer at the end of the chain.
    pub(crate) fn then_synth(mut self) -> Self {
        self.chain.push("synth".to_owned());
        self
    }

    /// Further lines of the configuration.
    pub(crate) fn with(mut self, more: &str) -> Self {
        self.more.push_str(more);
        self
    }

    pub(crate) fn log(&self) -> PathBuf {
        self.folder.path().join("stderr")
    }

    /// A server that keeps its database and its configuration for as long as it lives.
    pub(crate) fn server(self) -> Standing {
        Standing { server: self.server_with(None, &[]), _setup: self }
    }

    /// `key` is one of the database, for a server that is not its first.
    pub(crate) fn server_with(&self, key: Option<&str>, settings: &[(&str, &str)]) -> Server {
        let path = self.folder.path().join("forge.toml");
        let text = format!("[authors]\nchain = {:?}\n{}{}", self.chain, self.authors, self.more);
        std::fs::write(&path, text).unwrap();
        let mut all = vec![("FORGE_CONFIG", path.to_str().unwrap()), (KEY_VARIABLE, KEY)];
        all.extend(settings);
        let log = File::options().create(true).append(true).open(self.log()).unwrap();
        Server::start_logging(&self.database, key, &all, log.into())
    }
}

/// A server with what it stands on.
pub(crate) struct Standing {
    // Dropped first: it ends before its files go.
    server: Server,
    _setup: Setup,
}

impl Deref for Standing {
    type Target = Server;

    fn deref(&self) -> &Server {
        &self.server
    }
}

/// A catalogue of which the synthesizer makes a script by itself, too.
pub(crate) fn request() -> Value {
    plain_request("my-till", 3)
}

pub(crate) fn script(source: &str) -> Value {
    let provenance = json!([{
        "field": "products[].price", "source": "payload.items[].price",
        "reason": "the only price", "confidence": 0.9, "runnerUp": ""
    }]);
    json!({"kind": "script", "source": source, "provenance": provenance, "question": "", "points": []})
}

/// A script that passes.
pub(crate) fn right() -> Value {
    script(&reading("price"))
}

/// A script that does not.
pub(crate) fn wrong() -> Value {
    script(&reading("cost"))
}

fn reading(field: &str) -> String {
    SCRIPT.replace("FIELD", field)
}

pub(crate) fn question() -> Value {
    let points = json!([{
        "field": "products[].price", "prompt": "Which price is sold at?",
        "choices": ["the net price", "the gross price"]
    }]);
    json!({
        "kind": "question", "source": "", "provenance": [],
        "question": "Two prices could be meant.", "points": points
    })
}

/// The job's log as one text.
pub(crate) fn log(job: &Value) -> String {
    let lines = job["logs"].as_array().unwrap().iter();
    lines.map(|line| line["message"].as_str().unwrap()).collect::<Vec<_>>().join("\n")
}
