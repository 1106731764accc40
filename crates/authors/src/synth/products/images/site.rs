//! The site of pictures whose addresses lack it: one that documents or a person name, or that stands in
//! the payload.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use regex::Regex;
use serde_json::Value;

use crate::js;
use crate::pattern::pattern;
use crate::synth::documents::{Documents, Statement, term_names};
use crate::synth::emit::{Helper, Script};
use crate::synth::matching::Decisions;
use crate::synth::path::{Path, Step};
use crate::synth::scope::Field;
use crate::synth::vocabulary::vocabulary;

const PREFIX: &str = "products[].imageUrl (prefix)";
/// How deep in the payload a site is looked for.
const MAX_DEPTH: usize = 4;

/// That a picture is given by something else than its address.
static DENIED: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"\bnot (?:an|its|the) (?:address|url|link)\b"));
static SITE: LazyLock<Regex> = LazyLock::new(|| pattern(r#"https?://[^\s`"'<>()|\]]+"#));

/// Where an address begins.
#[derive(Debug)]
pub(crate) enum Site {
    /// With this text.
    Text(String),
    /// With what the payload says, and what stands between.
    Read { path: Path, joint: Joint },
}

/// How a site and a path come together.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Joint {
    /// As they are.
    Plain,
    /// With a slash.
    Slash,
    /// Without the site's own slash.
    Trimmed,
}

/// Whether documents say that a field holds no address, such as a mere file name.
pub(super) fn is_denied(field: &Field<'_>, documents: &Documents) -> bool {
    documents.about(&field.path).any(|own| DENIED.is_match(&own.said_of(&field.path)))
}

/// That pictures have none at all: they are fetched by number, there is no address.
static NOWHERE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"^[^.;`]*\b(?:images?|pictures?|photos?)\b[^.;`]*\b(?:(?:no|without(?: an?| any)?)(?: public)? (?:address(?:es)?|urls?|links?)|not by (?:address|url|link))\b",
    )
});

/// Whether documents say so of all pictures.
pub(super) fn are_nowhere(documents: &Documents) -> bool {
    documents.say(&NOWHERE).is_some()
}

/// Whether some address of the field lacks its site.
pub(super) fn is_relative(field: &Field<'_>) -> bool {
    field.filled().any(|value| value.as_str().is_some_and(|text| !text.starts_with("http")))
}

/// Whether an address has its site.
pub(super) fn is_whole(value: &Value) -> bool {
    value.as_str().is_some_and(|text| text.starts_with("http"))
}

/// Whether a sentence says with what addresses begin.
fn leads(statement: &Statement) -> bool {
    const LEADS: [&str; 11] = [
        "prefix",
        "relative to",
        "prepend",
        "below",
        "served from",
        "hosted",
        "under",
        "start with",
        "starts with",
        "base",
        "followed by",
    ];
    LEADS.iter().any(|lead| statement.lower.contains(lead))
}

/// The only address in the payload that a sentence about the field names: `file` lies below the
/// menu's `site`.
fn in_payload(
    field: &Field<'_>,
    rooted: bool,
    payloads: &[&Value],
    decisions: &Decisions<'_>,
) -> Option<Site> {
    let first = payloads.first()?;
    let mut all = Vec::new();
    addresses(first, &Path::default(), &mut all);
    let mut told: Vec<Path> = all
        .into_iter()
        .filter(|path| {
            decisions.documents.about(&field.path).any(|statement| {
                leads(statement) && statement.terms.iter().any(|term| term_names(term, path))
            })
        })
        .collect();
    let path = told.pop().filter(|_| told.is_empty())?;
    let sites: Vec<&str> =
        payloads.iter().filter_map(|own| path.of(own).and_then(Value::as_str)).collect();
    let ends = |with: bool| sites.iter().all(|site| site.ends_with('/') == with);
    let joint = match (ends(true), ends(false), rooted) {
        (true, _, false) | (_, true, true) => Joint::Plain,
        (_, true, false) => Joint::Slash,
        (true, _, true) => Joint::Trimmed,
        (false, false, _) => return None,
    };
    (sites.len() == payloads.len()).then_some(Site::Read { path, joint })
}

