//! Where an output field comes from: the lines of the script that write it, and what stands in the
//! samples where it is read from.

use std::sync::LazyLock;

use domain::{FieldSource, Sample};
use regex::Regex;
use serde_json::Value;

/// Values of one sample that are shown.
const VALUES_MAX: usize = 3;
/// Characters of one.
const VALUE_MAX: usize = 160;
/// Samples whose values are shown.
const SAMPLES_MAX: usize = 4;

/// A path in an expression: `dishes[].price`, `item.cost`.
#[expect(clippy::expect_used, reason = "a pattern of our own; the tests use it")]
static PATH: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"[A-Za-z_$][\w$]*(?:\[\d*\])*(?:\??\.[A-Za-z_$][\w$]*(?:\[\d*\])*)*")
        .expect("the pattern is well formed")
});

/// What was read in a sample.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Found {
    pub(crate) sample: String,
    pub(crate) path: String,
    pub(crate) values: Vec<String>,
}

/// The origin of one output field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Origin {
    pub(crate) field: String,
    pub(crate) source: String,
    pub(crate) reason: String,
    pub(crate) percent: u32,
    pub(crate) runner_up: String,
    /// The lines that write the field.
    pub(crate) lines: Vec<usize>,
    /// Where in the samples it is read from.
    pub(crate) found: Vec<Found>,
}

impl Origin {
    /// How sure the author is, in one word.
    pub(crate) const fn certainty(&self) -> &'static str {
        match self.percent {
            80.. => "sure",
            50.. => "likely",
            _ => "unsure",
        }
    }

    /// The numbers of the lines, for the page's script.
    pub(crate) fn line_list(&self) -> String {
        let numbers: Vec<String> = self.lines.iter().map(usize::to_string).collect();
        numbers.join(" ")
    }

    /// The paths in the samples, for the page's script.
    pub(crate) fn path_list(&self) -> String {
        let mut paths: Vec<&str> = self.found.iter().map(|found| found.path.as_str()).collect();
        paths.dedup();
        paths.join(" ")
    }
}

/// The origins of all fields of a script.
pub(crate) fn origins(source: &str, fields: &[FieldSource], samples: &[Sample]) -> Vec<Origin> {
    let lines: Vec<&str> = source.lines().collect();
    fields
        .iter()
        .map(|field| {
            let percent = (field.confidence.clamp(0.0, 1.0) * 100.0).round();
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "it is a whole number from 0 to 100"
            )]
            let percent = percent as u32;
            Origin {
                field: field.field.clone(),
                source: field.source.clone(),
                reason: field.reason.clone(),
                percent,
                runner_up: field.runner_up.clone(),
                lines: lines_of(&lines, field),
                found: found_in(samples, &field.source),
            }
        })
        .collect()
}

/// The lines that most likely write a field: those that name its last part as a key, and of these the
/// ones that name its source best, on the line itself or in the comment above.
fn lines_of(lines: &[&str], field: &FieldSource) -> Vec<usize> {
    let leaf = last_part(&field.field);
    if leaf.is_empty() {
        return Vec::new();
    }
    let paths: Vec<&str> = PATH.find_iter(&field.source).map(|found| found.as_str()).collect();
    let mut best = 0;
    let mut found = Vec::new();
    for (index, line) in lines.iter().enumerate() {
        if !writes(line, leaf) {
            continue;
        }
        let above = index.checked_sub(1).and_then(|above| lines.get(above)).copied();
        let above = above.filter(|line| line.trim_start().starts_with("//")).unwrap_or_default();
        let names = |word: &str| has_word(line, word) || has_word(above, word);
        let score = if paths.iter().any(|path| names(path)) {
            3
        } else if paths.iter().any(|path| has_word(line, last_part(path))) {
            2
        } else {
            1
        };
        if score > best {
            best = score;
            found.clear();
        }
        if score == best {
            if !above.is_empty() {
                found.push(index);
            }
            found.push(index + 1);
        }
    }
    found
}

/// `price` of `products[].price`.
fn last_part(path: &str) -> &str {
    let end = path.rsplit('.').next().unwrap_or_default().trim_start_matches('?');
    end.split('[').next().unwrap_or_default()
}

/// Whether a line gives a value to a key: `price: …`, `"price": …`, `.price = …`.
fn writes(line: &str, key: &str) -> bool {
    line.match_indices(key).any(|(place, _)| {
        let (before, after) = (line.get(..place), line.get(place + key.len()..));
        let (Some(before), Some(after)) = (before, after) else { return false };
        let is_part = |c: char| c.is_alphanumeric() || c == '_' || c == '$';
        let after = after.strip_prefix(['"', '\'']).unwrap_or(after).trim_start();
        let ends = after.starts_with(':')
            || after.strip_prefix(']').unwrap_or(after).trim_start().starts_with('=')
                && !after.starts_with("==")
            || after.starts_with([',', '}']) && !before.contains('(');
        !before.ends_with(is_part) && ends && !line.trim_start().starts_with("//")
    })
}

