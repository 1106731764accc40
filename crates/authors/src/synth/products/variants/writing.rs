//! The script's loop over the variants of a product.

use super::{Naming, Variants};
use crate::js;
use crate::synth::deletion::Mark;
use crate::synth::emit::{Helper, Script};
use crate::synth::joins::Relation;
use crate::synth::scope::Field;

impl Variants<'_> {
    /// Opens the loop over a product's variants, which are known by `code`.
    pub(crate) fn open(&self, mark: Option<&Mark>, code: &Field<'_>, script: &mut Script) {
        let place = &self.place;
        let own = self.relation.js("variantIndex", "variant", "variant", "[variant]", script);
        let offered = if self.alone { "offered" } else { "variants" };
        let filter = mark.map_or_else(String::new, |mark| {
            script.uses_all(&mark.helpers);
            format!(".filter((variant) => !({}))", mark.js)
        });
        if self.alone {
            script.comment("What has no variants is sold itself.");
            script.line(format!("const {offered} = {own};"));
            script.line(format!(
                "const variants = ({} ? [item] : {offered}){filter};",
                self.is_sold_itself(offered)
            ));
        } else {
            script.line(format!("const variants = {own}{filter};"));
        }
        script.line("if (variants.length === 0) context.log(\"dropped a product: it has no variant to sell\");");
        if !self.several {
            script.comment(&format!(
                "The samples have one record in {}: with more, their names are not known.",
                js::comment(place)
            ));
            let (place, code) = (js::text(place), code.js());
            script.line(format!("if (variants.length > 1) throw new Error(`several records in ${{{place}}}, expected one: ${{variants.map((variant) => {code}).join(\", \")}}`);"));
        }
        script.line("for (const variant of variants) {");
        let list = self.name.as_ref().and_then(|name| name.path.split_at_list());
        let is_alone = self.naming != Naming::Item && self.joint.is_none();
        if let Some((list, _)) = list.filter(|_| is_alone) {
            let (read, place) = (list.js("variant"), js::text(&list.to_string()));
            script.uses(Helper::List);
            script.line(format!("if (variant !== item && list({read}).length > 1) throw new Error(`several records in ${{{place}}}: how they are named together is not known`);"));
        }
    }

    /// The expression for a variant's name, where it is not the product's own.
    pub(crate) fn name(&self, item: &Field<'_>, script: &mut Script) -> Option<String> {
        let variant = self.name.as_ref()?;
        let variant_js = match (&self.joint, variant.path.split_at_list()) {
            (Some(joint), Some((list, value))) => {
                script.uses(Helper::List);
                let (all, own) = (list.js("variant"), value.js("part"));
                format!(
                    "list({all}).flatMap((part) => text({own}) ?? []).join({})",
                    js::text(joint)
                )
            }
            (Some(_) | None, _) => variant.js(),
        };
        let item_js = item.js();
        let place = js::text(&item.place());
        script.uses_all(&[Helper::Text, Helper::RequiredText]);
        let expression = match &self.naming {
            Naming::Item => return None,
            Naming::Variant => format!("text({variant_js}) ?? requiredText({item_js}, {place})"),
            Naming::Bracketed => {
                script.uses(Helper::WithBrackets);
                format!(
                    "withBrackets(requiredText({item_js}, {place}), {})",
                    self.of_several(&variant_js)
                )
            }
            Naming::Joined(joint) => format!(
                "[requiredText({item_js}, {place}), {}].filter((part) => part !== undefined).join({})",
                self.of_several(&variant_js),
                js::text(joint)
            ),
        };
        script.comment(&format!("{} and {}", item.place(), variant.place()));
        Some(expression)
    }

    /// The expression for what tells a variant from the others: a product with one variant needs no more
    /// than its name, unless values make it up.
    fn of_several(&self, read: &str) -> String {
        if self.joint.is_some() {
            format!("text({read})")
        } else {
            format!("variants.length > 1 ? text({read}) : undefined")
        }
    }

    /// The condition for a product to have no variants: one that names some which are not there has.
    fn is_sold_itself(&self, offered: &str) -> String {
        match &self.relation {
            Relation::Ids { path, .. } => {
                let read = path.js("item");
                format!("[{read} ?? []].flat().length === 0")
            }
            Relation::Nested { .. }
            | Relation::Links { .. }
            | Relation::Children { .. }
            | Relation::Table { .. } => format!("{offered}.length === 0"),
        }
    }
}
