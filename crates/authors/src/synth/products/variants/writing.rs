//! The script's loop over the variants of a product.

use super::{Naming, Variants};
use crate::js;
use crate::synth::deletion::Mark;
use crate::synth::emit::{Helper, Script};
use crate::synth::joins::Relation;
use crate::synth::scope::Field;

impl Variants<'_> {
    /// Opens the loop over a product's variants.
    pub(crate) fn open(&self, mark: Option<&Mark>, script: &mut Script) {
        let place = self.relation.path().to_string();
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
                js::comment(&place)
            ));
            script.line(format!("if (variants.length > 1) throw new Error(`${{variants.length}} records in ${{{}}}, expected one`);", js::text(&place)));
        }
        script.line("for (const variant of variants) {");
        let list = self.name.as_ref().and_then(|name| name.path.split_at_list());
        if let Some((list, _)) = list.filter(|_| self.naming != Naming::Item) {
            let (read, place) = (list.js("variant"), js::text(&list.to_string()));
            script.uses(Helper::List);
            script.line(format!("if (variant !== item && list({read}).length > 1) throw new Error(`several records in ${{{place}}}: how they are named together is not known`);"));
        }
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
