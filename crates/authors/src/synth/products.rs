//! The plan for `sync_products`: the whole catalogue as a flat list.

mod alone;
pub(crate) mod availability;
mod choices;
mod codes;
mod companions;
mod headings;
mod holders;
mod images;
mod leftovers;
mod lists;
mod pricing;
mod texts;
mod tiers;
mod unreached;
mod variants;
mod writing;

use domain::Brief;
use serde_json::Value;

use super::collections::{self, Collection};
use super::deletion;
use super::emit::Script;
use super::joins::{self, Relation, Rows, Target};
use super::matching::{Decisions, Wanted};
use super::money::{self, Price};
use super::path::Path;
use super::scope::{self, Field};
use super::vocabulary::{Entity, vocabulary};
use availability::{Listed, Sign};
use choices::Choices;
use companions::Companion;
use headings::Headings;
use images::Picture;
pub(crate) use images::stand_ins;
use pricing::find_price;
use variants::Variants;

const CODE: Wanted =
    Wanted { output: "products[].itemCode", names: "code", said: &[], required: true };
const PRICE: Wanted = Wanted {
    output: "products[].price",
    names: "price",
    said: &["price", "pay", "shelf"],
    required: true,
};
/// All that the script reads.
struct Plan<'a> {
    list: Collection,
    /// Whether a product may stand in several places.
    is_tree: bool,
    companions: Vec<Companion>,
    variants: Option<Variants<'a>>,
    code: Field<'a>,
    name: Field<'a>,
    price: Price<'a>,
    description: Option<Field<'a>>,
    /// How the description is written.
    form: texts::Form,
    image: Option<Picture<'a>>,
    headings: Option<Headings<'a>>,
    signs: Vec<Sign<'a>>,
    listed: Vec<Listed<'a>>,
    choices: Option<Choices<'a>>,
    /// The key of what categories name, where other records are no products.
    alone: Option<Path>,
    item_mark: Option<deletion::Mark>,
    variant_mark: Option<deletion::Mark>,
}

/// Plans and writes the script; what is open is left in `decisions`.
pub(crate) fn write(
    brief: &Brief,
    payloads: &[&Value],
    mut script: Script,
    decisions: &mut Decisions<'_>,
) -> Option<String> {
    let lists = lists::split(collections::find(payloads), payloads, decisions.documents);
    let targets = joins::targets(&lists, payloads);
    let list = lists::choose(&lists, payloads, decisions)?;
    let plan = plan(list, &lists, payloads, &targets, decisions)?;
    if !decisions.open.is_empty() {
        return None;
    }
    plan.write(&targets, &mut script);
    Some(script.finish(brief, "The whole catalogue as a flat list of products."))
}

