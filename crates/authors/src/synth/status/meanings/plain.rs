//! Words of the trade that documents list among a vendor's words without a meaning of their own:
//! `placed (new), delivered, canceled`. They mean what they mean everywhere.

use std::sync::LazyLock;

use regex::Regex;

use super::Table;
use super::style::{Style, TOKEN};
use crate::pattern::pattern;
use crate::synth::documents::{Documents, Statement};
use crate::synth::scope::Field;
use crate::synth::status::words::usual;

/// What explains a word is no list of words.
static BRACKETS: LazyLock<Regex> = LazyLock::new(|| pattern(r"\([^()]*\)|`[^`]*`"));
/// Stands for what was explained there.
const EXPLAINED: &str = "‡";
/// What ends a list.
static ENDS: LazyLock<Regex> = LazyLock::new(|| pattern(r"[.;] "));

/// The words of the passages about the field that `table` lacks: in a list with some that it has, or as a
/// sentence of one word.
pub(super) fn read(
    field: &Field<'_>,
    documents: &Documents,
    known: &[String],
    table: &Table,
) -> Vec<(String, &'static str)> {
    let Some(style) = Style::of(known, false).filter(|style| *style != Style::Letter) else {
        return Vec::new();
    };
    let of = |statement: &Statement| -> Vec<(String, &'static str)> {
        let bare = BRACKETS.replace_all(&statement.text, EXPLAINED);
        let list = ENDS.split(&bare).next().unwrap_or_default();
        let tokens: Vec<regex::Match<'_>> = TOKEN.find_iter(list).collect();
        let is_known = |word: &str| table.contains_key(word);
        let is_list = tokens.len() == 1 || tokens.iter().any(|own| is_known(own.as_str()));
        // What is explained and was not understood may mean anything.
        let is_explained = |own: &regex::Match<'_>| {
            list.get(own.end()..).is_some_and(|rest| rest.trim_start().starts_with(EXPLAINED))
        };
        let left = tokens.iter().filter(|own| is_list && !is_explained(own));
        let words = left.map(regex::Match::as_str).filter(|word| style.is(word) && !is_known(word));
        words.filter_map(|word| Some((word.to_owned(), usual(&word.into())?))).collect()
    };
    documents.passages_about(&field.path).flat_map(of).collect()
}
