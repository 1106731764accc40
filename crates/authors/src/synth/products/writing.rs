//! The script for a plan of the catalogue.

use super::companions::Companion;
use super::headings::Headings;
use super::texts::Form;
use super::{Plan, alone, availability, holders};
use crate::js;
use crate::synth::collections::Collection;
use crate::synth::deletion;
use crate::synth::emit::{Helper, Script};
use crate::synth::joins::Target;
use crate::synth::loops;
use crate::synth::scope::Field;

/// Leaves out a record that lacks one of the fields.
pub(super) fn skip_incomplete<'f>(
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
    pub(super) fn write(&self, targets: &[Target<'_>], script: &mut Script) {
        script.line("const products = [];");
        if self.item_mark.is_some() || self.variant_mark.is_some() {
            script.line("let marked = 0;");
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
        if let Some(variants) = &self.variants {
            variants.declare(targets, script);
        }
        availability::declare(&self.listed, script);
        let is_tree = self.is_tree;
        if self.reads_heading() {
            holders::declare(&self.list, script);
        }
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

    /// Whether anything is read from the heading of a tree.
    fn reads_heading(&self) -> bool {
        let of_headings = self.headings.as_ref().and_then(Headings::text);
        let of_signs = self.signs.iter().map(availability::Sign::variable);
        of_headings
            .map(|field| field.variable.as_str())
            .into_iter()
            .chain(of_signs)
            .any(holders::is_heading)
    }

    fn write_loop(&self, targets: &[Target<'_>], is_tree: bool, script: &mut Script) {
        loops::open(script, &self.list, "item", "payload");
        if let Some(filter) = &self.list.filter {
            script.line(format!("if (!({})) continue;", loops::condition(filter, "item")));
        }
        if self.reads_heading() {
            holders::read(script);
        }
        if let Some(own) = &self.alone {
            alone::skip(own, script);
        }
        deletion::skip(script, self.item_mark.as_ref());
        for companion in &self.companions {
            companion.read(script);
        }
        let own = [&self.code, &self.name, self.price.needed()];
        self.skip_incomplete(
            own.into_iter().filter(|field| field.variable != "variant"),
            "continue;",
            "product",
            script,
        );
        if let Some(variants) = &self.variants {
            variants.open(self.variant_mark.as_ref(), &self.code, script);
        }
        script.uses_all(&[Helper::Compact, Helper::RequiredText]);
        if self.needs_price() {
            self.comment_price(script);
            script.line(format!("const price = {};", self.price.js()));
        }
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
            [&self.code, self.price.needed()].iter().any(|field| field.path.is_in_list());
        if self.list.filter.is_some()
            || reads_list
            || self.companions.iter().any(Companion::is_priced)
        {
            skip_incomplete(needed, leave, what, script);
        }
    }

    /// Whether more than the product's own field reads its price.
    fn needs_price(&self) -> bool {
        self.choices.as_ref().is_some_and(super::Choices::need_price)
    }

    fn comment_price(&self, script: &mut Script) {
        script.uses_all(self.price.unit.helpers());
        let place = self.price.places(script);
        script.comment(&format!("{place}, {}", self.price.describe()));
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
        if self.needs_price() {
            script.line("price,");
        } else {
            self.comment_price(script);
            script.line(format!("price: {},", self.price.js()));
        }
        if let Some(description) = &self.description {
            script.comment(&description.place());
            let (helper, call) = match self.form {
                Form::Plain => (Helper::Text, "text"),
                Form::Html => (Helper::PlainText, "plainText"),
                Form::Blocks => (Helper::BlocksText, "blocksText"),
            };
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
