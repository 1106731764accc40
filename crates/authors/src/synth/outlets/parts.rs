//! The optional parts of a place: its address, time zone and currency.

use serde_json::Value;

use super::{countries, geo, nowhere, street, subdivision};
use crate::synth::emit::{Helper, Script};
use crate::synth::kind::number;
use crate::synth::matching::{Decisions, Wanted, as_shown, name_score};
use crate::synth::products::availability::is_known_word;
use crate::synth::scope::Field;
use crate::synth::vocabulary::vocabulary;

/// An optional field: where it goes, its vocabulary, what documents call it.
pub(super) struct Part {
    pub(super) key: &'static str,
    wanted: Wanted,
    kind: Kind,
}

#[derive(Clone, Copy)]
enum Kind {
    Text,
    Country,
    Degrees(f64),
    Zone,
    Currency,
}

const fn part(
    key: &'static str,
    output: &'static str,
    names: &'static str,
    said: &'static [&'static str],
    kind: Kind,
) -> Part {
    Part { key, wanted: Wanted { output, names, said, required: false }, kind }
}

/// The output field of the first line.
pub(super) const STREET: &str = "address.street1";

pub(super) static ADDRESS: [Part; 8] = [
    part("street1", STREET, "street1", &["street", "street1", "line", "first line"], Kind::Text),
    part("street2", "address.street2", "street2", &["street2", "second line"], Kind::Text),
    part("city", "address.city", "city", &["city", "town"], Kind::Text),
    part("stateProvince", "address.stateProvince", "state", &["state", "province"], Kind::Text),
    part("postalCode", "address.postalCode", "postal", &["postal", "postcode"], Kind::Text),
    part("country", "address.country", "country", &["country", "iso"], Kind::Country),
    part("latitude", "address.latitude", "latitude", &["latitude"], Kind::Degrees(90.0)),
    part("longitude", "address.longitude", "longitude", &["longitude"], Kind::Degrees(180.0)),
];
pub(super) static TIMEZONE: Part =
    part("timezone", "timezone", "timezone", &["zone", "timezone"], Kind::Zone);
pub(super) static CURRENCY: Part =
    part("currency", "currency", "currency", &["currency"], Kind::Currency);
pub(super) static CHANNEL_LINK: Part =
    part("channelLinkId", "channelLinkId", "channel_link", &["channel"], Kind::Text);
impl Kind {
    fn fits(self, field: &Field<'_>) -> bool {
        let text = |test: fn(&str) -> bool| field.all(|value| value.as_str().is_some_and(test));
        match self {
            Self::Text => field.all(|value| value.is_string() || value.is_number()),
            Self::Country => {
                text(|code| code.len() == 2 && code.bytes().all(|b| b.is_ascii_alphabetic()))
            }
            Self::Zone => text(|zone| zone.contains('/') || zone == "UTC"),
            Self::Currency => {
                text(|code| code.len() == 3 && code.bytes().all(|b| b.is_ascii_alphabetic()))
            }
            Self::Degrees(limit) => {
                field.all(|value| number(value).is_some_and(|n| n.abs() <= limit))
            }
        }
    }

    fn js(self, read: &str, script: &mut Script) -> String {
        match self {
            Self::Text | Self::Zone => {
                script.uses(Helper::Text);
                format!("text({read})")
            }
            Self::Country | Self::Currency => {
                script.uses(Helper::Text);
                format!("text({read})?.toUpperCase()")
            }
            Self::Degrees(_) => {
                script.uses(Helper::Number);
                format!("number({read})")
            }
        }
    }
}

impl Part {
    pub(super) const fn wanted(&self) -> &Wanted {
        &self.wanted
    }

    /// Whether an account says it for all its outlets.
    pub(super) const fn may_be_shared(&self) -> bool {
        matches!(self.kind, Kind::Zone | Kind::Currency)
    }

    pub(super) fn is(&self, other: &Self) -> bool {
        self.wanted.output == other.wanted.output
    }

