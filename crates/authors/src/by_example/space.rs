//! Where values can be read: scopes, paths into them, and the rows of samples to try them on.

use serde_json::Value;

const MAX_DEPTH: usize = 6;
const MAX_ATOMS: usize = 300;
/// Enough rows to tell expressions apart; the engine tests every record anyway.
pub(super) const MAX_ROWS: usize = 100;

/// Fields that identify the vendor to us and mean nothing to the vendor.
const OUR_OWN: &str = "providerSlug";

/// A value inside one scope: scope 0 is `input`, each list that is walked opens the next.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Path {
    pub(super) scope: usize,
    pub(super) keys: Vec<String>,
}

/// One scope: how the script names it and where it stands in the input.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Scope {
    /// The variable in the script, such as `item`.
    pub(super) variable: String,
    /// The place in the input, such as `payload.items[]`; empty for the input itself.
    pub(super) place: Vec<String>,
}

/// One set of values, an element of each scope.
#[derive(Debug, Clone)]
pub(super) struct Row<'a> {
    pub(super) elements: Vec<&'a Value>,
}

impl<'a> Row<'a> {
    /// The value at a path; none when it is missing, null or an empty text, which all mean "no data".
    pub(super) fn get(&self, path: &Path) -> Option<&'a Value> {
        let start = *self.elements.get(path.scope)?;
        let found = path.keys.iter().try_fold(start, |value, key| value.get(key))?;
        match found {
            Value::Null => None,
            Value::String(text) if text.is_empty() => None,
            _ => Some(found),
        }
    }

    /// The list at a path, empty when there is none.
    pub(super) fn list(&self, path: &Path) -> &'a [Value] {
        self.get(path).and_then(Value::as_array).map_or(&[], Vec::as_slice)
    }

    pub(super) fn enter(&self, element: &'a Value) -> Self {
        let mut elements = self.elements.clone();
        elements.push(element);
        Self { elements }
    }
}

/// All that an expression may read at one place of the output.
#[derive(Debug, Clone)]
pub(super) struct Space<'a> {
    pub(super) scopes: Vec<Scope>,
    pub(super) rows: Vec<Row<'a>>,
    /// Paths to texts, numbers and booleans.
    pub(super) atoms: Vec<Path>,
    /// Paths to lists.
    pub(super) lists: Vec<Path>,
}

impl<'a> Space<'a> {
    pub(super) fn new(scopes: Vec<Scope>, rows: Vec<Row<'a>>) -> Self {
        let mut space = Self { scopes, rows, atoms: Vec::new(), lists: Vec::new() };
        for scope in 0..space.scopes.len() {
            for index in 0..space.rows.len() {
                if let Some(element) =
                    space.rows.get(index).and_then(|row| row.elements.get(scope).copied())
                {
                    space.collect(&mut Path { scope, keys: Vec::new() }, element);
                }
            }
        }
        space
    }

    fn collect(&mut self, path: &mut Path, value: &Value) {
        match value {
            Value::Object(fields) if path.keys.len() < MAX_DEPTH => {
                for (key, inner) in fields {
                    if path.scope == 0 && path.keys.is_empty() && key == OUR_OWN {
                        continue;
                    }
                    path.keys.push(key.clone());
                    self.collect(path, inner);
                    path.keys.pop();
                }
            }
            Value::Array(_) => push_new(&mut self.lists, path),
            Value::String(_) | Value::Number(_) | Value::Bool(_) => {
                if self.atoms.len() < MAX_ATOMS {
                    push_new(&mut self.atoms, path);
                }
            }
            Value::Object(_) | Value::Null => {}
        }
    }

    /// The same scopes with some of the rows.
    pub(super) fn with_rows(&self, rows: Vec<Row<'a>>) -> Self {
        Self { rows, ..self.clone() }
    }

    /// The innermost scope.
    pub(super) fn innermost(&self) -> usize {
        self.scopes.len().saturating_sub(1)
    }

    /// The path from the input on, one key or `[]`-marked key a step.
    pub(super) fn place(&self, path: &Path) -> Vec<String> {
        let mut place =
            self.scopes.get(path.scope).map(|scope| scope.place.clone()).unwrap_or_default();
        place.extend(path.keys.iter().cloned());
        place
    }

    /// The place of a list's elements.
    pub(super) fn element_place(&self, list: &Path) -> Vec<String> {
        let mut place = self.place(list);
        if let Some(last) = place.last_mut() {
            last.push_str("[]");
        }
        place
    }
}

fn push_new(paths: &mut Vec<Path>, path: &Path) {
    if !paths.contains(path) {
        paths.push(path.clone());
    }
}
