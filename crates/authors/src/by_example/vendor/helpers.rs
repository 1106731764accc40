//! The small functions that a script learnt from a vendor's samples carries.

use std::collections::BTreeSet;

/// One helper; the order is that in the script.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Helper {
    List,
    Entries,
    Wanted,
    Required,
    Given,
    Text,
    Number,
    Numbers,
    Amount,
    Comma,
    Flag,
    IsSet,
    Word,
    Moment,
    Time,
    Compact,
    Filled,
    IndexBy,
    GroupBy,
    LookUp,
}

impl Helper {
    const fn needs(self) -> &'static [Self] {
        match self {
            Self::Required | Self::Text | Self::Flag | Self::Word | Self::Moment | Self::Time => {
                &[Self::Given]
            }
            Self::Number => &[Self::Given],
            Self::Amount | Self::Comma | Self::Numbers => &[Self::Number],
            Self::Entries
            | Self::Wanted
            | Self::List
            | Self::Given
            | Self::IsSet
            | Self::Compact
            | Self::Filled
            | Self::IndexBy
            | Self::GroupBy
            | Self::LookUp => &[],
        }
    }

    const fn source(self) -> &'static str {
        match self {
            Self::List => LIST,
            Self::Entries => ENTRIES,
            Self::Wanted => WANTED,
            Self::Required => REQUIRED,
            Self::Given => GIVEN,
            Self::Text => TEXT,
            Self::Number => NUMBER,
            Self::Numbers => NUMBERS,
            Self::Amount => AMOUNT,
            Self::Comma => COMMA,
            Self::Flag => FLAG,
            Self::IsSet => IS_SET,
            Self::Word => WORD,
            Self::Moment => MOMENT,
            Self::Time => TIME,
            Self::Compact => COMPACT,
            Self::Filled => FILLED,
            Self::IndexBy => INDEX_BY,
            Self::GroupBy => GROUP_BY,
            Self::LookUp => LOOK_UP,
        }
    }
}

/// The sources of the helpers and of those that they call.
pub(super) fn sources(used: &BTreeSet<Helper>) -> String {
    let mut all = used.clone();
    let mut open: Vec<Helper> = used.iter().copied().collect();
    while let Some(helper) = open.pop() {
        open.extend(helper.needs().iter().filter(|needed| all.insert(**needed)));
    }
    all.iter().flat_map(|helper| ["\n", helper.source(), "\n"]).collect()
}

