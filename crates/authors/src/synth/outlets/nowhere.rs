//! Places that nobody has put on the map: both of their coordinates are nought.

use serde_json::Value;

use super::parts::Part;
use crate::synth::emit::{Helper, Script};
use crate::synth::kind::number;
use crate::synth::scope::Field;

/// The other coordinate of a pair of which this is one.
pub(super) fn other<'f, 'a>(
    key: &str,
    parts: &'f [(&'static Part, Field<'a>)],
) -> Option<&'f Field<'a>> {
    let other = match key {
        "latitude" => "longitude",
        "longitude" => "latitude",
        _ => return None,
    };
    parts.iter().find(|(part, _)| part.key == other).map(|(_, field)| field)
}

/// Whether some record of the samples has nought for both.
pub(super) fn is_shown(one: &Field<'_>, other: &Field<'_>) -> bool {
    let is_nought = |value: Option<&Value>| value.and_then(number) == Some(0.0);
    one.values.iter().zip(other.values.iter()).any(|(a, b)| is_nought(*a) && is_nought(*b))
}

/// Writes the coordinate, unless both are nought.
pub(super) fn write(key: &str, own: &Field<'_>, other: &Field<'_>, script: &mut Script) {
    script.uses(Helper::Number);
    script.comment(&format!("{}; where both are 0 the place is on no map", own.place()));
    let (own, other) = (own.js(), other.js());
    let is_nowhere = format!("number({own}) === 0 && number({other}) === 0");
    script.line(format!("{key}: {is_nowhere} ? undefined : number({own}),"));
}
