//! The plan for `sync_products`: the whole catalogue as a flat list.

mod alone;
pub(crate) mod availability;
mod choices;
mod codes;
mod companions;
mod headings;
mod images;
mod leftovers;
mod lists;
mod texts;
mod tiers;
mod unreached;
mod variants;

use domain::Brief;
use serde_json::Value;

use super::collections::{self, Collection};
use super::deletion;
use super::emit::{Helper, Script};
use super::joins::{self, Relation, Target};
use super::loops;
use super::matching::{self, Decisions, Wanted, name_score};
use super::money::{self, Price};
use super::path::Path;
use super::scope::{self, Field, Variable};
use super::vocabulary::{Entity, vocabulary};
use crate::js;
use availability::{Listed, Sign};
use choices::Choices;
use companions::Companion;
use headings::Headings;
use images::Image;
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
    companions: Vec<Companion>,
    variants: Option<Variants<'a>>,
    code: Field<'a>,
    name: Field<'a>,
    price: Price<'a>,
    description: Option<Field<'a>>,
    /// Whether documents want the description without its tags.
    is_html: bool,
    image: Option<Image<'a>>,
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
    let mut rows = joins::rows_of(&list, payloads, "item", Entity::Product);
    if let Some(item) = rows.variables.first_mut() {
        item.place = places(&list);
    }
    let companions = companions::find(&mut rows, targets);
    let variants = variants::find(&rows, decisions);
    let rows = match &variants {
        Some(variants) => variants.rows(&rows),
        None => rows,
    };
    let all: Vec<Field<'a>> = scope::fields(&rows.variables)
        .into_iter()
        .filter(|field| {
            variants
                .as_ref()
                .is_none_or(|v| field.variable != "item" || !field.path.starts_with(&v.path))
        })
        .collect();
    let plain: Vec<Field<'a>> =
        all.iter().filter(|field| !field.path.is_in_list()).cloned().collect();
    let of_item: Vec<Field<'a>> =
        plain.iter().filter(|field| field.variable == "item").cloned().collect();

    let of_variant: Vec<Field<'a>> =
        plain.iter().filter(|field| field.variable == "variant").cloned().collect();
    let (name, description) = texts::find(&of_item, &of_variant, decisions);
    let priced: Vec<Field<'a>> = all.iter().filter(|field| field.is_own()).cloned().collect();
    let price = find_price(&PRICE, &priced, &money::of_payload(payloads, &rows.origins), decisions);
    let telling = without_kind(&all, &list);
    let signs = availability::find(&telling, decisions);
    let listed = availability::listed(payloads, &list, &plain, decisions);
    let relations: Vec<Relation> = joins::relations(&plain, &rows, targets)
        .into_iter()
        .filter(|relation| !relation.leads_to(&list, targets))
        .filter(|relation| {
            variants
                .as_ref()
                .is_none_or(|v| !(relation.variable() == "item" && relation.path() == &v.path))
        })
        .collect();
    let key = relations.iter().find_map(|relation| relation.key(targets));
    // In a tree a product may stand in several places.
    let unique_among = (list.levels.len() == 1).then_some(rows.origins.as_slice());
    // What names a product stands in the product itself.
    let of_product: Vec<Field<'a>> =
        plain.iter().filter(|field| field.variable != companions::VARIABLE).cloned().collect();
    let code = codes::find(&CODE, &of_product, key, unique_among, decisions);
    let image = images::find(&rows, &all, &relations, targets, decisions);
    let holder = holder(&list, payloads);
    let headings = headings::plan(&rows, &plain, holder.as_ref(), &relations, targets, decisions);
    let choices = choices::plan(&rows, &list, &relations, targets, payloads, decisions);
    let alone = alone::find(&rows, &list, headings.as_ref(), choices.as_ref(), targets, decisions);
    unreached::compare(&rows, headings.is_some(), choices.is_some(), decisions);
    // What variants differ by is written in lists of its own, which are no choices.
    let is_dimension = |inner: &&Collection| {
        variants.is_some()
            && inner.is_inside(&list)
            && vocabulary().names(Entity::Option, &inner.words())
    };
    let lists: Vec<Collection> =
        lists.iter().filter(|inner| !is_dimension(inner)).cloned().collect();
    unreached::ask(
        &lists,
        &list,
        headings.is_some(),
        choices.as_ref(),
        targets,
        payloads,
        decisions,
    );
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
        list,
        companions,
        variants,
        code: code?,
        name: name?,
        price: price?,
        is_html: description.as_ref().is_some_and(|field| texts::is_html(field, decisions)),
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

/// The fields without the one that tells products from other records of their list: it says nothing
/// of their sale.
fn without_kind<'a>(fields: &[Field<'a>], list: &Collection) -> Vec<Field<'a>> {
    let is_kind = |field: &&Field<'a>| {
        field.variable == "item" && list.filter.as_ref().is_some_and(|f| f.path == field.path)
    };
    fields.iter().filter(|field| !is_kind(field)).cloned().collect()
}

