//! Loops over days that are written together.

use super::{push_slot, read, write_day};
use crate::js;
use crate::synth::emit::{Helper, Script};
use crate::synth::hours::days::Numbering;
use crate::synth::hours::slots::{Form, Slots};
use crate::synth::path::Path;

/// An object whose keys name days.
pub(super) fn write_spans(path: &Path, slots: &Slots, script: &mut Script) {
    let week = read(path, "outlet");
    script.line(format!("for (const [key, day] of Object.entries({week} ?? {{}})) {{"));
    write_days("key", &path.to_string(), script);
    write_day("day", &path.to_string(), slots, script, false);
    script.line("}");
    script.line("}");
}

/// Entries with a flag for each day.
pub(super) fn write_flagged(
    path: &Path,
    keys: &[(String, usize)],
    slots: &Slots,
    script: &mut Script,
) {
    script.uses_all(&[Helper::List, Helper::IsSet]);
    let table: Vec<String> =
        keys.iter().map(|(key, day)| format!("[{}, {day}]", js::text(key))).collect();
    script.line(format!("for (const day of list({})) {{", path.js("outlet")));
    script.line(format!("for (const [key, dayOfWeek] of [{}]) {{", table.join(", ")));
    script.line("if (!isSet(day[key])) continue;");
    write_day("day", &format!("{path}[]"), slots, script, true);
    script.line("}");
    script.line("}");
}

/// Begins a loop over the days that the variable names.
pub(super) fn write_days(name: &str, place: &str, script: &mut Script) {
    script.uses(Helper::DaysOf);
    script.line(format!("for (const dayOfWeek of daysOf({name}, {})) {{", js::text(place)));
}

/// Entries that hold on each day from one to another.
pub(super) fn write_stretches(
    path: &Path,
    (from, to): (&Path, &Path),
    numbering: Numbering,
    slots: &Slots,
    script: &mut Script,
) {
    let Form::Bounds { open, close } = &slots.form else { return };
    script.uses(Helper::List);
    let number = |end: &Path, script: &mut Script| {
        let read = end.js("slot");
        match numbering {
            Numbering::MondayIs(monday) => format!("((Number({read}) - {monday} + 7) % 7) + 1"),
            Numbering::Names | Numbering::Spans => {
                script.uses(Helper::DaysOf);
                format!("daysOf({read}, {})[0]", js::text(&format!("{path}[].{end}")))
            }
        }
    };
    script.line(format!("for (const slot of list({})) {{", path.js("outlet")));
    let (first, last) = (number(from, script), number(to, script));
    script.line(format!("const first = {first};"));
    script.line(format!("const length = ({last} - first + 7) % 7;"));
    script.line("if (Number.isNaN(length)) throw new Error(`a time of opening names no day: ${JSON.stringify(slot)}`);");
    script.line("for (let step = 0; step <= length; step += 1) {");
    script.line("const dayOfWeek = ((first - 1 + step) % 7) + 1;");
    push_slot(open, close, slots.unit, script);
    script.comment("What closes in the next day's night is no span of equal days.");
    script.line("if (closeTime <= openTime && length > 0) throw new Error(`a time of opening goes over several days: ${JSON.stringify(slot)}`);");
    script.line("}");
    script.line("}");
}
