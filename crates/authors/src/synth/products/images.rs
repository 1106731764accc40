//! The picture of a product.

mod choice;
mod nothing;
mod only;
mod own;
mod related;
mod site;
mod sizes;
mod told;

use std::sync::LazyLock;

use regex::Regex;
use serde_json::Value;

use crate::pattern::pattern;
use crate::synth::composed::{self, Composed};
use crate::synth::documents::{Documents, Statement};
use crate::synth::emit::{Helper, Script};
use crate::synth::joins::{Relation, Rows, Target};
use crate::synth::matching::{self, Decisions, Wanted, as_shown};
use crate::synth::scope::Field;
use crate::synth::vocabulary::vocabulary;
use choice::Choice;
pub(crate) use nothing::told as stand_ins;
use only::{is_picture, pictures};
use own::Own;
use related::related;
use site::Site;

const IMAGE: Wanted = Wanted {
    output: "products[].imageUrl",
    names: "image",
    said: &["image", "picture", "address"],
    required: false,
};
const NONE: &str = "none of them";

/// Where the address comes from.
#[derive(Debug)]
enum Image<'a> {
    /// It stands in the product, perhaps without the site that it begins with.
    Field { field: Field<'a>, prefix: Option<Site>, choice: Option<Choice>, own: Option<Own<'a>> },
    /// It is put together of several fields.
    Composed(Composed<'a>, Option<Choice>),
    /// The product names a picture's record.
    Related { relation: Relation, url: Field<'a>, prefix: Option<Site> },
}

/// The picture, and which addresses stand for none.
#[derive(Debug)]
pub(crate) struct Picture<'a> {
    image: Image<'a>,
    stand_ins: Vec<String>,
}

/// Finds the picture; nothing where the payload has none or a point is open.
pub(crate) fn find<'a>(
    rows: &Rows<'a>,
    fields: &[Field<'a>],
    relations: &[Relation],
    targets: &[Target<'a>],
    payloads: &[&Value],
    decisions: &mut Decisions<'_>,
) -> Option<Picture<'a>> {
    let image = found(rows, fields, relations, targets, payloads, decisions)?;
    let stand_ins = nothing::find(&image, decisions);
    Some(Picture { image, stand_ins })
}

fn found<'a>(
    rows: &Rows<'a>,
    fields: &[Field<'a>],
    relations: &[Relation],
    targets: &[Target<'a>],
    payloads: &[&Value],
    decisions: &mut Decisions<'_>,
) -> Option<Image<'a>> {
    if site::are_nowhere(decisions.documents) {
        return None;
    }
    if let Some(image) = related(rows, relations, targets, payloads, decisions) {
        return Some(image);
    }
    let image_words = |field: &Field<'_>| {
        !field.path.is_in_list()
            || field
                .path
                .keys()
                .iter()
                .any(|key| vocabulary().names_picture(&vocabulary().words(key)))
    };
    let fits = |field: &Field<'_>| {
        image_words(field)
            && !is_page(field)
            && field.all(is_address)
            && field.values.iter().all(|v| v.is_none_or(Value::is_string))
    };
    // Beside a main picture those of a gallery are none.
    let is_filled = |field: &Field<'_>| !field.is_empty() && fits(field);
    let is_further = |field: &Field<'_>| is_of_gallery(field, decisions.documents);
    let has_main = fields.iter().any(|field| is_filled(field) && !is_further(field));
    let is_rival = |field: &&Field<'a>| {
        let is_besides = has_main && is_filled(field) && is_further(field);
        !is_besides
            && !site::is_denied(field, decisions.documents)
            && !sizes::is_copy(field, fields)
    };
    let rivals: Vec<Field<'a>> = fields.iter().filter(is_rival).cloned().collect();
    let fields = rivals.as_slice();
    // A picture of the variant itself is no rival of its product's: it comes before that one.
    let is_pictured = |field: &&Field<'a>| field.variable == "item" && !field.is_empty();
    let of_item: Vec<Field<'a>> = fields.iter().filter(is_pictured).cloned().collect();
    let has_own = !decisions.rank(&IMAGE, &of_item, fits).is_empty();
    if let Some(image) = put_together(rows, fields, decisions)
        .or_else(|| one_before_another(fields, fits, decisions))
    {
        return Some(image);
    }
    let found = told::only_named(fields, decisions)
        .or_else(|| decisions.find(&IMAGE, if has_own { &of_item } else { fields }, fits));
    let Some(field) = found.or_else(|| only::find(fields, decisions)) else {
        ask_unnamed(fields, decisions);
        return None;
    };
    let field = sizes::whole(field, if has_own { &of_item } else { fields }, decisions)?;
    let own = if field.variable == "item" { own::find(rows, fields, decisions) } else { None };
    if let Some(own) = &own {
        decisions.record_besides(IMAGE.output, &field, own.field());
    }
    let is_relative = site::is_relative(&field);
    let prefix = if is_relative { site::find(&field, payloads, decisions) } else { None };
    let choice = choice::find(&field, rows, decisions.documents);
    (prefix.is_some() || !is_relative).then_some(Image::Field { field, prefix, choice, own })
}

