//! The function `openingHours(outlet)` of a script.

mod together;

use super::days::Numbering;
use super::slots::{Flags, Form, Slots};
use super::units::Unit;
use super::{Days, Hours, Only};
use crate::js;
use crate::synth::emit::{Helper, Script};
use crate::synth::path::Path;

/// Writes the function `openingHours(outlet)`.
pub(crate) fn write(hours: &Hours, script: &mut Script) {
    script.line("");
    script.comment("One entry for each time of opening; a day without one is closed.");
    script.line("function openingHours(outlet) {");
    script.line("const hours = [];");
    match &hours.days {
        Days::Week { path, keys, named_in } => {
            let table: Vec<String> =
                keys.iter().map(|(key, day)| format!("[{}, {day}]", js::text(key))).collect();
            script.line(format!("for (const [key, dayOfWeek] of [{}]) {{", table.join(", ")));
            let week = read(path, "outlet");
            let dot = if path.is_root() { "" } else { "?." };
            script.line(match named_in {
                Some(map) => format!("const day = {}?.[{week}{dot}[key]];", map.js("outlet")),
                None => format!("const day = {week}{dot}[key];"),
            });
            write_day("day", &path.to_string(), &hours.slots, script, false);
            script.line("}");
        }
        Days::List { path, day, numbering } => {
            write_list(path, day, *numbering, hours, script);
        }
        Days::Spans { path } => together::write_spans(path, &hours.slots, script),
        Days::Flagged { path, keys } => {
            together::write_flagged(path, keys, &hours.slots, script);
        }
        Days::Stretches { path, from, to, numbering } => {
            together::write_stretches(path, (from, to), *numbering, &hours.slots, script);
        }
        Days::Seven { path, monday } => {
            script.comment(&format!(
                "The element with index {monday} is Monday's, which is 1 in the standard."
            ));
            script.line(format!(
                "for (const [index, day] of ({} ?? []).entries()) {{",
                path.js("outlet")
            ));
            script.line(match monday {
                0 => "const dayOfWeek = index + 1;".to_owned(),
                _ => format!("const dayOfWeek = ((index - {monday} + 7) % 7) + 1;"),
            });
            write_day("day", &format!("{path}[]"), &hours.slots, script, false);
            script.line("}");
        }
        Days::Flat { path, keys } => {
            let table: Vec<String> = keys
                .iter()
                .map(|(open, close, day)| {
                    format!("[{}, {}, {day}]", js::text(open), js::text(close))
                })
                .collect();
            script
                .line(format!("for (const [open, close, dayOfWeek] of [{}]) {{", table.join(", ")));
            let week = read(path, "outlet");
            let dot = if path.is_root() { "" } else { "?." };
            push(
                &format!("{week}{dot}[open]"),
                &format!("{week}{dot}[close]"),
                "open",
                "close",
                hours.slots.unit,
                script,
            );
            script.line("}");
        }
        Days::Lines { path } => {
            script.uses_all(&[Helper::HoursOfText, Helper::Ranges, Helper::Time]);
            script.line(format!("for (const line of [{}].flat()) {{", path.js("outlet")));
            script.line(format!(
                "hours.push(...hoursOfText(line, {}));",
                js::text(&path.to_string())
            ));
            script.line("}");
        }
    }
    if hours.in_order {
        script.comment("In the order of the week, as documents ask.");
        script.line("hours.sort((a, b) => a.dayOfWeek - b.dayOfWeek || (a.openTime < b.openTime ? -1 : 1));");
    }
    script.line("return hours.length > 0 ? hours : undefined;");
    script.line("}");
}

/// Entries that each have a day.
fn write_list(path: &Path, day: &Path, numbering: Numbering, hours: &Hours, script: &mut Script) {
    script.uses(Helper::List);
    script.line(format!("for (const day of list({})) {{", path.js("outlet")));
    if let Some(Only { by, is }) = &hours.only {
        let word = js::property(by, false);
        script.line(format!("if (day{word} !== {}) continue;", js::text(is)));
    }
    let of = day.js("day");
    script.line(format!("for (const name of [{of}].flat()) {{"));
    let place = format!("{path}[].{day}");
    if numbering == Numbering::Spans {
        together::write_days("name", &place, script);
    } else {
        write_number(numbering, &place, script);
    }
    write_day("day", &format!("{path}[]"), &hours.slots, script, true);
    if numbering == Numbering::Spans {
        script.line("}");
    }
    script.line("}");
    script.line("}");
}