const LIST: &str = r"/** The elements of a list; none where there is no list. */
function list(value, place) {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw new Error(`${place} is no list: ${JSON.stringify(value)}`);
  return value.filter((element) => element !== undefined && element !== null);
}";
const ENTRIES: &str = r#"/** The entries of an object whose keys are data; none where there is no object. */
function entries(value, place) {
  if (value === undefined || value === null) return [];
  if (typeof value !== "object") throw new Error(`${place} is no object: ${JSON.stringify(value)}`);
  return Object.entries(value).map(([key, inner]) => ({ key, value: inner }));
}"#;
const WANTED: &str = r"/** The records that pass the test; the log says how many do not. */
function wanted(records, test, place, context) {
  const found = records.filter(test);
  if (found.length < records.length) context.log(`left out ${records.length - found.length} of ${records.length} at ${place}`);
  return found;
}";
const REQUIRED: &str = r"/** A value that must be there. */
function required(value, place) {
  const found = given(value);
  if (found === undefined) throw new Error(`missing ${place}`);
  return found;
}";
const GIVEN: &str = r#"/** The converted value, or undefined where there is none. */
function given(value, convert = (same) => same) {
  const missing = value === undefined || value === null || (typeof value === "string" && value.trim() === "");
  return missing ? undefined : convert(value);
}"#;
const TEXT: &str = r#"/** A text, or a number as one. */
function text(value, place) {
  return given(value, (found) => {
    if (typeof found !== "string" && typeof found !== "number") throw new Error(`${place} is no text: ${JSON.stringify(found)}`);
    return String(found);
  });
}"#;
const NUMBER: &str = r#"/** A number, or a text that is one. */
function number(value, place) {
  return given(value, (found) => {
    const plain = typeof found === "string" ? Number(found) : found;
    if (typeof plain !== "number" || !Number.isFinite(plain)) throw new Error(`${place} is no number: ${JSON.stringify(found)}`);
    return plain;
  });
}"#;
const NUMBERS: &str = r"/** The numbers that a list's elements hold. */
function numbers(elements, of, place) {
  return elements.map((element) => number(of(element), place)).filter((found) => found !== undefined);
}";
const AMOUNT: &str = r#"/** The amount in a text such as "8.50 EUR" or "$8.50". */
function amount(value, place) {
  return number(typeof value === "string" ? value.replace(/^[A-Za-z\s$€£¥₹]+|[A-Za-z\s$€£¥₹]+$/g, "") : value, place);
}"#;
const COMMA: &str = r#"/** The number in a text with a comma before its decimals, such as "1.008,50". */
function decimalComma(value, place) {
  const plain = (text) => text.replace(/^[A-Za-z\s$€£¥₹]+|[A-Za-z\s$€£¥₹]+$/g, "").replace(/\./g, "").replace(",", ".");
  return number(typeof value === "string" ? plain(value) : value, place);
}"#;
const FLAG: &str = r#"/** Yes or no, however it is written. */
function flag(value, place) {
  return given(value, (found) => {
    const plain = String(found).toLowerCase();
    if (["true", "1", "yes", "y"].includes(plain)) return true;
    if (["false", "0", "no", "n"].includes(plain)) return false;
    throw new Error(`${place} is neither yes nor no: ${JSON.stringify(found)}`);
  });
}"#;
const IS_SET: &str = r#"/** Whether a mark such as a deletion time or flag is set. */
function isSet(value) {
  return ![undefined, null, false, 0, "", "0", "false"].includes(value);
}"#;
const WORD: &str = r"/** Our word for the vendor's. */
function word(table, theirs, place) {
  return given(theirs, (found) => {
    const pair = table.find(([key]) => key === found);
    if (!pair) throw new Error(`the meaning of ${place} ${JSON.stringify(found)} is not known`);
    return pair[1];
  });
}";
const MOMENT: &str = r"/** A moment in RFC 3339. */
function moment(value, place) {
  return given(value, (found) => {
    const date = new Date(found);
    if (Number.isNaN(date.getTime())) throw new Error(`${place} is no time: ${JSON.stringify(found)}`);
    return date.toISOString();
  });
}";
const TIME: &str = r#"/** HH:mm from text such as 07:30:00, 7:30 PM or 0730. */
function time(value, place) {
  return given(value, (given) => {
    const found = /^(?:\d{4}-\d{2}-\d{2}[T ])?(\d{1,2}):?(\d{2})(?::\d{2}(?:\.\d+)?)?\s*([AaPp][Mm])?/.exec(String(given));
    if (found === null) throw new Error(`${place} is no time: ${JSON.stringify(given)}`);
    const half = (found[3] ?? "").toLowerCase();
    const hour = half === "" ? Number(found[1]) : (Number(found[1]) % 12) + (half === "pm" ? 12 : 0);
    return `${String(hour).padStart(2, "0")}:${found[2]}`;
  });
}"#;
const COMPACT: &str = r"/** The record without fields that have no value; undefined when none is left. */
function compact(record) {
  const kept = Object.entries(record).filter(([, value]) => value !== undefined);
  return kept.length > 0 ? Object.fromEntries(kept) : undefined;
}";
const FILLED: &str = r"/** The list without what has no value; undefined when it is empty. */
function filled(elements) {
  const kept = elements.filter((element) => element !== undefined);
  return kept.length > 0 ? kept : undefined;
}";
const INDEX_BY: &str = r"/** The records by the text of their id. */
function indexBy(records, id) {
  return new Map(records.map((record) => [String(id(record)), record]));
}";
const GROUP_BY: &str = r"/** For each id the entries that name it, in their order. */
function groupBy(records, ids) {
  const groups = new Map();
  for (const record of records) {
    for (const id of [ids(record)].flat()) {
      if (!groups.has(String(id))) groups.set(String(id), []);
      groups.get(String(id)).push(record);
    }
  }
  return groups;
}";
const LOOK_UP: &str = r"/** The record with this id, as a list; one that is not there is left out and logged. */
function lookUp(index, id, place, context) {
  if (id === undefined || id === null) return [];
  if (index.has(String(id))) return [index.get(String(id))];
  context.log(`left out ${place} ${id}: it is referred to and not in the payload`);
  return [];
}";