/// A moment, and no address.
static DATED: LazyLock<Regex> = LazyLock::new(|| pattern(r"^\d{4}-\d\d-\d\d[T ]\d"));

/// What is said of pictures besides the main one.
static GALLERY: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\b(?:for|in|only) the (?:gallery|carousel|slider)\b|\b(?:further|additional|extra|more) (?:pictures|images|photos)\b",
    )
});

/// Whether documents say that the list in which a picture stands is one of further pictures.
fn is_of_gallery(field: &Field<'_>, documents: &Documents) -> bool {
    field.path.split_at_list().is_some_and(|(list, _)| {
        documents.about(&list).any(|own| GALLERY.is_match(&own.said_of(&list)))
    })
}

/// The address that documents say is put together of several fields.
fn put_together<'a>(
    rows: &Rows<'a>,
    fields: &[Field<'a>],
    decisions: &mut Decisions<'_>,
) -> Option<Image<'a>> {
    let is_settled =
        decisions.answers.of(IMAGE.output).is_some() || decisions.examples.lack(IMAGE.output);
    let is_of_pictures = |own: &Statement| {
        own.words.iter().any(|word| vocabulary().names_picture(std::slice::from_ref(word)))
    };
    let found =
        composed::find(fields, decisions.documents, is_of_pictures).filter(|_| !is_settled)?;
    let choice =
        found.fields().next().and_then(|field| choice::find(field, rows, decisions.documents));
    let reason = "the documents say how the address is put together";
    decisions.record(IMAGE.output, &found.place(), reason, 0.9, "");
    Some(Image::Composed(found, choice))
}

/// Of two pictures the one that documents say comes before the other, which stands for it.
fn one_before_another<'a>(
    fields: &[Field<'a>],
    fits: impl Fn(&Field<'_>) -> bool,
    decisions: &mut Decisions<'_>,
) -> Option<Image<'a>> {
    let pictures: Vec<Field<'a>> = fields
        .iter()
        .filter(|field| !field.is_empty() && fits(field) && field.all(site::is_whole))
        .filter(|field| !field.path.is_in_list())
        .cloned()
        .collect();
    let (own, field) = own::before_other(&pictures, decisions.documents)?;
    let is_answered = decisions.answers.of(IMAGE.output).is_some();
    // The outputs show one picture for each record: that the one or the other is there.
    let both: Vec<_> = own.values.iter().zip(field.values.iter()).map(|(a, b)| a.or(*b)).collect();
    let joined = Field { values: both.into(), ..field.clone() };
    if is_answered || decisions.examples.agree(IMAGE.output, &joined) == Some(false) {
        return None;
    }
    let reason = "the documents say which picture comes first";
    decisions.record(IMAGE.output, &own.place(), reason, 0.9, "");
    decisions.record_besides(IMAGE.output, &own, &field);
    Some(Image::Field { field, prefix: None, choice: None, own: Some(Own::Field(own)) })
}

