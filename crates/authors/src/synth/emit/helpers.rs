//! The small functions that a script carries when it uses them.

use super::moments;
use crate::js;
use crate::synth::vocabulary::vocabulary;

/// One helper. The order is that in the script.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Helper {
    /// `latestOf(entries, time)`.
    LatestOf,
    /// `list(value)`: the records of a list.
    List,
    /// `requiredList(value, place)`.
    RequiredList,
    /// `translated(texts, by, value, payload)`.
    Translated,
    /// `mapRecords(object)`.
    MapRecords,
    /// `requiredMap(object, place)`.
    RequiredMap,
    /// `withNested(records, key)`.
    WithNested,
    /// `compact(record)`.
    Compact,
    /// `text(value)`.
    Text,
    /// `plainText(value)`.
    PlainText,
    /// `requiredText(value, place)`.
    RequiredText,
    /// `amount(value, place)`.
    Amount,
    /// `minorUnits(value, decimals, place)`.
    MinorUnits,
    /// `decimalsOf(currency)`.
    DecimalsOf,
    /// `amountOfText(value, mark, place)`.
    AmountOfText,
    /// `number(value)`.
    Number,
    /// `count(value)`.
    Count,
    /// `flag(value, place)`.
    Flag,
    /// `only(object, place)`.
    Only,
    /// `indexBy(records, key)`.
    IndexBy,
    /// `groupBy(records, keys)`.
    GroupBy,
    /// `lookUp(index, ids, what, context)`.
    LookUp,
    /// `isSet(value)`.
    IsSet,
    /// `time(value, place)`.
    Time,
    /// `someOf(values)`.
    SomeOf,
    /// `not(flag)`.
    Not,
    /// `allOf(flags)`.
    AllOf,
    /// `prefixed(address, prefix)`.
    Prefixed,
    /// `available(word, place)`.
    Available,
    /// `moment(value, milliseconds, place)`.
    Moment,
    /// `zoned(value, offset, place)`.
    Zoned,
    /// `dotNetDate(value, place)`.
    DotNetDate,
    /// `mailDate(value, place)`.
    MailDate,
    /// `timeOfDay(value, perHour, place)`.
    TimeOfDay,
    /// `ranges(value, place)`.
    Ranges,
    /// `hoursOfText(value, place)`.
    HoursOfText,
    /// `withBrackets(name, addition)`.
    WithBrackets,
    /// `bodyOf(answer)`.
    BodyOf,
    /// `oneIf(flag)`.
    OneIf,
    /// `isSingle(word, place)`.
    IsSingle,
    /// `meant(meanings, word, place)`.
    Meant,
    /// `inStock(count, place)`.
    InStock,
    /// `keyedRecords(object)`.
    KeyedRecords,
    /// `requiredKeyed(object, place)`.
    RequiredKeyed,
    /// `inOrder(records, place)`.
    InOrder,
}