    /// Whether the field's values can be it.
    pub(super) fn fits(&self, field: &Field<'_>) -> bool {
        // Several postcodes or cities are those that are delivered to.
        let is_of_several = matches!(self.kind, Kind::Text)
            && field.path.ends_in_list()
            && field.path.leaf().ends_with(['s', 'S'])
            && !self.key.starts_with("street");
        // A number less than nought stands for no postal code, and one alone for no state's name.
        let is_odd = |value: &Value| match self.key {
            "postalCode" => value.as_i64().is_some_and(|number| number < 0),
            // A place that is active is in no state of that name; `ON` is one.
            "stateProvince" => {
                value.is_number()
                    || is_known_word(value) && value.as_str().is_some_and(|word| word.len() > 3)
            }
            // A building that is a number may be that of the street.
            "street2" => {
                field.path.leaf().eq_ignore_ascii_case("building")
                    && !value.as_str().is_some_and(|text| text.contains(char::is_alphabetic))
            }
            _ => false,
        };
        let is_odd = !field.is_empty() && field.all(is_odd);
        !is_of_several && !is_odd && self.kind.fits(field)
    }

    /// Whether it is the first line of the address.
    pub(super) fn is_street(&self) -> bool {
        self.key == "street1"
    }

    pub(super) fn is_state(&self) -> bool {
        self.key == "stateProvince"
    }

    /// Writes it, read from the field.
    pub(super) fn write(&self, field: &Field<'_>, script: &mut Script) {
        script.comment(&field.place());
        let value = self.kind.js(&field.js(), script);
        script.line(format!("{}: {value},", self.key));
    }
}

/// Writes the address from its parts. Whether any was found.
pub(super) fn write_address(
    parts: &[(&'static Part, Field<'_>)],
    fields: &[Field<'_>],
    script: &mut Script,
    decisions: &mut Decisions<'_>,
) -> bool {
    script.uses(Helper::Compact);
    script.line("const address = compact({");
    let lines = read_lines(fields, parts);
    let pair = geo::find(fields, decisions.documents)
        .filter(|_| parts.iter().all(|(part, _)| !matches!(part.key, "latitude" | "longitude")));
    if let Some(lines) = &lines {
        script.uses(Helper::Text);
        script.comment(&format!("{}: the first line and the second", lines.place()));
        script.line(format!("street1: text({}?.[0]),", lines.js()));
        script.line(format!("street2: text({}?.[1]),", lines.js()));
        decisions.record(
            "address.street1",
            &format!("{}[0]", lines.place()),
            "the first line of the address",
            0.9,
            "",
        );
    }
    for part in &ADDRESS {
        if lines.is_some() && matches!(part.key, "street1" | "street2") {
            continue;
        }
        if let Some(pair) = &pair
            && pair.write(part.key, script)
        {
            let why = "two coordinates in one value";
            decisions.record(part.wanted.output, &pair.place(), why, 0.9, "");
            continue;
        }
        let found = parts.iter().find(|(known, _)| known.is(part)).map(|(_, field)| field);
        let number = found.filter(|_| part.key == "street1");
        match (
            found,
            number.and_then(|street| street::house_number(street, fields, decisions.documents)),
        ) {
            (Some(name), Some(number)) => street::write(name, number, fields, script, decisions),
            (Some(field), None) if part.is_state() && subdivision::is_code(field) => {
                subdivision::write(field, script, decisions);
            }
            (Some(field), None) => match nowhere::other(part.key, parts) {
                Some(other) if nowhere::is_shown(field, other) => {
                    nowhere::write(part.key, field, other, script);
                }
                Some(_) | None => part.write(field, script),
            },
            (None, _) => write_country(part, fields, script, decisions),
        }
    }
    script.line("});");
    let is_of_address = |part: &Part| ADDRESS.iter().any(|own| own.is(part));
    lines.is_some() || pair.is_some() || parts.iter().any(|(part, _)| is_of_address(part))
}

/// The lines of the address where no other field that says something was chosen for one of them.
pub(super) fn read_lines<'f, 'a>(
    fields: &'f [Field<'a>],
    parts: &[(&'static Part, Field<'_>)],
) -> Option<&'f Field<'a>> {
    address_lines(fields, parts).filter(|lines| {
        parts.iter().all(|(part, field)| {
            !matches!(part.key, "street1" | "street2")
                || field.is_empty()
                || field.path.leaf() == ""
                || is_whole(field, lines)
        })
    })
}