fn plan<'a>(
    list: Collection,
    lists: &[Collection],
    payloads: &[&'a Value],
    targets: &[Target<'a>],
    decisions: &mut Decisions<'_>,
) -> Option<Plan<'a>> {
    let mut rows = rows_of_products(&list, payloads);
    let mut companions = companions::find(&mut rows, targets, decisions.documents);
    let variants = variants::find(&rows, targets, decisions);
    let mut rows = match &variants {
        Some(variants) => variants.rows(&rows, targets),
        None => rows,
    };
    companions.extend(companions::by_key(&mut rows, targets));
    let all = fields(&rows, variants.as_ref());
    let plain: Vec<Field<'a>> =
        all.iter().filter(|field| scope::is_plain(field, &all)).cloned().collect();
    let only = |is_read: &dyn Fn(&str) -> bool| -> Vec<Field<'a>> {
        plain.iter().filter(|field| is_read(&field.variable)).cloned().collect()
    };
    let of_item = only(&|variable| variable == "item");
    let of_variant = only(&|variable| variable == "variant");
    let besides = only(&|variable| matches!(variable, "variant" | companions::DETAILS));
    let (name, description) = texts::find(&of_item, &of_variant, &besides, decisions);
    let priced: Vec<Field<'a>> = all.iter().filter(|field| field.is_own()).cloned().collect();
    let currencies = money::of_payload(payloads, &rows.origins);
    let find_price =
        if variants.is_some() { pricing::find_price_of_variants } else { pricing::find_price };
    let price = find_price(&PRICE, &priced, &currencies, decisions);
    let telling = without_kind(&all, &list);
    let mut signs = availability::find(&telling, decisions);
    let listed = availability::listed(payloads, &list, &plain, decisions);
    let relations = relations(&plain, &rows, &list, variants.as_ref(), targets);
    let key = relations.iter().find_map(|relation| relation.key(targets));
    // In a tree a product may stand in several places.
    let holder = holders::find(&list, payloads);
    let is_tree = list.levels.len() > 1 || holders::is_of_heading(holder.as_ref());
    let unique_among = (!is_tree).then_some(rows.origins.as_slice());
    // What names a product stands in the product itself.
    let of_product: Vec<Field<'a>> =
        all.iter().filter(|field| !companions::is_one(&field.variable)).cloned().collect();
    let code = codes::find(&CODE, &of_product, key, unique_among, decisions);
    let image = images::find(&rows, &all, &relations, targets, payloads, decisions);
    let headings = headings::plan(&rows, &plain, holder.as_ref(), &relations, targets, decisions);
    let categories = headings.as_ref().and_then(|own| own.records(&rows, targets));
    signs.extend(availability::of_holder(holder.as_ref(), categories.as_ref(), decisions));
    let choices = choices::plan(&rows, &list, &relations, targets, payloads, decisions);
    if let Some((choices, price)) = choices.as_ref().zip(price.as_ref()) {
        choices.note_share(&price.field, decisions);
    }
    let around = categories.or_else(|| Some(holders::as_category(holder.as_ref()?, &rows)));
    choices::ask_inherited(around.as_ref(), choices.as_ref(), targets, decisions);
    let alone = alone::find(&rows, &list, headings.as_ref(), choices.as_ref(), targets, decisions);
    unreached::compare(&rows, headings.is_some(), choices.is_some(), decisions);
    let mut lists = besides_variants(lists, &list, variants.as_ref(), targets);
    let has_details = choices.as_ref().is_some_and(|own| own.start_in(companions::DETAILS))
        || description.as_ref().is_some_and(|own| own.variable == companions::DETAILS);
    lists.retain(|own| !has_details || !companions.iter().any(|companion| companion.reads(own)));
    unreached::ask(
        &lists,
        &list,
        headings.is_some(),
        choices.as_ref(),
        targets,
        payloads,
        decisions,
    );
    unreached::ask_spoken(&lists, choices.is_some(), payloads, decisions);
    availability::ask_unsettled(&telling, &signs, decisions);
    leftovers::ask(
        &leftovers::Plan {
            list: &list,
            lists: &lists,
            fields: &telling,
            signs: &signs,
            has_headings: headings.is_some(),
            headings: headings.as_ref().and_then(Headings::relation),
            choices: choices.as_ref(),
            has_description: description.is_some(),
            has_variants: variants.is_some(),
        },
        targets,
        payloads,
        decisions,
    );
    Some(Plan {
        form: description.as_ref().map_or(texts::Form::Plain, |own| texts::form(own, decisions)),
        list,
        is_tree,
        companions,
        variants,
        code: code?,
        name: name?,
        price: price?,
        description,
        image,
        headings,
        signs,
        listed,
        choices,
        alone,
        item_mark: deletion::mark(&all, "item", decisions.documents),
        variant_mark: deletion::mark(&all, "variant", decisions.documents),
    })
}

/// The fields of products and what is read with them, without those that hold or tell variants.
fn fields<'a>(rows: &Rows<'a>, variants: Option<&Variants<'a>>) -> Vec<Field<'a>> {
    let mut all = scope::fields(&rows.variables);
    all.retain(|field| {
        variants.is_none_or(|own| !own.holds(field) && !own.is_of_items(field, rows))
    });
    all
}

/// The ways from products to other records: neither to products nor to what variants are read from.
fn relations(
    plain: &[Field<'_>],
    rows: &Rows<'_>,
    list: &Collection,
    variants: Option<&Variants<'_>>,
    targets: &[Target<'_>],
) -> Vec<Relation> {
    joins::relations(plain, rows, targets)
        .into_iter()
        .filter(|relation| !relation.leads_to(list, targets))
        .filter(|relation| {
            variants.is_none_or(|variants| {
                !variants.is_reached_by(relation, targets)
                    && !variants::is_dimension(relation, rows, targets)
            })
        })
        .collect()
}

/// The lists without those that variants are read from, and without those of what variants differ by:
/// these are no choices.
fn besides_variants(
    lists: &[Collection],
    list: &Collection,
    variants: Option<&Variants<'_>>,
    targets: &[Target<'_>],
) -> Vec<Collection> {
    let is_theirs = |inner: &&Collection| {
        variants.is_some_and(|variants| {
            variants.are_in(inner, targets)
                || (inner.is_inside(list) && vocabulary().names(Entity::Option, &inner.words()))
        })
    };
    lists.iter().filter(|inner| !is_theirs(inner)).cloned().collect()
}

/// The fields without the one that tells products from other records of their list: it says nothing
/// of their sale.
fn without_kind<'a>(fields: &[Field<'a>], list: &Collection) -> Vec<Field<'a>> {
    let is_kind = |field: &&Field<'a>| {
        field.variable == "item" && list.filter.as_ref().is_some_and(|f| f.path == field.path)
    };
    fields.iter().filter(|field| !is_kind(field)).cloned().collect()
}

/// The products as rows. Their place is the list's path without its kind, as a person writes it.
fn rows_of_products<'a>(list: &Collection, payloads: &[&'a Value]) -> Rows<'a> {
    let mut rows = joins::rows_of(list, payloads, "item", Entity::Product);
    if let Some(item) = rows.variables.first_mut() {
        item.place = Collection { filter: None, ..list.clone() }.to_string();
    }
    rows
}