/// The list's path without its kind: how a person writes the place of its fields.
fn places(list: &Collection) -> String {
    Collection { filter: None, ..list.clone() }.to_string()
}

/// The record that holds the products of a menu tree.
fn holder<'a>(list: &Collection, payloads: &[&'a Value]) -> Option<Variable<'a>> {
    let index = list.levels.len().checked_sub(2)?;
    let names = loops::variables(list, "item");
    let rows = payloads
        .iter()
        .flat_map(|payload| list.chains(payload))
        .map(|chain| chain.get(index).copied())
        .collect();
    let outer =
        Collection { levels: list.levels.iter().take(index + 1).cloned().collect(), filter: None };
    Some(Variable {
        name: names.get(index)?.clone(),
        entity: Entity::Category,
        place: outer.to_string(),
        rows,
    })
}

/// Finds a price and its unit; `currencies` are those that the payload names at large.
fn find_price<'a>(
    wanted: &Wanted,
    fields: &[Field<'a>],
    currencies: &[Field<'a>],
    decisions: &mut Decisions<'_>,
) -> Option<Price<'a>> {
    let fields = tiers::with(fields, decisions.documents);
    let fields = fields.as_slice();
    let amounts = money::amounts(fields);
    let is_at = |field: &Field<'_>, other: &Field<'_>| {
        field.variable == other.variable && field.path == other.path
    };
    let is_holder = |field: &Field<'_>| amounts.iter().any(|(holder, _)| is_at(holder, field));
    let others = fields.iter().filter(|field| !is_holder(field));
    let known: Vec<Field<'a>> =
        amounts.iter().map(|(holder, _)| holder).chain(others).cloned().collect();
    let is_other = |field: &Field<'_>| money::is_no_price(field, decisions.documents);
    let others: Vec<bool> = known.iter().map(is_other).collect();
    let known: Vec<Field<'a>> =
        known.into_iter().zip(others).filter(|(_, other)| !other).map(|(field, _)| field).collect();
    // An amount that is nought everywhere is not in use, where another one is.
    let is_nought = |field: &Field<'_>| {
        let of = |value: &Value| value.as_f64().or_else(|| value.as_str()?.trim().parse().ok());
        let amount = amounts.iter().find(|(holder, _)| is_at(holder, field));
        amount.is_some_and(|(_, amount)| {
            !amount.is_empty() && amount.all(|value| of(value) == Some(0.0))
        })
    };
    let is_used = |field: &&Field<'a>| {
        !field.is_empty()
            && is_holder(field)
            && !is_nought(field)
            && name_score(field, "price") > 0.9
    };
    let has_used = known.iter().any(|field| is_used(&field));
    let known: Vec<Field<'a>> =
        known.into_iter().filter(|field| !has_used || !is_nought(field)).collect();
    let chosen = decisions.find(wanted, &known, |field| !field.is_empty() && is_holder(field))?;
    let amount = amounts
        .iter()
        .find(|(holder, amount)| is_at(holder, &chosen) || is_at(amount, &chosen))
        .filter(|(_, amount)| !amount.is_empty());
    let Some((_, field)) = amount.cloned() else {
        let prompt = format!(
            "{} holds no amounts of money ({}). Which field does?",
            chosen.place(),
            chosen.examples()
        );
        let holders: Vec<Field<'a>> =
            known.into_iter().filter(|field| !field.is_empty() && is_holder(field)).collect();
        decisions.ask(wanted.output, &prompt, &matching::offers(&holders));
        return None;
    };
    let around: Vec<Field<'a>> = fields.iter().chain(currencies).cloned().collect();
    let unit = money::unit(&field, &around, wanted.output, decisions)?;
    Some(Price { field, unit })
}

/// Leaves out a record that lacks one of the fields.
fn skip_incomplete<'f>(
    needed: impl Iterator<Item = &'f Field<'f>>,
    leave: &str,
    what: &str,
    script: &mut Script,
) {
    let reads: Vec<String> = needed.map(Field::js).collect();
    script.line(format!(
        "if ([{}].some((part) => part === undefined || part === null)) {{",
        reads.join(", ")
    ));
    script.line(format!("context.log(\"dropped a {what}: it lacks its id, name or price\");"));
    script.line(leave);
    script.line("}");
}