/// The addresses of sites that stand in no list.
fn addresses(value: &Value, path: &Path, found: &mut Vec<Path>) {
    if value.as_str().is_some_and(|text| SITE.is_match(text)) {
        found.push(path.clone());
    }
    for (key, inner) in value.as_object().into_iter().flatten() {
        if path.len() < MAX_DEPTH {
            addresses(inner, &path.then(Step::Key(key.clone())), found);
        }
    }
}

/// The site that documents or a person name.
pub(super) fn find(
    field: &Field<'_>,
    payloads: &[&Value],
    decisions: &mut Decisions<'_>,
) -> Option<Site> {
    let rooted = field.all(|value| {
        value.as_str().is_some_and(|text| text.starts_with('/') || text.starts_with("http"))
    });
    if let Some(read) = in_payload(field, rooted, payloads, decisions) {
        return Some(read);
    }
    let documented = decisions
        .documents
        .about(&field.path)
        .chain(&decisions.documents.statements)
        .filter(|statement| {
            leads(statement) || statement.names(&field.path) && statement.lower.contains("before")
        })
        .flat_map(|statement| &statement.terms)
        .find(|term| term.starts_with("https://") || term.starts_with("http://"));
    let documented = documented.cloned().or_else(|| only_site(field, decisions));
    let answered = || {
        let answer = decisions.answers.of(PREFIX)?;
        answer.text().split_whitespace().find(|word| word.starts_with("http")).map(str::to_owned)
    };
    let Some(site) = documented.or_else(answered) else {
        decisions.ask(PREFIX, &format!("{} has no site ({}). With which address does it begin, such as https://example.com?", field.place(), field.examples()), &[]);
        return None;
    };
    Some(Site::Text(match (site.ends_with('/'), rooted) {
        (true, true) => site.trim_end_matches('/').to_owned(),
        (false, false) => format!("{site}/"),
        (true, false) | (false, true) => site,
    }))
}

/// The only address that documents give in what they say of the field or of pictures at large.
fn only_site(field: &Field<'_>, decisions: &Decisions<'_>) -> Option<String> {
    let mut sites = BTreeSet::new();
    for statement in &decisions.documents.statements {
        let is_about = statement.names(&field.path) || vocabulary().names_picture(&statement.words);
        for found in SITE.find_iter(&statement.text).filter(|_| is_about) {
            sites.insert(found.as_str().trim_end_matches(['.', ',', ':']).to_owned());
        }
    }
    let mut sites = sites.into_iter();
    let only = sites.next().filter(|_| sites.next().is_none())?;
    // A page about pictures or one of them is no site.
    let path = only.split_once("://").map(|(_, rest)| rest).unwrap_or_default();
    let is_page = path.starts_with("doc") || path.starts_with("developer") || path.contains('?');
    let is_file =
        path.rsplit('/').next().is_some_and(|last| path.contains('/') && last.contains('.'));
    (!is_page && !is_file).then_some(only)
}

impl Site {
    /// The expression for the whole address of one that may lack its site.
    pub(super) fn js(&self, address: &str, script: &mut Script) -> String {
        script.uses(Helper::Prefixed);
        match self {
            Self::Text(site) => format!("prefixed({address}, {})", js::text(site)),
            Self::Read { path, joint } => {
                script.uses(Helper::RequiredText);
                let place = js::text(&path.to_string());
                let read = format!("requiredText({}, {place})", path.js("payload"));
                let site = match joint {
                    Joint::Plain => read,
                    Joint::Slash => format!("{read} + \"/\""),
                    Joint::Trimmed => format!("{read}.replace(/\\/$/, \"\")"),
                };
                format!("{address} === undefined ? undefined : prefixed({address}, {site})")
            }
        }
    }
}
