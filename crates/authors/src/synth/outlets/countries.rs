//! Countries that vendors write out and whose codes documents give: "Chile" (CL).

use std::collections::BTreeMap;
use std::sync::LazyLock;

use regex::Regex;
use serde_json::Value;

use crate::js;
use crate::pattern::pattern;
use crate::synth::documents::Documents;
use crate::synth::emit::{Helper, Script};
use crate::synth::scope::Field;

static NAMED: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r#"["“]([^"”`\n]{3,60})["”]\s*(?:\(|=|is|:|for)\s*["“`]?([A-Z]{2})\b"#)
});

/// The code of each country, where documents that name the field give those of all that the samples
/// have.
pub(super) fn told(field: &Field<'_>, documents: &Documents) -> Option<BTreeMap<String, String>> {
    let mut codes = BTreeMap::new();
    for statement in documents.about(&field.path) {
        for found in NAMED.captures_iter(&statement.text) {
            if let (Some(name), Some(code)) = (found.get(1), found.get(2)) {
                codes.insert(name.as_str().to_owned(), code.as_str().to_owned());
            }
        }
    }
    let is_known = |value: &Value| value.as_str().is_some_and(|name| codes.contains_key(name));
    (!codes.is_empty() && field.all(is_known)).then_some(codes)
}

/// Writes the code; a country that is not known stops the run.
pub(super) fn write(
    field: &Field<'_>,
    codes: &BTreeMap<String, String>,
    key: &str,
    script: &mut Script,
) {
    script.uses(Helper::Meant);
    script.comment(&format!("{}, by its name", field.place()));
    let pairs: Vec<String> = codes
        .iter()
        .map(|(name, code)| format!("[{}, {}]", js::text(name), js::text(code)))
        .collect();
    let (read, place) = (field.js(), js::text(&field.place()));
    script.line(format!("{key}: meant(new Map([{}]), {read}, {place}),", pairs.join(", ")));
}