fn has_word(text: &str, word: &str) -> bool {
    let is_part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '$' | '[');
    !word.is_empty()
        && text.match_indices(word).any(|(place, _)| {
            let before = text.get(..place).unwrap_or_default();
            let after = text.get(place + word.len()..).unwrap_or_default();
            !before.ends_with(|c: char| is_part(c) || c == '.') && !after.starts_with(is_part)
                || before.ends_with('.') && !after.starts_with(is_part)
        })
}

fn found_in(samples: &[Sample], source: &str) -> Vec<Found> {
    let paths: Vec<String> = PATH.find_iter(source).map(|found| relative(found.as_str())).collect();
    let mut found = Vec::new();
    for sample in samples.iter().take(SAMPLES_MAX) {
        let roots = sample.payload.iter().chain(sample.http.iter().map(|exchange| &exchange.body));
        for root in roots {
            for path in &paths {
                let mut values = Vec::new();
                resolve(root, path, &mut values);
                if values.is_empty() {
                    continue;
                }
                let name = sample.name.to_string();
                found.push(Found { sample: name, path: path.clone(), values });
            }
        }
    }
    found
}

/// A path from the payload on.
fn relative(path: &str) -> String {
    let plain = path.replace("?.", ".");
    let from_payload = ["input.payload.", "payload."]
        .iter()
        .find_map(|root| plain.strip_prefix(root))
        .unwrap_or(&plain);
    from_payload.to_owned()
}

fn resolve(value: &Value, path: &str, values: &mut Vec<String>) {
    if values.len() >= VALUES_MAX {
        return;
    }
    let path = path.trim_start_matches('.');
    if path.is_empty() {
        values.push(domain::bounded(&value.to_string(), VALUE_MAX));
        return;
    }
    if let Some(rest) = path.strip_prefix('[') {
        let Some((place, rest)) = rest.split_once(']') else { return };
        match place.parse::<usize>() {
            Ok(place) => {
                if let Some(entry) = value.get(place) {
                    resolve(entry, rest, values);
                }
            }
            Err(_) => {
                for entry in value.as_array().into_iter().flatten() {
                    resolve(entry, rest, values);
                }
            }
        }
        return;
    }
    let end = path.find(['.', '[']).unwrap_or(path.len());
    if let (Some(key), Some(rest)) = (path.get(..end), path.get(end..))
        && let Some(inner) = value.get(key)
    {
        resolve(inner, rest, values);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const SCRIPT: &str = "\
function transform(input, context) {
  for (const item of input.payload.dishes) {
    products.push(compact({
      // dishes[].title
      name: requiredText(item.title, \"dishes[].title\"),
      // dishes[].price, in major units
      price: amount(item.price, \"dishes[].price\"),
    }));
  }
  function option(option) {
    return {
      // dishes[].extras[].price
      price: option.price == null ? 0 : amount(option.price, \"dishes[].extras[].price\"),
    };
  }
  out.total = input.payload.sum;
}";

    fn source(field: &str, source: &str) -> FieldSource {
        FieldSource {
            field: field.to_owned(),
            source: source.to_owned(),
            reason: String::new(),
            confidence: 0.876,
            runner_up: String::new(),
        }
    }

    fn sample() -> Sample {
        serde_json::from_value(json!({"name": "menu.json", "payload": {
            "dishes": [{"price": 4.5, "extras": [{"price": 1}]}, {"price": "<b>"}], "sum": 9}}))
        .unwrap()
    }

    fn origin(field: &str, from: &str) -> Origin {
        origins(SCRIPT, &[source(field, from)], &[sample()]).remove(0)
    }

    #[test]
    fn the_line_that_names_the_source_is_the_one_and_its_comment_belongs_to_it() {
        assert_eq!(origin("products[].price", "dishes[].price").lines, [6, 7]);
        assert_eq!(origin("products[].options[].price", "dishes[].extras[].price").lines, [12, 13]);
        assert_eq!(origin("total", "payload.sum").lines, [16]);
        assert_eq!(origin("nowhere", "x").lines, [0; 0]);
    }

    #[test]
    fn values_of_the_samples_are_found_by_the_paths_of_an_expression() {
        let found = &origin("products[].price", "payload.dishes[].price / 100").found;
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].path, "dishes[].price");
        assert_eq!(found[0].values, ["4.5", "\"<b>\""]);
        assert_eq!(origin("total", "input.payload.sum").found[0].values, ["9"]);
    }

    #[test]
    fn certainty_is_a_number_and_a_word() {
        let origin = origin("total", "sum");
        assert_eq!((origin.percent, origin.certainty()), (88, "sure"));
    }
}
