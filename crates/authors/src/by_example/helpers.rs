//! The small functions that stand beside `transform` in a script.

/// Parts of the script that stand beside `transform`, each only where it is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Helper {
    Check,
    Given,
    Compact,
    Filled,
    Sum,
    Word,
    Base64,
}

impl Helper {
    pub(super) const fn source(self) -> &'static str {
        match self {
            Self::Check => CHECK,
            Self::Given => GIVEN,
            Self::Compact => COMPACT,
            Self::Filled => FILLED,
            Self::Sum => SUM,
            Self::Word => WORD,
            Self::Base64 => BASE64,
        }
    }
}

const CHECK: &str = r#"// Throws, with its path, for a value that the request cannot do without.
function check(value, path, rest = path) {
  const missing = value === undefined || value === null || value === "";
  if (missing) throw new Error(`missing ${path.join(".")}`);
  if (rest.length === 0) return;
  const list = rest[0].endsWith("[]");
  const inner = value[list ? rest[0].slice(0, -2) : rest[0]];
  if (!list) return check(inner, path, rest.slice(1));
  if (rest.length > 1) (inner || []).forEach((element) => check(element, path, rest.slice(1)));
}
"#;
const GIVEN: &str = r#"// The converted value, or undefined where there is none.
function given(value, convert = (same) => same) {
  return value === undefined || value === null || value === "" ? undefined : convert(value);
}
"#;
const COMPACT: &str = r"// The object without undefined fields; undefined when none is left.
function compact(object) {
  const kept = Object.entries(object).filter(([, value]) => value !== undefined);
  return kept.length > 0 ? Object.fromEntries(kept) : undefined;
}
";
const FILLED: &str = r"// The list, or undefined when it is empty.
function filled(list) {
  return list.length > 0 ? list : undefined;
}
";
const SUM: &str = r"// The sum of a number of each element.
function sum(list, of) {
  return (list || []).reduce((total, element) => total + of(element), 0);
}
";
const WORD: &str = r"// The vendor's word for ours.
function word(table, ours, path) {
  const found = table.find(([key]) => key === ours);
  if (!found) throw new Error(`the vendor's word for ${path} ${JSON.stringify(ours)} is not known`);
  return found[1];
}
";
const BASE64: &str = r#"// The base64 form of a text's UTF-8 bytes.
function base64(text) {
  const digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  const bytes = encodeURIComponent(text).replace(/%(..)/g, (_, hex) => String.fromCharCode(parseInt(hex, 16)));
  let out = "";
  for (let i = 0; i < bytes.length; i += 3) {
    const [a, b, c] = [0, 1, 2].map((n) => bytes.charCodeAt(i + n));
    out += digits[a >> 2] + digits[((a & 3) << 4) | (b >> 4)];
    out += i + 1 < bytes.length ? digits[((b & 15) << 2) | (c >> 6)] : "=";
    out += i + 2 < bytes.length ? digits[c & 63] : "=";
  }
  return out;
}
"#;