/// A list of the lines of the address above the city: of several the one in which the street that
/// was chosen stands, else the one beside other parts that were chosen.
fn address_lines<'f, 'a>(
    fields: &'f [Field<'a>],
    parts: &[(&'static Part, Field<'_>)],
) -> Option<&'f Field<'a>> {
    let is_lines = |value: &Value| {
        value.as_array().is_some_and(|lines| lines.len() <= 2 && lines.iter().all(Value::is_string))
    };
    let is_list = |field: &&Field<'_>| {
        let words = field.path.keys().last().map(|key| vocabulary().words(key)).unwrap_or_default();
        let names = [
            "address line",
            "street",
            "street line",
            "street address",
            "line",
            "street address line",
        ];
        names.contains(&words.join(" ").as_str()) && !field.is_empty() && field.all(is_lines)
    };
    let holds_street = |field: &&Field<'_>| {
        parts.iter().any(|(part, own)| {
            part.is_street() && own.variable == field.variable && own.path.starts_with(&field.path)
        })
    };
    let is_beside = |field: &&Field<'_>| {
        parts
            .iter()
            .any(|(part, own)| ADDRESS.iter().any(|known| known.is(part)) && own.is_beside(field))
    };
    let all = || fields.iter().filter(is_list);
    all().find(holds_street).or_else(|| all().find(is_beside)).or_else(|| all().next())
}

/// Whether a street's field is the list itself, or the whole address in one text beside it.
fn is_whole(field: &Field<'_>, lines: &Field<'_>) -> bool {
    let words = vocabulary().words(field.path.leaf());
    field.path.starts_with(&lines.path)
        || words.iter().any(|word| matches!(word.as_str(), "full" | "formatted"))
}

/// A country by its name is taken as it is. A code of three letters is asked about: the standard
/// has those of two.
fn write_country(
    part: &Part,
    fields: &[Field<'_>],
    script: &mut Script,
    decisions: &mut Decisions<'_>,
) {
    const POINT: &str = "address.country (no code)";
    let is_called = |field: &Field<'_>, names: &[&str]| {
        names.contains(&vocabulary().words(field.path.leaf()).join(" ").as_str())
    };
    let all = || fields.iter().filter(|own| !own.is_empty() && own.all(Value::is_string));
    let named = all().find(|own| is_called(own, &["country"])).or_else(|| {
        all().find(|own| name_score(own, "country") > 0.8 || is_called(own, &["country name"]))
    });
    let Some(field) = named.filter(|_| matches!(part.kind, Kind::Country)) else { return };
    if decisions.examples.lack(part.wanted.output) {
        return;
    }
    if let Some(codes) = countries::told(field, decisions.documents) {
        let why = "the documents give the code of each country";
        decisions.record(part.wanted.output, &field.place(), why, 0.9, "");
        countries::write(field, &codes, part.key, script);
        return;
    }
    let is_short = field.all(|value| value.as_str().is_some_and(|text| text.chars().count() <= 3));
    let answer = decisions.answers.of(POINT);
    let is_taken = answer.is_some_and(|answer| {
        let text = answer.text().to_lowercase();
        ["take", "keep", "as it is", "use"].iter().any(|cue| text.contains(cue))
            || answer.names(&field.place())
    });
    let is_nothing = answer.is_some_and(super::super::answers::Answer::is_nothing);
    if is_short && !is_taken && !is_nothing {
        let refused = answer.map_or_else(String::new, |answer| {
            let text = domain::bounded(answer.text(), 80);
            format!("The answer {text:?} says neither. ")
        });
        let prompt = format!(
            "{refused}{} is no two-letter code ({}). Leave it out, or take it as it is?",
            field.place(),
            field.examples()
        );
        let choices = ["leave it out", "take it as it is"].map(as_shown);
        decisions.ask(POINT, &prompt, &choices);
        return;
    }
    if is_nothing {
        return;
    }
    decisions.record(part.wanted.output, &field.place(), "the vendor names countries", 0.7, "");
    script.uses(Helper::Text);
    script.comment(&format!("{}, a name", field.place()));
    script.line(format!("{}: text({}),", part.key, field.js()));
}
