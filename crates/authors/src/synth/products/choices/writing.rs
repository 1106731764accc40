//! The JavaScript for modifier groups and their options.

use super::Choices;
use crate::js;
use crate::synth::collections::Collection;
use crate::synth::deletion::Mark;
use crate::synth::emit::{Helper, Script};
use crate::synth::joins::{Target, id_text};
use crate::synth::products::writing::skip_incomplete;
use crate::synth::scope::Field;

impl Choices<'_> {
    /// Whether groups or options are read from the list.
    pub(crate) fn read(&self, list: &Collection, targets: &[Target<'_>]) -> bool {
        self.groups.leads_to(list, targets) || self.options.leads_to(list, targets)
    }

    /// Whether all options are named after records of the list, so that they say what these do.
    pub(crate) fn name_all_in(&self, list: &Collection, targets: &[Target<'_>]) -> bool {
        let codes = || self.option_code.filled().filter_map(id_text);
        targets.iter().filter(|target| target.collection == *list).any(|target| {
            let known = target.ids();
            codes().all(|code| known.contains(code.as_str()))
        })
    }

    /// Whether options cost a part of what the product costs.
    pub(crate) fn need_price(&self) -> bool {
        self.option_price.as_ref().is_some_and(|price| price.share.is_some())
    }

    /// The function with what it takes: the record, the link by which it is reached, the product's price.
    fn call(&self, function: &str, record: &str, has_link: bool, price: &str) -> String {
        let link = if has_link { ", link" } else { "" };
        let price = if self.need_price() { format!(", {price}") } else { String::new() };
        format!("{function}({record}{link}{price})")
    }

    /// The indexes that are needed before the loops.
    pub(crate) fn declare(&self, targets: &[Target<'_>], script: &mut Script) {
        self.groups.declare("groupIndex", targets, script);
        self.options.declare("optionIndex", targets, script);
    }

    /// The product's field.
    pub(crate) fn write_field(&self, script: &mut Script) {
        script.uses(Helper::SomeOf);
        let make = self.call("modifierGroup", "group", self.has_link, "price");
        let ways: Vec<String> = std::iter::once(&self.groups)
            .chain(&self.further)
            .map(|way| way.js("groupIndex", "group", "modifier group", &make, script))
            .collect();
        let groups = match ways.as_slice() {
            [only] => only.clone(),
            several => format!("[...{}]", several.join(", ...")),
        };
        script.line(format!("modifierGroups: someOf({groups}),"));
    }

    /// The functions for a group and an option, after the loops.
    pub(crate) fn write_functions(
        &self,
        targets: &[Target<'_>],
        is_mixed: bool,
        script: &mut Script,
    ) {
        script.uses_all(&[Helper::Compact, Helper::RequiredText]);
        script.line("");
        script.comment(&format!("One modifier group: {}.", self.groups.describe(targets)));
        let own = self.call("modifierGroup", "group", self.has_link, "productPrice");
        script.line(format!("function {own} {{"));
        skip(self.group_mark.as_ref(), "modifier group", script);
        if is_mixed {
            skip_incomplete(
                [&self.code, &self.name].into_iter(),
                "return [];",
                "modifier group",
                script,
            );
        }
        let of_group = self.option_price.as_ref().is_some_and(|price| price.by_group.is_some());
        let record = if of_group { "option, group" } else { "option" };
        let make = self.call("modifierOption", record, self.option_has_link, "productPrice");
        let options = self.options.js("optionIndex", "option", "modifier option", &make, script);
        if self.may_be_bare {
            script.line(format!("const options = {options};"));
            script.line("if (options.length === 0) {");
            script.line("context.log(\"dropped a modifier group: it has nothing to choose\");");
            script.line("return [];");
            script.line("}");
        }
        script.line("return [compact({");
        text_field("code", &self.code, script);
        text_field("name", &self.name, script);
        self.bounds.write(script);
        script.line(if self.may_be_bare {
            "options,".to_owned()
        } else {
            format!("options: {options},")
        });
        script.line("})];");
        script.line("}");
        script.line("");
        script.comment(&format!("One option of a group: {}.", self.options.describe(targets)));
        script.line(format!("function {make} {{"));
        skip(self.option_mark.as_ref(), "modifier option", script);
        if is_mixed {
            let needed = [&self.option_code, &self.option_name];
            skip_incomplete(needed.into_iter(), "return [];", "modifier option", script);
        }
        if let Some(price) = self.option_price.as_ref().filter(|own| own.by_group.is_some()) {
            script.comment("What it costs in this group goes before what it costs elsewhere.");
            script.line(format!("const cost = {};", price.read()));
        }
        script.line("return [{");
        text_field("code", &self.option_code, script);
        text_field("name", &self.option_name, script);
        self.write_price(script);
        script.line("}];");
        script.line("}");
    }

    fn write_price(&self, script: &mut Script) {
        if let Some(price) = &self.option_price {
            script.uses_all(price.unit.helpers());
            let place = price.places(script);
            script.comment(&format!("{place}, {}; none is free", price.describe()));
            let read = if price.by_group.is_some() { "cost".to_owned() } else { price.read() };
            let own = price.js_of(&read);
            let amount = match &price.share {
                None => own,
                Some(kind) => {
                    script.uses(Helper::ShareOf);
                    script.comment(&format!("{}: which are per cent of the product", kind.place()));
                    format!("shareOf({}, {own}, productPrice)", kind.js())
                }
            };
            script.line(format!("price: {read} == null ? 0 : {amount},"));
        } else {
            script.comment("options have no price here: they are free");
            script.line("price: 0,");
        }
    }
}

fn text_field(name: &str, field: &Field<'_>, script: &mut Script) {
    script.comment(&field.place());
    script.line(format!("{name}: requiredText({}, {}),", field.js(), js::text(&field.place())));
}

fn skip(mark: Option<&Mark>, what: &str, script: &mut Script) {
    if let Some(mark) = mark {
        script.uses_all(&mark.helpers);
        script.line(format!("if ({}) {{", mark.js));
        script.line(format!("context.log(\"dropped a {what}: it is marked to be left out\");"));
        script.line("return [];");
        script.line("}");
    }
}
