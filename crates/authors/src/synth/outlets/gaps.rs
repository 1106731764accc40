//! Optional fields of a place that nothing was read for though something may hold them.

use serde_json::Value;

use super::geo;
use super::naming::Name;
use super::parts::{self, ADDRESS, Part, STREET};
use super::{Around, Found, PHONE, zones};
use crate::synth::composed::Composed;
use crate::synth::kind::{self, Kind};
use crate::synth::matching::Decisions;
use crate::synth::overlooked::{self, Gap};
use crate::synth::scope::Field;
use crate::synth::vocabulary::vocabulary;

/// Asks about each part of the place that is left empty though a field may hold it.
pub(super) fn ask(
    found: &Found<'_>,
    fields: &[Field<'_>],
    around: &Around<'_>,
    decisions: &mut Decisions<'_>,
) {
    let used = found.used();
    if found.phone.is_none() && found.dialled.is_none() && found.email.is_none() {
        overlooked::ask(&CONTACT, fields, &used, decisions);
    }
    if let Some(phone) = found.phone.as_ref().filter(|_| found.dialled.is_none()) {
        lone_number(phone, fields, decisions);
    }
    let all: Vec<Field<'_>> = fields.iter().chain(&around.shared).cloned().collect();
    for (key, gap) in [("timezone", &ZONE), ("currency", &CURRENCY)] {
        let is_named = key == "timezone" && found.zones.is_some();
        if !found.has(key) && !is_named {
            overlooked::ask(gap, &all, &used, decisions);
        }
    }
    let is_placed = found.has("latitude") || found.has("longitude");
    if !is_placed && geo::find(fields, decisions.documents).is_none() {
        overlooked::ask(&COORDINATES, fields, &used, decisions);
    }
    if ADDRESS.iter().any(|part| found.has(part.key)) {
        address(found, fields, &used, decisions);
    }
}

/// Asks about a telephone number whose first digits stand in a field of their own.
fn lone_number(phone: &Field<'_>, fields: &[Field<'_>], decisions: &mut Decisions<'_>) {
    const PREFIXES: [&str; 8] = [
        "country code",
        "dial code",
        "dialing code",
        "calling code",
        "area code",
        "prefix",
        "phone country code",
        "phone prefix",
    ];
    let is_prefix = |field: &&Field<'_>| {
        let words = vocabulary().words(field.path.leaf()).join(" ");
        let is_number = |value: &Value| {
            let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            text.trim_start_matches('+').bytes().all(|b| b.is_ascii_digit())
        };
        field.path.parent() == phone.path.parent()
            && field.path.len() > 1
            && PREFIXES.contains(&words.as_str())
            && !field.is_empty()
            && field.all(is_number)
    };
    let is_whole = phone.all(|value| value.as_str().is_some_and(|text| text.starts_with('+')));
    if let Some(prefix) = fields.iter().find(is_prefix).filter(|_| !is_whole)
        && !overlooked::is_settled(PHONE.output, decisions)
    {
        let prompt = format!(
            "The number stands in two fields; {} is the first part. Is the second enough?",
            prefix.place()
        );
        overlooked::offer(PHONE.output, &prompt, std::slice::from_ref(phone), decisions);
    }
}

/// Asks about parts of an address of which others were read.
fn address(
    found: &Found<'_>,
    fields: &[Field<'_>],
    used: &[&Field<'_>],
    decisions: &mut Decisions<'_>,
) {
    // Whatever text stands beside the other parts may be one.
    let is_beside = |field: &Field<'_>| {
        let parent = field.path.parent();
        let is_part = |(part, own): &(&Part, Field<'_>)| {
            ADDRESS.iter().any(|known| known.is(part)) && own.path.parent() == parent
        };
        !parent.is_root() && found.parts.iter().any(is_part)
    };
    let is_street = found.has("street1") || parts::read_lines(fields, &found.parts).is_some();
    let is_zone = |field: &Field<'_>| is_beside(field) && is_called_a_zone(field);
    let state = Gap { looks: &is_zone, ..STATE };
    for (key, gap) in [("city", &CITY), ("stateProvince", &state), ("postalCode", &POSTAL)] {
        if !found.has(key) {
            overlooked::ask(gap, fields, used, decisions);
        }
    }
    if !is_street {
        let looks = |field: &Field<'_>| is_beside(field) && is_words(field);
        overlooked::ask(&Gap { looks: &looks, ..STREETS }, fields, used, decisions);
    }
}

impl Found<'_> {
    fn has(&self, key: &str) -> bool {
        self.parts.iter().any(|(part, _)| part.key == key)
    }

    /// All fields that are read.
    fn used(&self) -> Vec<&Field<'_>> {
        let name = match &self.name {
            Some(Name::Field(field) | Name::Else(field, _)) => std::slice::from_ref(field),
            Some(Name::Joined(fields, _)) => fields.as_slice(),
            None => &[],
        };
        let contacts = [&self.id, &self.phone, &self.email].into_iter().flatten();
        let dialled = self.dialled.iter().flat_map(Composed::fields);
        contacts
            .chain(dialled)
            .chain(name)
            .chain(self.parts.iter().map(|(_, field)| field))
            .collect()
    }
}

