//! The small functions that a script carries when it uses them.

mod records;
mod texts;
mod values;

use super::{days, moments};
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
    /// `spoken(texts, language)`.
    Spoken,
    /// `mapRecords(object)`.
    MapRecords,
    /// `requiredMap(object, place)`.
    RequiredMap,
    /// `withNested(records, key)`.
    WithNested,
    /// `firstAbove(record, isNone, above)`.
    FirstAbove,
    /// `compact(record)`.
    Compact,
    /// `text(value)`.
    Text,
    /// `textAlone(value, place)`.
    TextAlone,
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
    /// `isThere(value)`.
    IsThere,
    /// `isSet(value)`.
    IsSet,
    /// `isFilled(value)`.
    IsFilled,
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
    /// `noStandIn(address, pieces)`.
    NoStandIn,
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
    /// `daysOf(value, place)`.
    DaysOf,
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
    /// `inRecords(value, keys)`.
    InRecords,
    /// `blocksText(value)`.
    BlocksText,
    /// `isOver(time, milliseconds)`.
    IsOver,
    /// `unescaped(text)`.
    Unescaped,
    /// `shareOf(kind, amount, price)`.
    ShareOf,
    /// `pathEnd(path, mark)`.
    PathEnd,
    /// `ungrouped(value, keys)`.
    Ungrouped,
    /// `relayed(payload, from, held, list, id)`.
    Relayed,
    /// `withLists(value, joints)`.
    WithLists,
    /// `inOrder(records, place)`.
    InOrder,
}

/// How a vendor writes everything, whatever the field.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Habits {
    /// One record may stand in the stead of a list.
    pub(crate) may_be_alone: bool,
    /// Texts have HTML escapes.
    pub(crate) are_escaped: bool,
}

