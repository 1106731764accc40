//! The JavaScript for whether a product can be ordered.

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
    let (field, place) = (sign.field.js(), js::text(&sign.field.place()));
    match &sign.reading {
        Reading::Meant(meanings) => {
            script.uses(Helper::Meant);
            let pairs: Vec<String> =
                meanings.iter().map(|(word, yes)| format!("[{}, {yes}]", js::text(word))).collect();
            format!("meant(new Map([{}]), {field}, {place})", pairs.join(", "))
        }
        Reading::Count { uncounted, kept } => {
            script.uses(Helper::InStock);
            let otherwise = if *uncounted { " ?? true" } else { "" };
            let count = format!("inStock({field}){otherwise}");
            kept.as_ref().map_or(count.clone(), |kept| {
                script.uses(Helper::Flag);
                let flag = format!("flag({}, {})", kept.js, js::text(&kept.place));
                format!("{flag} === {} ? true : {count}", !kept.with)
            })
        }
        Reading::Yes => {
            script.uses(Helper::Flag);
            format!("flag({field}, {place})")
        }
        Reading::No => {
            script.uses_all(&[Helper::Flag, Helper::Not]);
            format!("not(flag({field}, {place}))")
        }
        Reading::Unset => {
            script.uses(Helper::IsSet);
            format!("!isSet({field})")
        }
        Reading::Word => {
            script.uses(Helper::Available);
            format!("available({field}, {place})")
        }
    }
}
