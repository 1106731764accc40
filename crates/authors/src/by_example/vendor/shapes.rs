//! The changes that are worth trying between a value that is read and one that is wanted.

use std::collections::BTreeSet;

use chrono::DateTime;
use serde_json::Value;

use super::expr::{Expr, Read};
use super::search::{Targets, paired};
use super::steps::{Step, as_number};
use crate::by_example::expression::{as_text, same};

/// Larger tables of words are copies of the sample.
const MAX_WORDS: usize = 12;
const MAX_WORD: usize = 30;
const MARKS: [&str; 9] = [" ", "-", "/", "_", ":", ",", "|", "#", "."];
const DAYS: [&str; 7] =
    ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

type Chains = Vec<(Vec<Step>, f64)>;

/// Chains of steps from values such as `own` to values such as the targets, with their costs.
pub(super) fn chains(field: &[String], own: &[Option<Value>], targets: &Targets<'_>) -> Chains {
    let name = field.last().map_or("", String::as_str);
    let mut pairs = own.iter().zip(targets).filter_map(|(own, t)| Some((own.as_ref()?, (*t)?)));
    let Some((first, wanted)) = pairs.next() else { return Vec::new() };
    let mut found = match wanted {
        Value::String(wanted) => texts(name, first, wanted),
        Value::Number(_) => numbers(name, own, targets),
        Value::Bool(_) => flags(name, own),
        _ => Vec::new(),
    };
    found.extend(table(name, own, targets));
    if wanted.is_string() {
        found.extend(affix(own, targets));
    }
    found
}

fn texts(name: &str, own: &Value, wanted: &str) -> Chains {
    let mut found: Chains = Vec::new();
    let mut add = |steps: Vec<Step>, cost: f64| found.push((steps, cost));
    if matches!(name, "openTime" | "closeTime") {
        add(vec![Step::Clock], 0.0);
        if own.is_u64() {
            add(vec![Step::Minutes], 0.2);
        }
        return found;
    }
    let is_moment = DateTime::parse_from_rfc3339(wanted).is_ok();
    match own {
        Value::Number(_) if is_moment => {
            for (unit, cost) in [(1, 0.2), (1000, 0.2)] {
                add(vec![Step::Epoch(unit)], cost);
                add(vec![Step::Epoch(unit), Step::Whole], cost);
            }
        }
        Value::Number(_) => add(vec![Step::Text], 0.05),
        Value::String(_) => {
            add(vec![Step::Text], 0.0);
            add(vec![Step::Text, Step::Trim], 0.2);
            add(vec![Step::Text, Step::Upper], 0.3);
            add(vec![Step::Text, Step::Lower], 0.3);
            if is_moment {
                for (step, cost) in [(Step::DotNet, 0.2), (Step::Utc, 0.2), (Step::Bare, 0.4)] {
                    add(vec![step.clone()], cost);
                    add(vec![step, Step::Whole], cost);
                }
            } else {
                for (mark, extra) in MARKS.iter().zip(0_u8..) {
                    for (at, more) in [(0, 0.0), (-1, 0.05), (1, 0.1), (2, 0.15)] {
                        let part = Step::Part((*mark).to_owned(), at);
                        add(vec![Step::Text, part], 0.9 + 0.01 * f64::from(extra) + more);
                    }
                }
            }
        }
        _ => {}
    }
    found
}