impl Helper {
    /// The helpers that it calls.
    pub(crate) const fn needs(self) -> &'static [Self] {
        match self {
            Self::PlainText | Self::RequiredText | Self::LookUp | Self::IndexBy | Self::GroupBy => {
                &[Self::Text]
            }
            Self::MinorUnits | Self::AmountOfText => &[Self::Amount],
            Self::WithNested | Self::RequiredList | Self::Translated => &[Self::List],
            Self::RequiredMap => &[Self::MapRecords],
            Self::RequiredKeyed => &[Self::KeyedRecords],
            Self::Count | Self::InStock => &[Self::Number],
            Self::List
            | Self::MapRecords
            | Self::Compact
            | Self::Text
            | Self::Amount
            | Self::DecimalsOf
            | Self::Number
            | Self::Flag
            | Self::Only
            | Self::IsSet
            | Self::Time
            | Self::SomeOf
            | Self::Not
            | Self::AllOf
            | Self::Prefixed
            | Self::Available
            | Self::Moment
            | Self::Zoned
            | Self::LatestOf
            | Self::DotNetDate
            | Self::MailDate
            | Self::TimeOfDay
            | Self::IsSingle
            | Self::OneIf
            | Self::BodyOf
            | Self::WithBrackets
            | Self::Meant
            | Self::KeyedRecords
            | Self::InOrder => &[],
            Self::Ranges => &[Self::Time],
            Self::HoursOfText => &[Self::Ranges],
        }
    }

    /// Its JavaScript.
    pub(crate) fn source(self) -> String {
        match self {
            Self::DecimalsOf => decimals_of(),
            Self::Available => available(),
            Self::IsSingle => is_single(),
            Self::OneIf => ONE_IF.to_owned(),
            Self::BodyOf => BODY_OF.to_owned(),
            Self::WithBrackets => WITH_BRACKETS.to_owned(),
            Self::Meant => MEANT.to_owned(),
            Self::InStock => IN_STOCK.to_owned(),
            Self::KeyedRecords => KEYED_RECORDS.to_owned(),
            Self::RequiredKeyed => REQUIRED_KEYED.to_owned(),
            Self::InOrder => IN_ORDER.to_owned(),
            Self::Moment => MOMENT.to_owned(),
            Self::LatestOf => moments::LATEST_OF.to_owned(),
            Self::Zoned => moments::ZONED.to_owned(),
            Self::DotNetDate => moments::DOT_NET_DATE.to_owned(),
            Self::MailDate => moments::MAIL_DATE.to_owned(),
            Self::TimeOfDay => moments::TIME_OF_DAY.to_owned(),
            Self::Ranges => moments::RANGES.to_owned(),
            Self::HoursOfText => moments::HOURS_OF_TEXT.to_owned(),
            Self::List => LIST.to_owned(),
            Self::RequiredList => REQUIRED_LIST.to_owned(),
            Self::Translated => TRANSLATED.to_owned(),
            Self::MapRecords => MAP_RECORDS.to_owned(),
            Self::RequiredMap => REQUIRED_MAP.to_owned(),
            Self::WithNested => WITH_NESTED.to_owned(),
            Self::Compact => COMPACT.to_owned(),
            Self::Text => TEXT.to_owned(),
            Self::RequiredText => REQUIRED_TEXT.to_owned(),
            Self::Amount => AMOUNT.to_owned(),
            Self::MinorUnits => MINOR_UNITS.to_owned(),
            Self::AmountOfText => AMOUNT_OF_TEXT.to_owned(),
            Self::Number => NUMBER.to_owned(),
            Self::Count => COUNT.to_owned(),
            Self::Flag => FLAG.to_owned(),
            Self::Only => ONLY.to_owned(),
            Self::IndexBy => INDEX_BY.to_owned(),
            Self::GroupBy => GROUP_BY.to_owned(),
            Self::LookUp => LOOK_UP.to_owned(),
            Self::PlainText => PLAIN_TEXT.to_owned(),
            Self::IsSet => IS_SET.to_owned(),
            Self::Time => moments::TIME.to_owned(),
            Self::SomeOf => SOME_OF.to_owned(),
            Self::Not => NOT.to_owned(),
            Self::AllOf => ALL_OF.to_owned(),
            Self::Prefixed => PREFIXED.to_owned(),
        }
    }
}

fn decimals_of() -> String {
    let table: Vec<String> = vocabulary()
        .odd_currencies()
        .iter()
        .map(|(code, digits)| format!("{}: {digits}", js::text(code).trim_matches('"')))
        .collect();
    format!(
        "/** How many decimals a currency has. */\nfunction decimalsOf(currency) {{\n  const others = {{ {} }};\n  return others[String(currency).toUpperCase()] ?? 2;\n}}",
        table.join(", ")
    )
}

fn is_single() -> String {
    let known = &vocabulary().one_of;
    let doc = "Whether a word says that one option at the most can be chosen.";
    word_test(doc, "isSingle", &known.single, &known.several, "says neither one nor several")
}