fn read(path: &Path, from: &str) -> String {
    if path.is_root() { from.to_owned() } else { path.js(from) }
}

/// The ISO number of the day that `name` holds.
fn write_number(numbering: Numbering, place: &str, script: &mut Script) {
    match numbering {
        Numbering::Names => {
            script.line("const dayOfWeek = [\"mo\", \"tu\", \"we\", \"th\", \"fr\", \"sa\", \"su\"].indexOf(String(name).trim().toLowerCase().slice(0, 2)) + 1;");
            // `Mon-Fri` and `weekdays` begin like a day and are more than one.
            script.line(format!(
                "if (dayOfWeek === 0 || !/^(?!week)[a-z]+\\.?$/i.test(String(name).trim())) throw new Error(`{} is no day: ${{JSON.stringify(name)}}`);",
                js::escaped(place, '`')
            ));
        }
        Numbering::Spans => {
            script.uses(Helper::DaysOf);
            script.line(format!("const [dayOfWeek] = daysOf(name, {});", js::text(place)));
        }
        Numbering::MondayIs(monday) => {
            script.comment(&format!("Monday is {monday} here, 1 in the standard."));
            script.line(format!("const dayOfWeek = ((Number(name) - {monday} + 7) % 7) + 1;"));
            script.line(format!(
                "if (!Number.isInteger(dayOfWeek)) throw new Error(`{} is no day: ${{JSON.stringify(name)}}`);",
                js::escaped(place, '`')
            ));
        }
    }
}

/// The times of one day, which the variable holds; whether there always is one.
fn write_day(day: &str, place: &str, slots: &Slots, script: &mut Script, is_there: bool) {
    let is_lone = slots.inner.is_none()
        && matches!(slots.form, Form::Bounds { .. } | Form::Clocks { .. } | Form::Lasting { .. });
    if !is_lone {
        write_flags(&slots.flags, day, script);
    }
    let within = |path: &Path| {
        if is_there { path.js(day) } else { optional(&path.js(day), day) }
    };
    let inner = slots.inner.as_ref().map_or_else(|| day.to_owned(), within);
    let place = slots.inner.as_ref().map_or_else(|| place.to_owned(), |p| format!("{place}.{p}"));
    match &slots.form {
        Form::Bounds { open, close } => {
            script.uses(Helper::List);
            script.line(format!("for (const slot of list([{inner}].flat())) {{"));
            write_flags(if is_lone { &slots.flags } else { &slots.inner_flags }, "slot", script);
            push_slot(open, close, slots.unit, script);
            script.line("}");
        }
        Form::Clocks { open, close } => {
            script.uses(Helper::List);
            script.line(format!("for (const slot of list([{inner}].flat())) {{"));
            write_flags(if is_lone { &slots.flags } else { &slots.inner_flags }, "slot", script);
            let minutes = |(hour, minute): &(Path, Path)| {
                let (hour, minute) = (hour.js("slot"), minute.js("slot"));
                // `null` is no midnight.
                format!(
                    "({hour} ?? undefined) === undefined ? undefined : {hour} * 60 + ({minute} ?? 0)"
                )
            };
            push(
                &minutes(open),
                &minutes(close),
                &open.0.to_string(),
                &close.0.to_string(),
                slots.unit,
                script,
            );
            script.line("}");
        }
        Form::Lasting { open, length, per_hour } => {
            script.uses(Helper::List);
            script.line(format!("for (const slot of list([{inner}].flat())) {{"));
            write_flags(if is_lone { &slots.flags } else { &slots.inner_flags }, "slot", script);
            push_lasting(open, length, *per_hour, script);
            script.line("}");
        }
        Form::Pair { nested } => {
            let all = if *nested { format!("{inner} ?? []") } else { format!("[{inner} ?? []]") };
            script.line(format!("for (const slot of {all}) {{"));
            push("slot[0]", "slot[1]", &place, &place, slots.unit, script);
            script.line("}");
        }
        Form::Text => {
            script.uses_all(&[Helper::Ranges, Helper::Time]);
            script.line(format!("for (const slot of [{inner}].flat()) {{"));
            script.line(format!(
                "for (const [openTime, closeTime] of ranges(slot, {})) hours.push({{ dayOfWeek, openTime, closeTime }});",
                js::text(&place)
            ));
            script.line("}");
        }
    }
}

