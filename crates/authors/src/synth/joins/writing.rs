//! The JavaScript that goes from records to others.

use super::{Relation, Target, records_js};
use crate::js;
use crate::synth::emit::{Helper, Script};
use crate::synth::loops;

impl Relation {
    /// The index that the script needs for it, written before the loops.
    pub(crate) fn declare(&self, index: &str, targets: &[Target<'_>], script: &mut Script) {
        let (Self::Ids { target, .. }
        | Self::Links { target, .. }
        | Self::Children { target, .. }
        | Self::Table { target, .. }) = self
        else {
            return;
        };
        let Some(target) = targets.get(*target) else { return };
        let records = loops::expression(&target.collection, "payload", script);
        if let Self::Children { foreign, .. } = self {
            script.uses(Helper::GroupBy);
            let key = foreign.js(script);
            script.line(format!("const {index} = groupBy({records}, (record) => {key});"));
            return;
        }
        script.uses(Helper::IndexBy);
        let key = target.key.js("record");
        script.line(format!("const {index} = indexBy({records}, (record) => {key});"));
        if let Self::Table { table, .. } = self {
            script.uses(Helper::GroupBy);
            let links = loops::expression(&table.list, "payload", script);
            script.line(format!(
                "const {} = groupBy({links}, (link) => {});",
                links_name(index),
                table.from.js("link")
            ));
        }
    }

    /// The expression for all records that it leads to, each passed to `make` as `name` (and `link`).
    pub(crate) fn js(
        &self,
        index: &str,
        name: &str,
        what: &str,
        make: &str,
        script: &mut Script,
    ) -> String {
        let read = self.path().js(self.variable());
        match self {
            Self::Nested { form, .. } => {
                let records = records_js(&read, form, script);
                format!("{records}.flatMap(({name}) => {make})")
            }
            Self::Ids { .. } => {
                script.uses(Helper::LookUp);
                format!(
                    "lookUp({index}, {read}, {}, context).flatMap(({name}) => {make})",
                    js::text(what)
                )
            }
            Self::Links { id, form, .. } => {
                script.uses(Helper::LookUp);
                let links = records_js(&read, form, script);
                format!(
                    "{links}.flatMap((link) => lookUp({index}, {}, {}, context).flatMap(({name}) => {make}))",
                    id.js("link"),
                    js::text(what)
                )
            }
            Self::Children { .. } => {
                script.uses(Helper::Text);
                format!("({index}.get(text({read})) ?? []).flatMap(({name}) => {make})")
            }
            Self::Table { table, .. } => {
                script.uses_all(&[Helper::LookUp, Helper::Text]);
                let all = format!("{}.get(text({read})) ?? []", links_name(index));
                let links = match &table.order {
                    None => format!("({all})"),
                    Some(order) => {
                        script.uses(Helper::InOrder);
                        format!("inOrder({all}, (link) => {})", order.js("link"))
                    }
                };
                format!(
                    "{links}.flatMap((link) => lookUp({index}, {}, {}, context).flatMap(({name}) => {make}))",
                    table.to.js("link"),
                    js::text(what)
                )
            }
        }
    }
}

/// The script's name for the records of a table.
fn links_name(index: &str) -> String {
    format!("{}Links", index.trim_end_matches("Index"))
}