fn numbers(name: &str, own: &[Option<Value>], targets: &Targets<'_>) -> Chains {
    // Other numbers of days may begin elsewhere: the whole week is written down.
    if name == "dayOfWeek" {
        return Vec::new();
    }
    let mut found: Chains = Vec::new();
    for (start, cost) in [(Step::Number, 0.0), (Step::Amount, 0.3), (Step::Comma, 0.35)] {
        let pair = own.iter().zip(targets).find_map(|(own, target)| {
            let own = start.apply(own.as_ref()).as_ref().and_then(as_number)?;
            let target = target.and_then(Value::as_f64)?;
            (own != 0.0 && target != 0.0).then_some(own / target)
        });
        let is_text = own.iter().flatten().any(Value::is_string);
        let mut texts = own.iter().flatten().filter_map(Value::as_str);
        if start == Step::Amount && !is_text
            || start == Step::Comma && !texts.any(|text| text.contains(','))
        {
            continue;
        }
        found.push((vec![start.clone()], cost));
        let scale = [100.0, 1000.0, 10.0, 10_000.0]
            .into_iter()
            .find(|scale| pair.is_some_and(|ratio| (ratio / scale - 1.0).abs() < 1e-6));
        if let Some(scale) = scale {
            found.push((vec![start, Step::Divide(scale)], cost + 0.2));
        }
    }
    found
}

fn flags(name: &str, own: &[Option<Value>]) -> Chains {
    let mut found: Chains = vec![(vec![Step::Flag], 0.0), (vec![Step::Flag, Step::Not], 0.05)];
    if own.iter().any(Option::is_none) {
        found.push((vec![Step::Missing], 0.4));
        found.push((vec![Step::Present], 0.45));
    }
    if own.iter().flatten().any(|value| as_number(value).is_some_and(|n| n.abs() > 1.0)) {
        found.push((vec![Step::Number, Step::Positive], 0.5));
    }
    // Which records are kept is told by one word; all others are other things.
    if name == "(dropped)" {
        let mut words: Vec<&Value> = Vec::new();
        for value in own.iter().flatten() {
            if (value.is_string() || value.is_number()) && !words.contains(&value) {
                words.push(value);
            }
        }
        let repeated = words.len() < own.iter().flatten().count();
        for word in words.iter().filter(|_| words.len() <= MAX_WORDS && repeated) {
            found.push((vec![Step::Is((*word).clone())], 0.3));
            found.push((vec![Step::Is((*word).clone()), Step::Not], 0.5));
        }
    }
    found
}

/// A table of words, where the samples show that words tell the value.
fn table(name: &str, own: &[Option<Value>], targets: &Targets<'_>) -> Option<(Vec<Step>, f64)> {
    if name == "(dropped)" {
        return None;
    }
    let mut table: Vec<(Value, Value)> = Vec::new();
    let mut met = 0_usize;
    for (own, target) in own.iter().zip(targets) {
        let (Some(own), Some(target)) = (own, target) else { continue };
        met += 1;
        match table.iter().find(|(word, _)| same(word, own)) {
            Some((_, known)) if same(known, target) => {}
            Some(_) => return None,
            None => {
                let short = as_text(own).is_some_and(|text| text.len() <= MAX_WORD);
                let whole = own.as_f64().is_none_or(|n| n.fract() == 0.0);
                if !short || !whole || table.len() >= MAX_WORDS {
                    return None;
                }
                table.push((own.clone(), (*target).clone()));
            }
        }
    }
    if name == "dayOfWeek" {
        return week(&table).map(|week| (vec![Step::Table(week)], 0.0));
    }
    let outcomes: BTreeSet<String> = table.iter().map(|(_, to)| to.to_string()).collect();
    let identity = table.iter().all(|(from, to)| same(from, to));
    // As many words as records prove nothing, and one outcome tells nothing.
    // Only these are words of a closed list; elsewhere a table would copy the sample's names.
    let closed = matches!(name, "status" | "isAvailable" | "country" | "currency")
        || table.iter().all(|(word, _)| word.is_boolean());
    if !closed {
        return None;
    }
    let proven = met >= table.len() + 2 || table.len() >= 3 && met > table.len();
    let words = table.iter().all(|(from, to)| {
        !to.is_string() || from.is_string() || from.is_u64() || from.is_boolean()
    });
    (proven && words && !identity && outcomes.len() >= 2 && outcomes.len() * 2 <= met).then(|| {
        table.sort_by_key(|(word, _)| word.to_string());
        let size = u32::try_from(table.len()).unwrap_or(u32::MAX);
        (vec![Step::Table(table)], 0.4 + 0.1 * f64::from(size))
    })
}

