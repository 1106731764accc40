//! The JavaScript for whether a product can be ordered.

use serde_json::Value;

use super::gates::With;
use super::{Listed, Reading, Sign, listed};
use crate::js;
use crate::synth::emit::{Helper, Script};

/// Writes the field, where there is a sign.
pub(crate) fn write(signs: &[Sign<'_>], listed: &[Listed<'_>], script: &mut Script) {
    let own = signs.iter().map(|sign| sign.field.place());
    let places: Vec<String> = own.chain(listed.iter().map(Listed::place)).collect();
    let mut reads: Vec<String> = signs.iter().map(|sign| read(sign, script)).collect();
    reads.extend(listed::reads(listed, script));
    if reads.is_empty() {
        return;
    }
    script.comment(&places.join(" and "));
    match reads.as_slice() {
        [only] => script.line(format!("isAvailable: {only},")),
        several => {
            script.uses(Helper::AllOf);
            script.line(format!("isAvailable: allOf([{}]),", several.join(", ")));
        }
    }
}

fn read(sign: &Sign<'_>, script: &mut Script) -> String {
    let own = read_alone(sign, script);
    if sign.gates.is_empty() {
        return own;
    }
    let is_free: Vec<String> = sign
        .gates
        .iter()
        .map(|gate| match &gate.with {
            With::Flag(with) => {
                script.uses(Helper::Flag);
                format!("flag({}, {}) === {}", gate.js, js::text(&gate.place), !with)
            }
            With::Word(word) => {
                script.uses(Helper::Text);
                format!("text({}) !== {}", gate.js, js::text(word))
            }
            With::Any => {
                script.uses(Helper::IsSet);
                format!("!isSet({})", gate.js)
            }
        })
        .collect();
    format!("{} ? true : {own}", is_free.join(" || "))
}

fn read_alone(sign: &Sign<'_>, script: &mut Script) -> String {
    let (field, place) = (sign.field.js(), js::text(&sign.field.place()));
    match &sign.reading {
        Reading::Meant(meanings) => {
            script.uses(Helper::Meant);
            let pairs: Vec<String> =
                meanings.iter().map(|(word, yes)| format!("[{}, {yes}]", js::text(word))).collect();
            format!("meant(new Map([{}]), {field}, {place})", pairs.join(", "))
        }
        Reading::Count { uncounted } => {
            script.uses(Helper::InStock);
            let otherwise = if *uncounted { " ?? true" } else { "" };
            format!("inStock({field}){otherwise}")
        }
        Reading::Yes => {
            script.uses(Helper::Flag);
            format!("flag({field}, {place})")
        }
        Reading::No => {
            script.uses_all(&[Helper::Flag, Helper::Not]);
            format!("not(flag({field}, {place}))")
        }
        Reading::Unset if sign.field.filled().any(Value::is_array) => {
            script.uses(Helper::IsFilled);
            format!("!isFilled({field})")
        }
        Reading::Unset => {
            script.uses(Helper::IsSet);
            format!("!isSet({field})")
        }
        Reading::There => {
            script.uses(Helper::IsSet);
            format!("isSet({field})")
        }
        Reading::Until { milliseconds } => {
            script.uses(Helper::IsOver);
            format!("isOver({field}, {milliseconds})")
        }
        Reading::Only(word) => {
            script.uses(Helper::Text);
            format!("text({field}) === {}", js::text(word))
        }
        Reading::Word => {
            script.uses(Helper::Available);
            format!("available({field}, {place})")
        }
    }
}