impl Plan<'_> {
    fn write(&self, targets: &[Target<'_>], script: &mut Script) {
        script.line("const products = [];");
        if self.item_mark.is_some() || self.variant_mark.is_some() {
            script.line("let deleted = 0;");
        }
        if self.alone.is_some() {
            script.line("let parts = 0;");
        }
        if let Some(headings) = &self.headings {
            headings.declare(targets, script);
        }
        if let Some(image) = &self.image {
            image.declare(targets, script);
        }
        if let Some(choices) = &self.choices {
            choices.declare(targets, script);
        }
        for companion in &self.companions {
            companion.declare(targets, script);
        }
        availability::declare(&self.listed, script);
        let is_tree = self.list.levels.len() > 1;
        if is_tree {
            script.line("const known = new Map();");
        }
        self.write_loop(targets, is_tree, script);
        let any_mark = self.item_mark.as_ref().or(self.variant_mark.as_ref());
        deletion::report(script, any_mark, "products");
        if self.alone.is_some() {
            alone::report(script);
        }
        if let Some(filter) = &self.list.filter {
            script.uses(Helper::List);
            let all = loops::expression(
                &Collection { filter: None, ..self.list.clone() },
                "payload",
                script,
            );
            script.line(format!(
                "const others = {all}.filter((record) => !({})).length;",
                loops::condition(filter, "record")
            ));
            script.line("if (others > 0) context.log(`dropped ${others} records: they are no products themselves`);");
        }
        script.line("return { products };");
        if let Some(choices) = &self.choices {
            choices.write_functions(targets, self.list.filter.is_some(), script);
        }
    }

    fn write_loop(&self, targets: &[Target<'_>], is_tree: bool, script: &mut Script) {
        loops::open(script, &self.list, "item", "payload");
        if let Some(filter) = &self.list.filter {
            script.line(format!("if (!({})) continue;", loops::condition(filter, "item")));
        }
        if let Some(own) = &self.alone {
            alone::skip(own, script);
        }
        deletion::skip(script, self.item_mark.as_ref());
        for companion in &self.companions {
            companion.read(script);
        }
        let own = [&self.code, &self.name, &self.price.field];
        self.skip_incomplete(
            own.into_iter().filter(|field| field.variable != "variant"),
            "continue;",
            "product",
            script,
        );
        if let Some(variants) = &self.variants {
            variants.open(self.variant_mark.as_ref(), script);
        }
        script.uses_all(&[Helper::Compact, Helper::RequiredText]);
        script.line(if is_tree { "const product = compact({" } else { "products.push(compact({" });
        self.write_fields(targets, script);
        script.line(if is_tree { "});" } else { "}));" });
        if is_tree {
            script.comment(
                "A product that stands in several places comes once, with all its categories.",
            );
            script.line("const earlier = known.get(product.itemCode);");
            script.line("if (earlier !== undefined) {");
            script.line("context.log(`dropped a repetition of product ${product.itemCode}`);");
            script.line("earlier.categories = [...new Set([...(earlier.categories ?? []), ...(product.categories ?? [])])];");
            script.line("if (earlier.categories.length === 0) delete earlier.categories;");
            script.line("continue;");
            script.line("}");
            script.line("known.set(product.itemCode, product);");
            script.line("products.push(product);");
        }
        if self.variants.is_some() {
            script.line("}");
        }
        loops::close(script, &self.list);
    }

    /// In a list of several kinds a record may lack what its kind needs, and a list within it may
    /// be empty: then it is left out and logged.
    fn skip_incomplete<'f>(
        &self,
        needed: impl Iterator<Item = &'f Field<'f>>,
        leave: &str,
        what: &str,
        script: &mut Script,
    ) {
        let reads_list =
            [&self.code, &self.price.field].iter().any(|field| field.path.is_in_list());
        if self.list.filter.is_some() || reads_list || !self.companions.is_empty() {
            skip_incomplete(needed, leave, what, script);
        }
    }

    fn write_fields(&self, targets: &[Target<'_>], script: &mut Script) {
        let text = |name: &str, field: &Field<'_>, script: &mut Script| {
            script.comment(&field.place());
            script.line(format!(
                "{name}: requiredText({}, {}),",
                field.js(),
                js::text(&field.place())
            ));
        };
        text("itemCode", &self.code, script);
        match self.variants.as_ref().and_then(|variants| variants.name(&self.name, script)) {
            Some(name) => script.line(format!("name: {name},")),
            None => text("name", &self.name, script),
        }
        script.uses_all(self.price.unit.helpers());
        script.comment(&format!("{}, {}", self.price.field.place(), self.price.describe()));
        script.line(format!("price: {},", self.price.js()));
        if let Some(description) = &self.description {
            script.comment(&description.place());
            let helper = if self.is_html { Helper::PlainText } else { Helper::Text };
            let call = if self.is_html { "plainText" } else { "text" };
            script.uses(helper);
            script.line(format!("description: {call}({}),", description.js()));
        }
        if let Some(image) = &self.image {
            image.write(targets, script);
        }
        if let Some(headings) = &self.headings {
            headings.write(targets, script);
        }
        availability::write(&self.signs, &self.listed, script);
        if let Some(choices) = &self.choices {
            choices.write_field(script);
        }
    }
}