const CONTACT: Gap<'static> = Gap {
    output: PHONE.output,
    prompt: "Is one of these the telephone number or e-mail address of the place?",
    names: &["phone", "contact", "hotline", "call", "email", "whatsapp", "line"],
    not: &["fax", "owner", "billing", "emergency", "employee", "address"],
    said: &["phone", "telephone", "call", "email"],
    fits: &is_contact,
    looks: &|field| {
        let is_full = |value: &Value| value.as_str().is_some_and(|text| text.starts_with('+'));
        kind::of(field) == Kind::Phone && field.all(is_full)
    },
};
const ZONE: Gap<'static> = Gap {
    output: "timezone",
    prompt: "No field has the IANA name of the time zone. Is it one of these all the same?",
    names: &["timezone", "zone"],
    not: &["offset", "delivery"],
    said: &["timezone"],
    fits: &|field| zones::is_called_so(field) && is_words(field),
    looks: &|_| false,
};
const CURRENCY: Gap<'static> = Gap {
    output: "currency",
    prompt: "No field has the code of the currency. Is it one of these all the same?",
    names: &["currency"],
    not: &["symbol", "decimal", "digit", "format", "position", "rate", "exchange", "precision"],
    said: &[],
    fits: &|field| field.all(Value::is_string),
    looks: &|_| false,
};
const COORDINATES: Gap<'static> = Gap {
    output: "address.latitude",
    prompt: "Do these hold the latitude and longitude, in a form that is not known?",
    names: &[
        "geo",
        "coordinate",
        "gps",
        "position",
        "geolocation",
        "location",
        "latlng",
        "point",
        "geometry",
        "map",
        "latitude",
        "longitude",
    ],
    not: &["url", "zone", "polygon", "area"],
    said: &["coordinate", "latitude", "longitude"],
    fits: &|field| field.all(|value| decimals(value) == 2),
    looks: &|_| false,
};
const CITY: Gap<'static> = Gap {
    output: "address.city",
    prompt: "Is one of these the city?",
    names: &["municipality", "suburb", "village", "borough", "locality", "town", "city"],
    not: &["id", "code", "url"],
    said: &["city", "town"],
    fits: &is_words,
    looks: &|_| false,
};
/// Whether a part of an address is called after a piece of a country: elsewhere a `zone` is one of time
/// or of deliveries.
fn is_called_a_zone(field: &Field<'_>) -> bool {
    const ZONES: [&str; 2] = ["zone", "territory"];
    let words = vocabulary().words(field.path.leaf());
    words.len() == 1 && words.iter().any(|word| ZONES.contains(&word.as_str())) && is_words(field)
}

const STATE: Gap<'static> = Gap {
    output: "address.stateProvince",
    prompt: "Is one of these the state or province?",
    names: &["prefecture", "department", "emirate", "governorate", "canton", "oblast", "province"],
    not: &["id", "url"],
    said: &["province"],
    fits: &is_words,
    looks: &|_| false,
};
const POSTAL: Gap<'static> = Gap {
    output: "address.postalCode",
    prompt: "Is one of these the postal code?",
    names: &["postal", "pin", "pincode", "cep", "eircode", "postbox"],
    not: &["id", "url", "pad"],
    said: &["postal", "postcode"],
    fits: &|field| {
        let is_short = |value: &Value| value.as_str().is_none_or(|text| text.len() <= 12);
        // Several are those that are delivered to.
        !field.path.ends_in_list()
            && field.all(|value| (value.is_string() || value.is_u64()) && is_short(value))
    },
    looks: &|_| false,
};
/// What a street may stand in.
const STREETS: Gap<'static> = Gap {
    output: STREET,
    prompt: "Is one of these the first line of the address?",
    names: &["street", "road", "address", "thoroughfare", "line"],
    not: &["id", "code", "url", "email", "ip", "type", "label", "phone", "number", "building"],
    said: &["street"],
    fits: &is_words,
    looks: &|_| false,
};

/// Words of a language: neither a code nor a number.
fn is_words(field: &Field<'_>) -> bool {
    matches!(kind::of(field), Kind::Text | Kind::Word | Kind::Code | Kind::LongText)
        && field.all(|value| value.as_str().is_some_and(|text| text.contains(char::is_alphabetic)))
}

/// A telephone number or an e-mail address, or a list or an object of such.
fn is_contact(field: &Field<'_>) -> bool {
    const DIGITS: usize = 6;
    fn holds(value: &Value) -> bool {
        match value {
            Value::String(text) => {
                text.contains('@') || text.bytes().filter(u8::is_ascii_digit).count() >= DIGITS
            }
            Value::Number(number) => number.to_string().len() >= DIGITS,
            Value::Array(items) => items.iter().any(holds),
            Value::Object(fields) => fields.values().any(holds),
            Value::Null | Value::Bool(_) => false,
        }
    }
    !matches!(kind::of(field), Kind::Time | Kind::Url | Kind::Id | Kind::Reference)
        && field.all(holds)
}

/// How many numbers with decimals a value holds.
fn decimals(value: &Value) -> usize {
    let is_decimal = |text: &str| text.contains('.') && text.trim().parse::<f64>().is_ok();
    match value {
        Value::Number(number) => usize::from(number.as_f64().is_some_and(|n| n.fract() != 0.0)),
        Value::String(text) => {
            text.split([',', ';', ' ', '(', ')']).filter(|part| is_decimal(part)).count()
        }
        Value::Array(items) => items.iter().map(decimals).sum(),
        Value::Object(fields) => fields.values().map(decimals).sum(),
        Value::Null | Value::Bool(_) => 0,
    }
}