fn write_flags(flags: &Flags, record: &str, script: &mut Script) {
    let read = |path: &Path| optional(&path.js(record), record);
    if let Some(closed) = &flags.closed {
        script.uses(Helper::IsSet);
        script.line(format!("if (isSet({})) continue;", read(closed)));
    }
    if let Some(open) = &flags.open {
        script.line(format!("if ([false, 0].includes({})) continue;", read(open)));
    }
    if let Some(all_day) = &flags.all_day {
        script.uses(Helper::IsSet);
        script.line(format!("if (isSet({})) {{", read(all_day)));
        script.line("hours.push({ dayOfWeek, openTime: \"00:00\", closeTime: \"24:00\" });");
        script.line("continue;");
        script.line("}");
    }
}

/// The day itself may be missing.
fn optional(expression: &str, record: &str) -> String {
    match expression.strip_prefix(record) {
        Some(rest) if rest.starts_with('.') && record == "day" => format!("{record}?{rest}"),
        _ => expression.to_owned(),
    }
}

/// A time of opening whose ends stand in the record `slot`.
fn push_slot(open: &Path, close: &Path, unit: Unit, script: &mut Script) {
    let (at_open, at_close) = (open.to_string(), close.to_string());
    push(&open.js("slot"), &close.js("slot"), &at_open, &at_close, unit, script);
}

/// A time of opening of which the length is given. One past midnight ends on the next day's clock.
fn push_lasting(open: &Path, length: &Path, per_hour: u32, script: &mut Script) {
    script.uses(Helper::Time);
    let read = length.js("slot");
    script.line(format!(
        "const openTime = time({}, {});",
        open.js("slot"),
        js::text(&open.to_string())
    ));
    script.line("if (openTime === undefined) continue;");
    let minutes = if per_hour == 60 { read.clone() } else { format!("{read} / {}", per_hour / 60) };
    script.line(format!("const minutes = {minutes};"));
    script.line(format!(
        "if (!Number.isInteger(minutes) || minutes < 0 || minutes > 1440) throw new Error(`{} is no length of opening: ${{JSON.stringify({read})}}`);",
        js::escaped(&length.to_string(), '`')
    ));
    script.line("const [hour, minute] = openTime.split(\":\").map(Number);");
    script.line("const end = hour * 60 + minute + minutes;");
    script.line("const close = end > 1440 ? end - 1440 : end;");
    script.line("const closeTime = [Math.floor(close / 60), close % 60].map((part) => String(part).padStart(2, \"0\")).join(\":\");");
    script.line("hours.push({ dayOfWeek, openTime, closeTime });");
}

fn push(open: &str, close: &str, at_open: &str, at_close: &str, unit: Unit, script: &mut Script) {
    let time = |read: &str, place: &str| match unit {
        Unit::Clock => format!("time({read}, {})", js::text(place)),
        Unit::SinceMidnight(per_hour) => {
            format!("timeOfDay({read}, {per_hour}, {})", js::text(place))
        }
        Unit::Parts { hours, minutes } => {
            let hours = format!("({read}?.{hours} ?? 0) * 60 + ({read}?.{minutes} ?? 0)");
            format!(
                "{read} === undefined ? undefined : timeOfDay({hours}, 60, {})",
                js::text(place)
            )
        }
    };
    script.uses(match unit {
        Unit::Clock => Helper::Time,
        Unit::SinceMidnight(_) | Unit::Parts { .. } => Helper::TimeOfDay,
    });
    script.line(format!("const openTime = {};", time(open, at_open)));
    script.line(format!("const closeTime = {};", time(close, at_close)));
    script.line("if (openTime !== undefined && closeTime !== undefined) hours.push({ dayOfWeek, openTime, closeTime });");
}