/// Pictures under a name that says nothing: a person says whether they are the products'.
fn ask_unnamed(fields: &[Field<'_>], decisions: &mut Decisions<'_>) {
    let pictures = pictures(fields);
    let is_asked = decisions.open.iter().any(|point| point.field == IMAGE.output);
    if !pictures.is_empty() && !is_asked && decisions.answers.of(IMAGE.output).is_none() {
        let mut choices = matching::offers(&pictures);
        choices.push(as_shown(NONE));
        decisions.ask(IMAGE.output, "Which of these is the product's picture?", &choices);
    }
}

/// Whether an address that is called nothing more leads to the product's page: nothing in its name or in
/// the address speaks of a picture.
fn is_page(field: &Field<'_>) -> bool {
    const HINTS: [&str; 9] =
        ["img", "image", "photo", "picture", "cdn", "media", "static", "asset", "thumb"];
    let v = vocabulary();
    let is_bare = v.words(field.path.leaf()) == ["url"]
        && !field.path.keys().iter().any(|key| v.names_picture(&v.words(key)));
    let is_plain = |value: &Value| {
        value.as_str().is_some_and(|text| {
            let text = text.to_lowercase();
            !is_picture(value) && !HINTS.iter().any(|hint| text.contains(hint))
        })
    };
    is_bare && !field.is_empty() && field.all(is_plain)
}

/// An address with or without its site, and no mere id.
fn is_address(value: &Value) -> bool {
    value.as_str().is_some_and(|text| {
        (text.starts_with("http") || text.contains('/') || text.contains('.'))
            && !text.contains(' ')
            // What others go on from is the site of pictures and none itself.
            && !text.ends_with('/')
            // Parts of a second have a full stop too.
            && !DATED.is_match(text)
    })
}

impl Picture<'_> {
    pub(crate) fn declare(&self, targets: &[Target<'_>], script: &mut Script) {
        if let Image::Related { relation, .. } = &self.image {
            relation.declare("imageIndex", targets, script);
        }
    }

    /// The product's field.
    pub(crate) fn write(&self, targets: &[Target<'_>], script: &mut Script) {
        script.uses(Helper::Text);
        match &self.image {
            Image::Field { field, prefix, choice, own } => {
                let own = own.as_ref().map_or_else(String::new, |own| {
                    script.comment(&format!("{}, else that of the product", own.field().place()));
                    let address = format!("text({})", own.js(script));
                    format!("{} ?? ", nothing::js(&address, &self.stand_ins, script))
                });
                script.comment(&field.place());
                let read = match choice {
                    Some(choice) => choice.js(&field.variable, script),
                    None => field.js(),
                };
                let address = format!("text({read})");
                let address = match prefix {
                    None => address,
                    Some(prefix) => prefix.js(&address, script),
                };
                let address = nothing::js(&address, &self.stand_ins, script);
                script.line(format!("imageUrl: {own}{address},"));
            }
            Image::Composed(composed, choice) => {
                script.comment(&composed.place());
                let read = match choice {
                    None => composed.js(script),
                    Some(choice) => {
                        let variable = composed.fields().next().map(|own| own.variable.clone());
                        let record = choice.record(&variable.unwrap_or_default(), script);
                        composed
                            .js_within("image", script)
                            .map(|read| format!("list([{record}]).map((image) => {read})[0]"))
                    }
                };
                if let Some(read) = read {
                    let address = nothing::js(&read, &self.stand_ins, script);
                    script.line(format!("imageUrl: {address},"));
                }
            }
            Image::Related { relation, url, prefix } => {
                script.uses(Helper::SomeOf);
                script.comment(&relation.describe(targets));
                let address = format!("text({})", url.js());
                let make = match prefix {
                    None => address,
                    Some(prefix) => prefix.js(&address, script),
                };
                let make = nothing::js(&make, &self.stand_ins, script);
                let all = relation.js("imageIndex", "image", "image", &make, script);
                script.line(format!("imageUrl: someOf({all})?.[0],"));
            }
        }
    }
}
