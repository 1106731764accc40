//! The variants of a product: each is sold, and priced, on its own.

mod naming;

use std::sync::LazyLock;

use regex::Regex;
use serde_json::Value;

use crate::js;
use crate::pattern::pattern;
use crate::synth::answers::Answer;
use crate::synth::collections::Form;
use crate::synth::deletion::Mark;
use crate::synth::emit::{Helper, Script};
use crate::synth::joins::{Relation, Rows};
use crate::synth::matching::{Decisions, name_score};
use crate::synth::path::Path;
use crate::synth::products::{codes, lists};
use crate::synth::scope::{self, Field};
use crate::synth::vocabulary::{Entity, vocabulary};

const NAME_POINT: &str = "products[].name (of several variants)";
const WHOLE: &str = "the product, whatever the variant";
const APART: &str = "each variant, at its own price";
const ITEM: &str = "the product's name";
const BRACKETED: &str = "product (variant)";
const VARIANT: &str = "the variant's name";

static BRACKETS: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"in (?:round )?(?:brackets|parentheses)"));
/// The variant's name follows the product's, with a space between.
static APPENDED: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\b(?:is|are|gets?|be) (?:appended|added|suffixed|put|placed)(?: with a space)? (?:to|after|behind) (?:the |its )?(?:[a-z]+(?:'s)? )?(?:name|title)\b|\b(?:name|title)s? (?:of the [a-z]+ )?followed by (?:the |its )?(?:name of the )?[a-z]+(?:'s name| name)?$|\bfollows (?:the |its )?(?:[a-z]+(?:'s)? )?(?:name|title)\b|\bfollows (?:the |its )?[a-z]+['’]s(?: own)?\b|\bjoined (?:by|with) a (?:single )?space\b",
    )
});
static HYPHEN: LazyLock<Regex> = LazyLock::new(|| pattern(r"\b(?:hyphen|dash)\b"));

/// A list of variants in each product.
#[derive(Debug)]
pub(crate) struct Variants<'a> {
    pub(crate) path: Path,
    relation: Relation,
    /// Whether some product of the samples has several.
    several: bool,
    name: Option<Field<'a>>,
    naming: Naming,
}

/// How a product with several variants is named.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Naming {
    /// By the product alone.
    Item,
    /// By the variant alone, or by the product where it has none.
    Variant,
    /// By both, with this between them.
    Joined(String),
    /// By both, the variant in brackets.
    Bracketed,
}

/// Finds the variants, where the products have priced records that are called so.
pub(crate) fn find<'a>(rows: &Rows<'a>, decisions: &mut Decisions<'_>) -> Option<Variants<'a>> {
    let v = vocabulary();
    let fields = scope::fields(&rows.variables);
    let own_price = lists::has_price(
        &fields.iter().filter(|field| !field.path.is_in_list()).cloned().collect::<Vec<_>>(),
    );
    for field in fields.iter().filter(|field| !field.path.is_in_list()) {
        let holds_records =
            field.filled().filter_map(Value::as_array).flatten().any(Value::is_object);
        let relation = Relation::Nested {
            variable: "item".to_owned(),
            path: field.path.clone(),
            form: Form::Array,
        };
        // What costs nothing by itself is sold as its product options.
        let is_sold = || !own_price && v.words(field.path.leaf()) == ["product", "option"];
        if !holds_records || !(relation.is_named(Entity::Variant, &[]) || is_sold()) {
            continue;
        }
        let inner = relation.expand(rows, &[], "variant", Entity::Variant);
        let all_fields = scope::fields(&inner.variables);
        let priced: Vec<Field<'a>> =
            all_fields.iter().filter(|field| field.is_own()).cloned().collect();
        let inner_fields: Vec<Field<'a>> =
            all_fields.into_iter().filter(|field| !field.path.is_in_list()).collect();
        let ordered = decisions.documents.statements.iter().any(|statement| {
            codes::is_about_orders(statement)
                && v.entity_phrases(Entity::Variant)
                    .any(|phrase| v.words(&statement.prose()).iter().any(|word| word == phrase))
        });
        if !lists::has_price(&priced) || (own_price && !ordered && !sold_apart(field, decisions)) {
            continue;
        }
        let several = field.filled().filter_map(Value::as_array).any(|list| list.len() > 1);
        let name = inner_fields
            .iter()
            .filter(|field| field.all(Value::is_string) && !field.is_empty())
            .filter(|field| name_score(field, "name") > 0.3)
            .max_by(|a, b| name_score(a, "name").total_cmp(&name_score(b, "name")))
            .or_else(|| inner_fields.iter().find(|field| is_called_variant(field)))
            .cloned();
        let naming = match &name {
            Some(own) if several => {
                let shown = naming::shown(&fields, field, own, decisions.documents);
                shown.or_else(|| naming(decisions)).unwrap_or(Naming::Item)
            }
            Some(_) | None => Naming::Item,
        };
        return Some(Variants { path: field.path.clone(), relation, several, name, naming });
    }
    None
}

/// Whether a text is called like the variant itself: the `size` of one of the `sizes`.
fn is_called_variant(field: &Field<'_>) -> bool {
    let v = vocabulary();
    let words = v.words(field.path.leaf());
    field.variable == "variant"
        && field.path.len() == 1
        && field.is_always_there()
        && field.all(Value::is_string)
        && words.as_slice() != ["sku"]
        && v.names(Entity::Variant, &words)
}

