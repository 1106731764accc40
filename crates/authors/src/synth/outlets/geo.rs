//! Latitude and longitude in one value: a text of two numbers, or a list of two as GeoJSON has it.

use serde_json::Value;

use crate::synth::documents::Documents;
use crate::synth::emit::{Helper, Script};
use crate::synth::scope::Field;
use crate::synth::vocabulary::vocabulary;

const KEYS: [&str; 2] = ["latitude", "longitude"];
/// What holds a place on the map.
const NAMES: [&str; 11] = [
    "geo",
    "loc",
    "coordinate",
    "gps",
    "position",
    "latlng",
    "latitude",
    "location",
    "geolocation",
    "coord",
    "point",
];

/// A value of two coordinates.
pub(super) struct Pair<'f, 'a> {
    field: &'f Field<'a>,
    is_text: bool,
    /// Whether the latitude comes first.
    is_latitude_first: bool,
}

impl Pair<'_, '_> {
    pub(super) fn place(&self) -> String {
        self.field.place()
    }

    /// Writes the coordinate with this key, if it is one.
    pub(super) fn write(&self, key: &str, script: &mut Script) -> bool {
        let Some(index) = KEYS.iter().position(|known| *known == key) else { return false };
        let at = if self.is_latitude_first { index } else { 1 - index };
        let (place, read) = (self.field.place(), self.field.js());
        script.uses(Helper::Number);
        if self.is_text {
            script.uses(Helper::Text);
            script.comment(&format!("{place}, latitude and longitude in one text"));
            script.line(format!("{key}: number(text({read})?.split(\",\")[{at}]),"));
        } else {
            script.comment(&format!("{place}, latitude and longitude in one list"));
            script.line(format!("{key}: number({read}?.[{at}]),"));
        }
        true
    }
}

/// A value of two numbers where it is known which of the two comes first.
pub(super) fn find<'f, 'a>(fields: &'f [Field<'a>], documents: &Documents) -> Option<Pair<'f, 'a>> {
    fields.iter().find_map(|field| {
        let words = vocabulary().words(field.path.leaf());
        let is_place = words.iter().any(|word| NAMES.contains(&word.as_str()));
        if !is_place || field.is_empty() || !field.all(|value| numbers(value).is_some()) {
            return None;
        }
        let all: Vec<(f64, f64)> = field.filled().filter_map(numbers).collect();
        // A latitude is never beyond ninety degrees.
        let is_latitude_first = if all.iter().any(|(_, second)| second.abs() > 90.0) {
            true
        } else if all.iter().any(|(first, _)| first.abs() > 90.0) || is_geo_json(field, fields) {
            false
        } else {
            // The usual order, and the one that names such as `latlng` say.
            let is_named = words.iter().any(|word| word.starts_with("lat"));
            is_named.then_some(true).or_else(|| told(field, documents))?
        };
        Some(Pair { field, is_text: field.all(Value::is_string), is_latitude_first })
    })
}

fn numbers(value: &Value) -> Option<(f64, f64)> {
    match value {
        Value::String(text) => {
            let (first, second) = text.split_once(',')?;
            Some((first.trim().parse().ok()?, second.trim().parse().ok()?))
        }
        Value::Array(pair) => match pair.as_slice() {
            [first, second] => Some((first.as_f64()?, second.as_f64()?)),
            _ => None,
        },
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_) => None,
    }
}

/// Whether the field is the list of a point of GeoJSON, which has the longitude first.
fn is_geo_json(field: &Field<'_>, fields: &[Field<'_>]) -> bool {
    let is_point = |other: &Field<'_>| {
        other.is_beside(field)
            && other.path.leaf() == "type"
            && !other.is_empty()
            && other.all(|value| value.as_str() == Some("Point"))
    };
    field.path.leaf() == "coordinates" && fields.iter().any(is_point)
}

/// Whether documents name the latitude before the longitude.
fn told(field: &Field<'_>, documents: &Documents) -> Option<bool> {
    let mut orders = documents.about(&field.path).filter_map(|statement| {
        let said = statement.said_of(&field.path);
        let (latitude, longitude) = (said.find("lat")?, said.find("lon").or(said.find("lng"))?);
        Some(latitude < longitude)
    });
    let first = orders.next()?;
    orders.all(|other| other == first).then_some(first)
}