impl Helper {
    /// The helpers that it calls.
    pub(crate) const fn needs(self) -> &'static [Self] {
        match self {
            Self::PlainText => &[Self::Text, Self::Unescaped],
            Self::BlocksText => &[Self::PlainText],
            Self::TextAlone
            | Self::PathEnd
            | Self::RequiredText
            | Self::LookUp
            | Self::IndexBy
            | Self::GroupBy => &[Self::Text],
            Self::MinorUnits | Self::AmountOfText => &[Self::Amount],
            Self::WithNested | Self::RequiredList | Self::Translated => &[Self::List],
            Self::RequiredMap => &[Self::MapRecords],
            Self::IsFilled => &[Self::IsSet],
            Self::RequiredKeyed => &[Self::KeyedRecords],
            Self::Count | Self::InStock => &[Self::Number],
            Self::List
            | Self::MapRecords
            | Self::Compact
            | Self::InRecords
            | Self::Ungrouped
            | Self::Relayed
            | Self::ShareOf
            | Self::Unescaped
            | Self::IsOver
            | Self::IsThere
            | Self::FirstAbove
            | Self::WithLists
            | Self::Text
            | Self::Amount
            | Self::DecimalsOf
            | Self::Number
            | Self::Flag
            | Self::Only
            | Self::Spoken
            | Self::IsSet
            | Self::Time
            | Self::SomeOf
            | Self::Not
            | Self::AllOf
            | Self::Prefixed
            | Self::NoStandIn
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
            | Self::DaysOf
            | Self::InOrder => &[],
            Self::Ranges => &[Self::Time],
            Self::HoursOfText => &[Self::Ranges],
        }
    }

    /// Its JavaScript.
    pub(crate) fn source_as(self, habits: Habits) -> String {
        match self {
            Self::List if habits.may_be_alone => records::LIST_OR_ONE.to_owned(),
            Self::RequiredList if habits.may_be_alone => records::REQUIRED_LIST_OR_ONE.to_owned(),
            Self::Text if habits.are_escaped => texts::ESCAPED_TEXT.to_owned(),
            other => other.source(),
        }
    }

    /// The function.
    fn source(self) -> String {
        match self {
            Self::DecimalsOf => decimals_of(),
            Self::Available => available(),
            Self::IsSingle => is_single(),
            Self::OneIf => values::ONE_IF.to_owned(),
            Self::BodyOf => records::BODY_OF.to_owned(),
            Self::WithBrackets => texts::WITH_BRACKETS.to_owned(),
            Self::Meant => values::MEANT.to_owned(),
            Self::InStock => values::IN_STOCK.to_owned(),
            Self::KeyedRecords => records::KEYED_RECORDS.to_owned(),
            Self::RequiredKeyed => records::REQUIRED_KEYED.to_owned(),
            Self::InRecords => records::IN_RECORDS.to_owned(),
            Self::BlocksText => texts::BLOCKS_TEXT.to_owned(),
            Self::IsOver => values::IS_OVER.to_owned(),
            Self::Unescaped => texts::UNESCAPED.to_owned(),
            Self::ShareOf => values::SHARE_OF.to_owned(),
            Self::PathEnd => texts::PATH_END.to_owned(),
            Self::Ungrouped => records::UNGROUPED.to_owned(),
            Self::Relayed => records::RELAYED.to_owned(),
            Self::WithLists => records::WITH_LISTS.to_owned(),
            Self::InOrder => records::IN_ORDER.to_owned(),
            Self::Moment => values::MOMENT.to_owned(),
            Self::LatestOf => moments::LATEST_OF.to_owned(),
            Self::Zoned => moments::ZONED.to_owned(),
            Self::DotNetDate => moments::DOT_NET_DATE.to_owned(),
            Self::MailDate => moments::MAIL_DATE.to_owned(),
            Self::TimeOfDay => moments::TIME_OF_DAY.to_owned(),
            Self::Ranges => moments::RANGES.to_owned(),
            Self::HoursOfText => moments::HOURS_OF_TEXT.to_owned(),
            Self::DaysOf => days::DAYS_OF.to_owned(),
            Self::List => records::LIST.to_owned(),
            Self::RequiredList => records::REQUIRED_LIST.to_owned(),
            Self::Translated => texts::TRANSLATED.to_owned(),
            Self::Spoken => texts::SPOKEN.to_owned(),
            Self::MapRecords => records::MAP_RECORDS.to_owned(),
            Self::RequiredMap => records::REQUIRED_MAP.to_owned(),
            Self::WithNested => records::WITH_NESTED.to_owned(),
            Self::FirstAbove => records::FIRST_ABOVE.to_owned(),
            Self::IsFilled => values::IS_FILLED.to_owned(),
            Self::Compact => records::COMPACT.to_owned(),
            Self::Text => texts::TEXT.to_owned(),
            Self::RequiredText => texts::REQUIRED_TEXT.to_owned(),
            Self::Amount => values::AMOUNT.to_owned(),
            Self::MinorUnits => values::MINOR_UNITS.to_owned(),
            Self::AmountOfText => values::AMOUNT_OF_TEXT.to_owned(),
            Self::Number => values::NUMBER.to_owned(),
            Self::Count => values::COUNT.to_owned(),
            Self::Flag => values::FLAG.to_owned(),
            Self::Only => records::ONLY.to_owned(),
            Self::IndexBy => records::INDEX_BY.to_owned(),
            Self::GroupBy => records::GROUP_BY.to_owned(),
            Self::LookUp => records::LOOK_UP.to_owned(),
            Self::TextAlone => texts::TEXT_ALONE.to_owned(),
            Self::PlainText => texts::PLAIN_TEXT.to_owned(),
            Self::IsThere => values::IS_THERE.to_owned(),
            Self::IsSet => values::IS_SET.to_owned(),
            Self::Time => moments::TIME.to_owned(),
            Self::SomeOf => records::SOME_OF.to_owned(),
            Self::Not => values::NOT.to_owned(),
            Self::AllOf => values::ALL_OF.to_owned(),
            Self::Prefixed => texts::PREFIXED.to_owned(),
            Self::NoStandIn => texts::NO_STAND_IN.to_owned(),
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