/// Whether variants are sold on their own although the product has a price too: a person says.
fn sold_apart(list: &Field<'_>, decisions: &mut Decisions<'_>) -> bool {
    const POINT: &str = "products (variants)";
    let choices = [WHOLE, APART].map(|text| (text.to_owned(), text.to_owned()));
    match decisions.answers.of(POINT).map(Answer::text) {
        Some(WHOLE) => false,
        Some(APART) => true,
        Some(_) | None => {
            let prompt = format!(
                "Products have a price, and so have the records in {}. What is sold?",
                list.place()
            );
            decisions.ask(POINT, &prompt, &choices);
            false
        }
    }
}

/// How to name the variants of a product: what documents or a person say.
fn naming(decisions: &mut Decisions<'_>) -> Option<Naming> {
    let options = [" - ", " ", ": ", ", "];
    if let Some(answer) = decisions.answers.of(NAME_POINT) {
        let text = answer.text();
        let joint = options.iter().find(|joint| text == joined(joint));
        return Some(match (text, joint) {
            (BRACKETED, None) => Naming::Bracketed,
            (_, Some(joint)) => Naming::Joined((*joint).to_owned()),
            (ITEM, None) => Naming::Item,
            (VARIANT, None) => Naming::Variant,
            (_, None) => Naming::Joined(" ".to_owned()),
        });
    }
    if decisions.documents.statements.iter().any(|statement| {
        let is_variant =
            vocabulary().entity_phrases(Entity::Variant).any(|phrase| statement.has_word(phrase));
        is_variant && BRACKETS.is_match(&statement.lower)
    }) {
        return Some(Naming::Bracketed);
    }
    let documented = decisions.documents.statements.iter().find_map(|statement| {
        let is_variant =
            vocabulary().entity_phrases(Entity::Variant).any(|phrase| statement.has_word(phrase));
        crate::synth::outlets::joint_of(&statement.lower, &statement.text)
            .or_else(|| HYPHEN.is_match(&statement.lower).then(|| " - ".to_owned()))
            .or_else(|| APPENDED.is_match(&statement.lower).then(|| " ".to_owned()))
            .filter(|_| is_variant)
    });
    if let Some(joint) = documented {
        return Some(Naming::Joined(joint));
    }
    let mut choices: Vec<(String, String)> =
        options.iter().map(|joint| (joined(joint), joined(joint))).collect();
    choices.extend([BRACKETED, ITEM, VARIANT].map(|text| (text.to_owned(), text.to_owned())));
    decisions.ask(NAME_POINT, "Some products have several variants. How is each named?", &choices);
    None
}

fn joined(joint: &str) -> String {
    format!("product{joint}variant")
}

impl<'a> Variants<'a> {
    /// One row for each variant, with its product.
    pub(crate) fn rows(&self, rows: &Rows<'a>) -> Rows<'a> {
        let mut inner = self.relation.expand(rows, &[], "variant", Entity::Variant);
        let Some(item) = rows.variables.first() else { return inner };
        let counts = item.rows.iter().map(|row| {
            row.and_then(|r| self.path.of(r))
                .and_then(Value::as_array)
                .map_or(0, |list| list.iter().filter(|v| v.is_object()).count())
        });
        let repeated = item
            .rows
            .iter()
            .zip(counts)
            .flat_map(|(row, count)| std::iter::repeat_n(*row, count))
            .collect();
        inner.variables.insert(0, scope::Variable { rows: repeated, ..item.clone() });
        inner
    }

    /// Opens the loop over a product's variants.
    pub(crate) fn open(&self, mark: Option<&Mark>, script: &mut Script) {
        script.uses(Helper::List);
        let read = self.path.js("item");
        let place = js::comment(&self.path.to_string());
        match mark {
            Some(mark) => {
                script.uses_all(&mark.helpers);
                script.line(format!(
                    "const variants = list({read}).filter((variant) => !({}));",
                    mark.js
                ));
            }
            None => script.line(format!("const variants = list({read});")),
        }
        script.line("if (variants.length === 0) context.log(\"dropped a product: it has no variant to sell\");");
        if !self.several {
            script.comment(&format!(
                "The samples have one record in {place}: with more, their names are not known."
            ));
            script.line(format!("if (variants.length > 1) throw new Error(`${{variants.length}} records in ${{{}}}, expected one`);", js::text(&self.path.to_string())));
        }
        script.line("for (const variant of variants) {");
    }

    /// The expression for a variant's name, where it is not the product's own.
    pub(crate) fn name(&self, item: &Field<'_>, script: &mut Script) -> Option<String> {
        let variant = self.name.as_ref()?;
        let (item_js, variant_js) = (item.js(), variant.js());
        let place = js::text(&item.place());
        script.uses_all(&[Helper::Text, Helper::RequiredText]);
        let expression = match &self.naming {
            Naming::Item => return None,
            Naming::Variant => format!("text({variant_js}) ?? requiredText({item_js}, {place})"),
            Naming::Bracketed => {
                script.uses(Helper::WithBrackets);
                format!(
                    "withBrackets(requiredText({item_js}, {place}), variants.length > 1 ? text({variant_js}) : undefined)"
                )
            }
            Naming::Joined(joint) => format!(
                "[requiredText({item_js}, {place}), variants.length > 1 ? text({variant_js}) : undefined].filter((part) => part !== undefined).join({})",
                js::text(joint)
            ),
        };
        script.comment(&format!("{} and {}", item.place(), variant.place()));
        Some(expression)
    }
}