/// The whole week from the days that the samples show.
fn week(known: &[(Value, Value)]) -> Option<Vec<(Value, Value)>> {
    let (first, _) = known.first()?;
    let all: Vec<(Value, Value)> = if let Some(word) = first.as_str() {
        let size = if word.chars().count() < 6 { word.chars().count() } else { 0 };
        if word.parse::<u8>().is_ok() {
            let numbers: Option<Vec<(Value, Value)>> = known
                .iter()
                .map(|(from, to)| Some((from.as_str()?.parse::<u8>().ok()?.into(), to.clone())))
                .collect();
            let all = week(&numbers?)?;
            all.into_iter().map(|(from, to)| (from.to_string().into(), to)).collect()
        } else {
            DAYS.iter()
                .zip(1_u8..)
                .map(|(day, number)| {
                    let day = if size == 0 { day } else { day.get(..size).unwrap_or(day) };
                    let first_up = word.chars().next().is_some_and(char::is_uppercase);
                    let second_up = word.chars().nth(1).is_some_and(char::is_uppercase);
                    let day = match (first_up, second_up) {
                        (true, true) => day.to_uppercase(),
                        (true, false) => day
                            .chars()
                            .take(1)
                            .flat_map(char::to_uppercase)
                            .chain(day.chars().skip(1))
                            .collect(),
                        _ => day.to_owned(),
                    };
                    (Value::from(day), Value::from(number))
                })
                .collect()
        }
    } else {
        let (from, to) = known.first()?;
        let shift = (to.as_u64()? + 14 - from.as_u64()?.min(7)) % 7;
        (0..=7_u64).map(|day| (day.into(), ((day + shift + 6) % 7 + 1).into())).collect()
    };
    let agrees = known
        .iter()
        .all(|(from, to)| all.iter().any(|(word, day)| same(word, from) && same(day, to)));
    agrees.then_some(all)
}

/// Fixed text around a value.
fn affix(own: &[Option<Value>], targets: &Targets<'_>) -> Option<(Vec<Step>, f64)> {
    let mut around: Option<(String, String)> = None;
    let mut texts = BTreeSet::new();
    for (own, target) in own.iter().zip(targets) {
        let (Some(own), Some(target)) = (own, target) else { continue };
        let (text, target) = (as_text(own)?, target.as_str()?);
        if let Some((before, after)) = &around {
            if format!("{before}{text}{after}") != target {
                return None;
            }
        } else {
            let (before, after) = target.split_once(&text)?;
            around = Some((before.to_owned(), after.to_owned()));
        }
        texts.insert(text);
    }
    let (before, after) = around?;
    let told = texts.len() >= 2 && texts.iter().any(|text| text.len() >= 2) || texts.len() > 3;
    (told && !(before.is_empty() && after.is_empty()))
        .then(|| (vec![Step::Text, Step::Affix(before, after)], 0.8))
}

/// Two values together, tried where none alone is enough.
pub(super) fn pairs(
    values: &[(Read, f64, Vec<Option<Value>>)],
    targets: &Targets<'_>,
) -> Vec<(Expr, f64)> {
    let Some(first) = targets.iter().flatten().next() else { return Vec::new() };
    let paired = paired(values);
    let mut found = Vec::new();
    for (index, (read, cost, own)) in paired.iter().enumerate() {
        for (other, (second, more, others)) in paired.iter().enumerate() {
            if index == other {
                continue;
            }
            let cost = cost + more + 1.0;
            match first {
                Value::String(_) => {
                    if let Some(around) = between(own, others, targets) {
                        let text =
                            |read: &Read| Box::new(Expr::Made(read.clone(), vec![Step::Text]));
                        found.push((Expr::Pair(text(read), text(second), around), cost));
                    }
                }
                Value::Number(_) if index < other => {
                    for steps in [vec![Step::Number], vec![Step::Number, Step::Divide(100.0)]] {
                        let part = |read: &Read| Box::new(Expr::Made(read.clone(), steps.clone()));
                        if adds_up(own, others, &steps, targets) {
                            found.push((Expr::Plus(part(read), part(second)), cost));
                        }
                    }
                }
                Value::Bool(_) if index < other => found.extend(
                    both(read, own, second, others, targets).into_iter().map(|expr| (expr, cost)),
                ),
                _ => {}
            }
        }
    }
    found
}

