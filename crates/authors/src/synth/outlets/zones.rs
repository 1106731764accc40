//! Time zones that vendors call otherwise than IANA does, where documents say which is which: "Central
//! Standard Time" is America/Chicago.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use regex::Regex;

use super::parts::TIMEZONE;
use crate::js;
use crate::pattern::pattern;
use crate::synth::documents::Documents;
use crate::synth::emit::{Helper, Script};
use crate::synth::matching::Decisions;
use crate::synth::scope::Field;
use crate::synth::vocabulary::vocabulary;

static IANA: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\b(?:Africa|America|Antarctica|Asia|Atlantic|Australia|Europe|Indian|Pacific)/[A-Za-z_]+(?:/[A-Za-z_]+)?\b",
    )
});
/// What joins a name to its zone or one pair to the next.
static JOINT: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r#"^(?:[\s,"'“”`(),=→>-]|\b(?:is|are|means|and|for)\b)+|(?:[\s,"'“”`(),=→>-]|\b(?:is|means|stands for)\b)+$"#,
    )
});

/// Whether a text field is called a time zone, or is the name or id of one.
pub(super) fn is_called_so(field: &Field<'_>) -> bool {
    let is_zone = |words: &[String]| {
        let words = words.join(" ");
        words.contains("timezone") || words.contains("time zone")
    };
    let v = vocabulary();
    let leaf = v.words(field.path.leaf());
    let is_key = |word: &String| matches!(word.as_str(), "id" | "name" | "code" | "key" | "value");
    is_zone(&leaf) || leaf.iter().all(is_key) && is_zone(&v.words(field.path.parent().leaf()))
}

/// The field that holds such names with the zone of each.
pub(super) struct Zones<'a> {
    field: Field<'a>,
    of: BTreeMap<String, String>,
}

/// Finds it where documents give the zone of each name that the samples have.
pub(super) fn find<'a>(fields: &[Field<'a>], decisions: &mut Decisions<'_>) -> Option<Zones<'a>> {
    if decisions.is_given(TIMEZONE.wanted().output) {
        return None;
    }
    let found = fields.iter().filter(|field| is_called_so(field) && !field.is_empty());
    let mut known = found.filter_map(|field| {
        let of = told(field, decisions.documents)?;
        Some(Zones { field: field.clone(), of })
    });
    let zones = known.next()?;
    let why = "the documents give the zone of each name";
    decisions.record(TIMEZONE.wanted().output, &zones.field.place(), why, 0.9, "");
    Some(zones)
}

fn told(field: &Field<'_>, documents: &Documents) -> Option<BTreeMap<String, String>> {
    let near = documents.passages_about(&field.path);
    let of: BTreeMap<String, String> = near.flat_map(|own| pairs(&own.text)).collect();
    let is_known =
        |value: &serde_json::Value| value.as_str().is_some_and(|name| of.contains_key(name));
    (!of.is_empty() && field.all(is_known)).then_some(of)
}

/// Each zone in a text with what stands before it. Names after the first may leave out its last words.
fn pairs(text: &str) -> Vec<(String, String)> {
    let mut found: Vec<(String, String)> = Vec::new();
    let mut from = 0;
    for zone in IANA.find_iter(text) {
        let before = text.get(from..zone.start()).unwrap_or_default();
        let before = before.rsplit([':', ';', '`']).next().unwrap_or_default();
        let mut name = JOINT.replace_all(before, "").into_owned();
        if let Some((first, _)) = found.first() {
            let missing = first.split(' ').skip(name.split(' ').count());
            let whole = std::iter::once(name.as_str()).chain(missing).collect::<Vec<_>>().join(" ");
            name = whole;
        }
        found.push((name, zone.as_str().to_owned()));
        from = zone.end();
    }
    found
}

impl Zones<'_> {
    /// Writes the zone; a name that is not known stops the run.
    pub(super) fn write(&self, script: &mut Script) {
        script.uses(Helper::Meant);
        script.comment(&format!("{}, by the vendor's name for it", self.field.place()));
        let pairs: Vec<String> = self
            .of
            .iter()
            .map(|(name, zone)| format!("[{}, {}]", js::text(name), js::text(zone)))
            .collect();
        let (read, place) = (self.field.js(), js::text(&self.field.place()));
        script.line(format!("timezone: meant(new Map([{}]), {read}, {place}),", pairs.join(", ")));
    }
}

#[cfg(test)]
mod tests {
    use super::pairs;

    #[test]
    fn each_zone_has_the_name_before_it() {
        let told = "the shops are in Chile: Pacific SA Standard Time is America/Santiago, and \"Easter Island Standard Time\" (Pacific/Easter)";
        let of = |name: &str, zone: &str| (name.to_owned(), zone.to_owned());
        assert_eq!(
            pairs(told),
            [
                of("Pacific SA Standard Time", "America/Santiago"),
                of("Easter Island Standard Time", "Pacific/Easter")
            ]
        );
        let short = "Central Standard Time = America/Chicago, Mountain America/Denver";
        assert_eq!(pairs(short)[1], of("Mountain Standard Time", "America/Denver"));
    }
}
