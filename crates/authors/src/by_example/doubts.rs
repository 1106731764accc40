//! What to do with a value that no expression explains: keep it, or ask.

use serde_json::Value;

use super::answers::Answer;
use super::expression::Expr;
use super::search::{CONSTANT_COST, Found, Leaf, Search, UNKNOWN_COST, field_name};
use super::space::Path;
use super::words::words;

impl Search<'_, '_> {
    pub(super) fn without_expression(&self, first: &Value) -> Found<Leaf> {
        if !self.is_constant() {
            return self.unknown("no expression of the input gives its values on every sample; where does it come from?", &[], false);
        }
        let text = first.as_str().unwrap_or_default();
        let key = self.field.last().map(|key| words(key)).unwrap_or_default();
        let credential_name = ["authorization", "token", "secret", "password", "cookie", "key"]
            .iter()
            .any(|name| key.iter().any(|word| word == name));
        let in_header = self.field.iter().any(|key| key == "headers");
        if self.world.has_secret(text) || (in_header && credential_name && !text.is_empty()) {
            return self.unknown(
                "it looks like a credential and is none of the connection's; give the sample's connection the apiKey, apiSecret or config value that it is made of, or name its source",
                &[], false,
            );
        }
        let is_answered = self.world.answer(&field_name(self.field)) == Some(&Answer::Constant);
        if !is_answered && self.world.is_listed(text) {
            return self.unknown(
                "it stands in a list of the payload, and no expression was found that reads it there; a script must not hold the values of one order. Where does it come from?",
                &[],
                true,
            );
        }
        if !is_answered && let Some((prompt, near)) = self.suspicion(first) {
            return self.unknown(prompt, &near.iter().collect::<Vec<_>>(), true);
        }
        self.constant(first)
    }

    /// Why a value can hardly be the same for every order, with what it may come from.
    pub(super) fn suspicion(&self, value: &Value) -> Option<(&'static str, Vec<Expr>)> {
        let payload =
            |path: &&Path| path.scope > 0 || path.keys.first().is_some_and(|key| key == "payload");
        let near = |path: &&Path| {
            self.space.rows.iter().filter_map(|row| row.get(path)).any(|other| {
                match (value, other) {
                    (Value::String(text), Value::String(other)) => {
                        let digits = text.chars().filter(char::is_ascii_digit).count();
                        digits >= 3
                            && text.len() >= 5
                            && strsim::normalized_levenshtein(text, other) > 0.7
                    }
                    (Value::Number(one), Value::Number(other)) => {
                        match (one.as_f64(), other.as_f64()) {
                            (Some(one), Some(other)) => {
                                one.fract() != 0.0
                                    && other != 0.0
                                    && ((one - other) / other).abs() < 0.03
                            }
                            _ => false,
                        }
                    }
                    _ => false,
                }
            })
        };
        let likely: Vec<Expr> = self
            .space
            .atoms
            .iter()
            .filter(payload)
            .filter(near)
            .take(4)
            .cloned()
            .map(Expr::Path)
            .collect();
        if !likely.is_empty() {
            return Some((
                "it is close to values of the payload but equal to none; is it one of them, or always the same?",
                likely,
            ));
        }
        let text = value.as_str()?;
        let digits = text.chars().filter(char::is_ascii_digit).count();
        let random = text.len() >= 16
            && digits >= 4
            && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_')
            && !self.world.documents.iter().any(|document| document.contains(text));
        let moment = chrono::DateTime::parse_from_rfc3339(text).is_ok();
        let ids = self.space.atoms.iter().filter(payload);
        let offered: Vec<Expr> = ids
            .filter(|path| {
                self.space.rows.iter().filter_map(|row| row.get(path)).all(Value::is_string)
            })
            .filter(|path| if moment { self.alike(path) > 0.0 } else { self.alike(path) >= 0.7 })
            .take(3)
            .cloned()
            .map(Expr::Path)
            .collect();
        (random || moment).then_some((
            "it looks made for one order and is nowhere in the input; where does it come from?",
            offered,
        ))
    }

    pub(super) fn unknown(&self, prompt: &str, sources: &[&Expr], constant: bool) -> Found<Leaf> {
        let point = self.point(prompt, sources, constant);
        Found { cost: UNKNOWN_COST, points: vec![point], ..self.constant(&Value::Null) }
    }

    pub(super) fn constant(&self, value: &Value) -> Found<Leaf> {
        let in_request = self.field.iter().any(|key| key == "headers" || key == "method");
        Found {
            what: Leaf {
                expr: Expr::Const(value.clone()),
                reason:
                    "a constant: the same in every sample, and nothing in the input explains it"
                        .to_owned(),
                confidence: if in_request { 0.8 } else { 0.5 },
                runner_up: String::new(),
            },
            cost: CONSTANT_COST,
            points: Vec::new(),
        }
    }
}