fn between(
    one: &[Option<Value>],
    other: &[Option<Value>],
    targets: &Targets<'_>,
) -> Option<[String; 3]> {
    let mut around: Option<[String; 3]> = None;
    let mut met = BTreeSet::new();
    for ((one, other), target) in one.iter().zip(other).zip(targets) {
        let (one, other) = (one.as_ref().and_then(as_text), other.as_ref().and_then(as_text));
        let (Some(one), Some(other), Some(target)) = (one, other, target.and_then(Value::as_str))
        else {
            return None;
        };
        met.insert((one.clone(), other.clone()));
        if let Some([before, middle, after]) = &around {
            if format!("{before}{one}{middle}{other}{after}") != target {
                return None;
            }
        } else {
            let (before, rest) = target.split_once(&one)?;
            let (middle, after) = rest.split_once(&other)?;
            around = Some([before.to_owned(), middle.to_owned(), after.to_owned()]);
        }
    }
    around.filter(|_| met.len() > 2)
}

fn adds_up(
    one: &[Option<Value>],
    other: &[Option<Value>],
    steps: &[Step],
    targets: &Targets<'_>,
) -> bool {
    let amount = |value: &Option<Value>| {
        steps.iter().fold(value.clone(), |value, step| step.apply(value.as_ref()))?.as_f64()
    };
    let mut differ = [false, false];
    let fits = one.iter().zip(other).zip(targets).all(|((one, other), target)| {
        let (Some(one), Some(other)) = (amount(one), amount(other)) else { return false };
        differ = [differ[0] || one != 0.0, differ[1] || other != 0.0];
        target.and_then(Value::as_f64).is_some_and(|sum| (one + other - sum).abs() < 1e-9)
    });
    fits && differ == [true, true] && targets.len() > 2
}

fn both(
    read: &Read,
    one: &[Option<Value>],
    second: &Read,
    other: &[Option<Value>],
    targets: &Targets<'_>,
) -> Vec<Expr> {
    let ways = [vec![Step::Flag], vec![Step::Flag, Step::Not]];
    let flag = |value: &Option<Value>, steps: &[Step]| {
        steps.iter().fold(value.clone(), |value, step| step.apply(value.as_ref()))?.as_bool()
    };
    let mut found = Vec::new();
    for first_way in &ways {
        for second_way in &ways {
            let fits = one.iter().zip(other).zip(targets).all(|((one, other), target)| {
                let (Some(one), Some(other)) = (flag(one, first_way), flag(other, second_way))
                else {
                    return false;
                };
                target.and_then(Value::as_bool) == Some(one && other)
            });
            if fits {
                let part =
                    |read: &Read, way: &Vec<Step>| Box::new(Expr::Made(read.clone(), way.clone()));
                found.push(Expr::And(part(read, first_way), part(second, second_way)));
            }
        }
    }
    found
}

/// The expression with what the contract says of the field whatever a sample shows: a choice without
/// a price is free, and no limit is left out.
pub(super) fn by_contract(field: &[String], expr: Expr, targets: &Targets<'_>) -> Expr {
    let name = field.last().map_or("", String::as_str);
    let zero = |value: &&Value| value.as_f64() == Some(0.0);
    match expr {
        Expr::Made(read, mut steps) if name == "maxSelect" => {
            if !targets.iter().flatten().any(zero) && steps.last() != Some(&Step::Above) {
                steps.push(Step::Above);
            }
            Expr::Made(read, steps)
        }
        made @ Expr::Made(..) if name == "price" && field.iter().any(|key| key == "options[]") => {
            Expr::Else(Box::new(made), Box::new(Expr::Const(0.into())))
        }
        other => other,
    }
}