fn available() -> String {
    let known = &vocabulary().available;
    let doc = "Whether a status word says that a product can be ordered.";
    word_test(doc, "available", &known.yes_words, &known.no_words, "is neither yes nor no")
}

/// A helper that says whether a word is one of `yes` or of `no`, and throws where it is neither.
fn word_test(doc: &str, name: &str, yes: &[String], no: &[String], complaint: &str) -> String {
    let words =
        |list: &[String]| list.iter().map(|word| js::text(word)).collect::<Vec<_>>().join(", ");
    format!(
        "/** {doc} */\nfunction {name}(word, place) {{\n  if (word === undefined || word === null || word === \"\") return undefined;\n  const plain = String(word).replace(/([a-z])([A-Z])/g, \"$1 $2\").toLowerCase().replace(/[^a-z0-9]+/g, \" \").trim();\n  if ([{}].includes(plain)) return true;\n  if ([{}].includes(plain)) return false;\n  throw new Error(`${{place}} {complaint}: ${{JSON.stringify(word)}}`);\n}}",
        words(yes),
        words(no)
    )
}

const LIST: &str = "/** The records of a list; none where there is no list. */
function list(value) {
  return Array.isArray(value) ? value.filter((record) => record !== null && typeof record === \"object\") : [];
}";

const TRANSLATED: &str =
    "/** The text in the language that the payload names as its main one, else English, else the first. */
function translated(texts, by, value, payload) {
  const all = list(texts);
  const main = payload.primary_language ?? payload.primaryLanguage ?? payload.default_language ?? payload.defaultLanguage ?? payload.default_locale ?? payload.defaultLocale ?? payload.language ?? payload.locale;
  const found = all.find((text) => text[by] === main) ?? all.find((text) => /^en\\b/i.test(String(text[by]))) ?? all[0];
  return found?.[value];
}";

const REQUIRED_LIST: &str = "/** The records of a list that must be there. */
function requiredList(value, place) {
  if (!Array.isArray(value)) throw new Error(`${place} is no list: ${JSON.stringify(value)}`);
  return list(value);
}";

const MAP_RECORDS: &str = "/** The records of an object whose keys are ids; other keys are no records. */
function mapRecords(object) {
  const entries = Object.entries(object ?? {}).filter(([key]) => /\\d/.test(key));
  return entries.map(([, record]) => record).filter((record) => record !== null && typeof record === \"object\");
}";

const KEYED_RECORDS: &str = "/** The records of an object by id, each with its key as id; a text alone is the record's name. */
function keyedRecords(object) {
  const entries = Object.entries(object ?? {}).filter(([, record]) => record !== null && record !== undefined);
  return entries.map(([id, record]) => (typeof record === \"object\" ? { ...record, id } : { id, name: record }));
}";

const REQUIRED_KEYED: &str = "/** The records of an object by id that must be there. */
function requiredKeyed(object, place) {
  if (object === null || typeof object !== \"object\") throw new Error(`${place} is no object: ${JSON.stringify(object)}`);
  return keyedRecords(object);
}";

const IN_ORDER: &str = "/** The records by the number that `position` gives for each; those without one stay last. */
function inOrder(records, position) {
  const place = (record) => (position(record) === undefined || position(record) === null ? Infinity : Number(position(record)));
  return [...records].sort((a, b) => (place(a) === place(b) ? 0 : place(a) - place(b)));
}";

const PLAIN_TEXT: &str = "/** The text of HTML without its tags; undefined where it says nothing. */
function plainText(value) {
  const marks = { amp: \"&\", lt: \"<\", gt: \">\", quot: '\"', apos: \"'\", nbsp: \" \" };
  const lines = String(text(value) ?? \"\").replace(/<br[^>]*>|<\\/(?:p|div|li|h[1-6])>/gi, \"\\n\").replace(/<[a-z/!][^>]*>/gi, \"\");
  const plain = lines.replace(/&(?:#(\\d+)|([a-z]+));/gi, (whole, code, name) => (code ? String.fromCodePoint(Number(code)) : marks[name.toLowerCase()] ?? whole));
  return text(plain.split(\"\\n\").map((line) => line.trim()).filter((line) => line !== \"\").join(\"\\n\"));
}";

const ONE_IF: &str = "/** One for yes and none for no; undefined where nothing is said. */
function oneIf(flag) {
  return flag === undefined ? undefined : Number(flag);
}";

const WITH_BRACKETS: &str = "/** A name with an addition in brackets, where there is one. */
function withBrackets(name, addition) {
  return addition === undefined ? name : `${name} (${addition})`;
}";

const BODY_OF: &str = "/** What the vendor answered; anything but success is an error. */
function bodyOf(answer) {
  if (answer.statusCode !== 200) throw new Error(`the vendor answered ${answer.statusCode}: ${JSON.stringify(answer.body)}`);
  return answer.body;
}";

const MEANT: &str = "/** What a word means; undefined where there is none, an unknown one is an error. */
function meant(meanings, word, place) {
  if (word === undefined || word === null || word === \"\") return undefined;
  if (!meanings.has(String(word))) throw new Error(`${place} is an unknown word: ${JSON.stringify(word)}`);
  return meanings.get(String(word));
}";

const IN_STOCK: &str =
    "/** Whether a count says that there is something left; undefined where nothing is counted. */
function inStock(count) {
  const left = number(count);
  return left === undefined ? undefined : left > 0;
}";

const REQUIRED_MAP: &str = "/** The records of an object by id that must be there. */
function requiredMap(object, place) {
  if (object === null || typeof object !== \"object\") throw new Error(`${place} is no object: ${JSON.stringify(object)}`);
  return mapRecords(object);
}";

const WITH_NESTED: &str =
    "/** The records with those that they hold under the key, at any depth. */
function withNested(records, key) {
  return records.flatMap((record) => [record, ...withNested(list(record[key]), key)]);
}";

const COMPACT: &str = "/** The record without fields that have no value. */
function compact(record) {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined));
}";

const TEXT: &str = "/** Text that says something; undefined where there is none. */
function text(value) {
  if (typeof value === \"number\") return String(value);
  return typeof value === \"string\" && value.trim() !== \"\" ? value : undefined;
}";

const REQUIRED_TEXT: &str = "/** Text that must be there. */
function requiredText(value, place) {
  const found = text(value);
  if (found === undefined) throw new Error(`${place} is missing or no text: ${JSON.stringify(value)}`);
  return found;
}";

const AMOUNT: &str = "/** An amount of money that is a number or text of one. */
function amount(value, place) {
  const number = typeof value === \"string\" && value.trim() !== \"\" ? Number(value) : value;
  if (typeof number !== \"number\" || !Number.isFinite(number) || number < 0) {
    throw new Error(`${place} is no price: ${JSON.stringify(value)}`);
  }
  return number;
}";

const MINOR_UNITS: &str = "/** An amount of money from the smallest unit of its currency. */
function minorUnits(value, decimals, place) {
  return Math.round(amount(value, place)) / 10 ** decimals;
}";

const AMOUNT_OF_TEXT: &str = "/** An amount of money from text such as \"8.50 EUR\" or \"1.234,50 €\", by its decimal mark. */
function amountOfText(value, mark, place) {
  if (typeof value !== \"string\") return amount(value, place);
  const digits = value.replace(/^[^\\d.,-]+|[^\\d]+$/g, \"\");
  const plain = digits.replace(mark === \",\" ? /[.'\\s]/g : /[,'\\s]/g, \"\").replace(mark, \".\");
  return amount(plain, place);
}";

const NUMBER: &str = "/** A number, which may be given as text; undefined where there is none. */
function number(value) {
  const found = typeof value === \"string\" && value.trim() !== \"\" ? Number(value) : value;
  return typeof found === \"number\" && Number.isFinite(found) ? found : undefined;
}";

const COUNT: &str = "/** A whole number from zero on; undefined where there is none. */
function count(value) {
  const found = number(value);
  return Number.isInteger(found) && found >= 0 ? found : undefined;
}";

const FLAG: &str = "/** Yes or no, however it is written; undefined where nothing is said. */
function flag(value, place) {
  if (value === undefined || value === null || value === \"\") return undefined;
  const plain = String(value).trim().toLowerCase();
  if ([\"true\", \"1\", \"yes\", \"y\", \"j\", \"ja\", \"si\", \"sí\", \"oui\"].includes(plain)) return true;
  if ([\"false\", \"0\", \"no\", \"n\", \"nein\", \"non\"].includes(plain)) return false;
  throw new Error(`${place} is neither yes nor no: ${JSON.stringify(value)}`);
}";

const ONLY: &str =
    "/** The value under the only id of an object; more than one would leave open which is meant. */
function only(object, place) {
  const entries = object !== null && typeof object === \"object\" ? Object.entries(object) : [];
  const values = entries.filter(([key]) => /\\d/.test(key)).map(([, value]) => value);
  if (values.length > 1) throw new Error(`${place} has ${values.length} values, expected one`);
  return values[0];
}";

const INDEX_BY: &str = "/** The records by the text that `key` gives for each. */
function indexBy(records, key) {
  const index = new Map();
  for (const record of records) {
    const id = text(key(record));
    if (id !== undefined) index.set(id, record);
  }
  return index;
}";

const GROUP_BY: &str = "/** For each key the records that name it, in their order. */
function groupBy(records, keys) {
  const groups = new Map();
  for (const record of records) {
    for (const key of [keys(record)].flat()) {
      const id = text(key);
      if (id === undefined) continue;
      if (!groups.has(id)) groups.set(id, []);
      groups.get(id).push(record);
    }
  }
  return groups;
}";

const LOOK_UP: &str = "/** The records with these ids (one or a list); one that is not there is left out and logged. */
function lookUp(index, ids, what, context) {
  return [ids].flat().flatMap((value) => {
    const id = text(value);
    if (id === undefined) return [];
    if (index.has(id)) return [index.get(id)];
    context.log(`left out ${what} ${id}: it is referred to and not in the payload`);
    return [];
  });
}";

const IS_SET: &str = "/** Whether a mark such as a deletion time or flag is set. */
function isSet(value) {
  return ![undefined, null, false, 0, \"\", \"0\", \"false\", \"N\", \"n\", \"no\"].includes(value);
}";

const SOME_OF: &str = "/** The values that are there, each once; undefined where there are none. */
function someOf(values) {
  const found = [...new Set(values.filter((value) => value !== undefined))];
  return found.length > 0 ? found : undefined;
}";

const NOT: &str = "/** The opposite of a flag; undefined where nothing is said. */
function not(flag) {
  return flag === undefined ? undefined : !flag;
}";

const ALL_OF: &str = "/** Whether all flags that say something say yes. */
function allOf(flags) {
  const said = flags.filter((flag) => flag !== undefined);
  return said.length > 0 ? said.every((flag) => flag) : undefined;
}";

const PREFIXED: &str = "/** A full address from one that may begin at the site's root. */
function prefixed(address, prefix) {
  return address === undefined || /^https?:/.test(address) ? address : prefix + address;
}";

const MOMENT: &str = "/** RFC 3339 from time since 1970, in units of so many milliseconds; undefined where there is none. */
function moment(value, milliseconds, place) {
  if (value === undefined || value === null || value === \"\") return undefined;
  const date = new Date(Number(value) * milliseconds);
  if (Number.isNaN(date.getTime())) throw new Error(`${place} is no time: ${JSON.stringify(value)}`);
  return date.toISOString();
}";
