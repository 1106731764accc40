//! The words of the trade: what vendors call the things that the contracts name.
//!
//! The words stand in `vocabulary.json`, which a person can extend: names are written in lower case,
//! in the singular, with spaces between the words.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use regex::Regex;
use serde::Deserialize;

use crate::pattern::pattern;

#[derive(Debug, Deserialize)]
pub(crate) struct Vocabulary {
    /// Words that stand for others; those of other languages are added to the English ones.
    abbreviations: BTreeMap<String, String>,
    /// By language: its words with the English ones.
    languages: BTreeMap<String, BTreeMap<String, String>>,
    /// The single words of all names, by which names without marks between words are split.
    #[serde(skip)]
    known: BTreeSet<String>,
    own_containers: Vec<String>,
    entities: BTreeMap<Entity, Vec<String>>,
    fields: BTreeMap<String, Names>,
    pub(crate) available: Availability,
    pub(crate) one_of: OneOf,
    statuses: BTreeMap<String, Vec<String>>,
    minor_units: BTreeMap<u8, Vec<String>>,
}

/// What a list holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Entity {
    /// What is sold.
    Product,
    /// One way in which a product is sold.
    Variant,
    /// A heading of the menu.
    Category,
    /// A choice that is offered with a product.
    Group,
    /// One of the things to choose from.
    Option,
    /// A place of business.
    Outlet,
    /// A picture.
    Image,
    /// Anything that no contract asks for.
    Other,
}

impl Entity {
    /// All that a contract asks for.
    pub(crate) const KNOWN: [Self; 7] = [
        Self::Product,
        Self::Variant,
        Self::Category,
        Self::Group,
        Self::Option,
        Self::Image,
        Self::Outlet,
    ];
}

/// What vendors call one field.
#[derive(Debug, Deserialize)]
pub(crate) struct Names {
    /// Names that mean it, the most usual first.
    pub(crate) strong: Vec<String>,
    /// Names that may mean it.
    pub(crate) weak: Vec<String>,
    /// Words that a name which means it never has.
    pub(crate) not: Vec<String>,
}

/// How vendors say that a product can be ordered.
#[derive(Debug, Deserialize)]
pub(crate) struct Availability {
    pub(crate) listing_yes: Vec<String>,
    pub(crate) listing_no: Vec<String>,
    pub(crate) stock_yes: Vec<String>,
    pub(crate) stock_no: Vec<String>,
    pub(crate) status: Vec<String>,
    pub(crate) yes_words: Vec<String>,
    pub(crate) no_words: Vec<String>,
    /// How a name begins a word that tells of selling, in any form.
    pub(crate) telling: Vec<String>,
    /// Words in names of what does not tell of selling, though another word does.
    pub(crate) not_telling: Vec<String>,
    /// Words for records that are left out.
    pub(crate) removed_words: Vec<String>,
}

/// How vendors say in a word how many options can be chosen.
#[derive(Debug, Deserialize)]
pub(crate) struct OneOf {
    /// One at the most.
    pub(crate) single: Vec<String>,
    /// More than one.
    pub(crate) several: Vec<String>,
}

/// The six standard statuses, in the order of an order's life.
pub(crate) const STATUSES: [&str; 6] =
    ["received", "accepted", "preparing", "ready", "completed", "cancelled"];

#[expect(clippy::expect_used, reason = "embedded text; the tests below read it")]
static VOCABULARY: LazyLock<Vocabulary> = LazyLock::new(|| {
    let mut read: Vocabulary = serde_json::from_str(include_str!("vocabulary.json"))
        .expect("the embedded vocabulary is valid");
    for (foreign, english) in std::mem::take(&mut read.languages).into_values().flatten() {
        read.abbreviations.entry(foreign).or_insert(english);
    }
    let names = read.fields.values().flat_map(|names| names.strong.iter().chain(&names.weak));
    let phrases = read.entities.values().flatten().chain(names);
    read.known = phrases
        .flat_map(|phrase| phrase.split(' '))
        .chain(read.abbreviations.keys().map(String::as_str))
        .filter(|word| word.len() > 1)
        .map(str::to_owned)
        .collect();
    read
});

/// Words that only look like two.
const NO_COMPOUNDS: [&str; 12] = [
    "barcode",
    "itemized",
    "codename",
    "filename",
    "hostname",
    "nickname",
    "surname",
    "username",
    "metadata",
    "timeline",
    "priceless",
    "sometime",
];

/// Words that may stand before a record's own name in the names of its fields.
const NEUTRAL: [&str; 10] =
    ["menu", "item", "product", "dish", "modifier", "option", "group", "set", "catalog", "food"];

/// The vocabulary.
pub(crate) fn vocabulary() -> &'static Vocabulary {
    &VOCABULARY
}

impl Vocabulary {
    /// The words of a name in the vocabulary's form: `posCategoryIDs` is `pos category id`.
    pub(crate) fn words(&self, name: &str) -> Vec<String> {
        without_list(split(name))
            .into_iter()
            .flat_map(|word| {
                let word = self.abbreviations.get(&word).cloned().unwrap_or(word);
                let word = singular(&word);
                let word = self.abbreviations.get(&word).cloned().unwrap_or(word);
                let word = self.parts(&word).unwrap_or(word);
                word.split(' ').map(str::to_owned).collect::<Vec<_>>()
            })
            .collect()
    }

    /// The two words of a name that has no mark between them, such as `categoryid`.
    fn parts(&self, word: &str) -> Option<String> {
        if word.len() < 6 || self.known.contains(word) || NO_COMPOUNDS.contains(&word) {
            return None;
        }
        let part = |text: &str| {
            let text = singular(text);
            let is_known = self.known.contains(&text);
            is_known.then(|| self.abbreviations.get(&text).cloned().unwrap_or(text))
        };
        // `minselected` bounds what is selected.
        for bound in ["min", "max"] {
            if let Some(counted) = word.strip_prefix(bound).and_then(part) {
                return Some(format!("{bound} {counted}"));
            }
        }
        // A category of some kind: `screencategoryid`.
        for (end, words) in [("categoryid", "category id"), ("category", "category")] {
            if let Some(kind) = word.strip_suffix(end).filter(|kind| kind.len() >= 3) {
                return Some(format!("{kind} {words}"));
            }
        }
        // Three words without a mark: the rest is two.
        let of_set = |text: &str| Some(format!("set {}", part(text.strip_prefix("set")?)?));
        let rest = |text: &str| part(text).or_else(|| of_set(text)).or_else(|| self.parts(text));
        (4..word.len().saturating_sub(1))
            .filter_map(|at| word.split_at_checked(at))
            .find_map(|(first, second)| Some(format!("{} {}", part(first)?, rest(second)?)))
    }

    /// The names of a field.
    pub(crate) fn field(&self, field: &str) -> Option<&Names> {
        self.fields.get(field)
    }

    pub(crate) fn is_own_container(&self, words: &[String]) -> bool {
        words.last().is_some_and(|last| self.own_containers.contains(last))
    }

    /// Whether a field is called after the kind of its record: `type`, `className`.
    pub(crate) fn is_kind(&self, name: &str) -> bool {
        let words = self.words(name);
        let kind = match words.as_slice() {
            [kind, last] if last == "name" => Some(kind),
            _ => words.last(),
        };
        kind.is_some_and(|kind| {
            matches!(kind.as_str(), "type" | "kind" | "class" | "object" | "entity")
        })
    }

    /// The name of a list without the word for that: `CategoryList`.
    pub(crate) fn without_list(&self, words: Vec<String>) -> Vec<String> {
        const LISTS: [&str; 3] = ["list", "collection", "array"];
        match words.split_last() {
            Some((last, rest))
                if LISTS.contains(&last.as_str())
                    && Entity::KNOWN.into_iter().any(|kind| self.names(kind, rest)) =>
            {
                rest.to_vec()
            }
            Some(_) | None => words,
        }
    }

    /// Whether a name ends with one of the entity's names.
    pub(crate) fn names(&self, entity: Entity, words: &[String]) -> bool {
        self.entity_phrases(entity).any(|phrase| ends_with(words, phrase))
    }

    /// Whether a name has the word for a picture in it.
    pub(crate) fn names_picture(&self, words: &[String]) -> bool {
        words.iter().any(|word| self.entity_phrases(Entity::Image).any(|name| name == word))
    }

    pub(crate) fn entity_phrases(&self, entity: Entity) -> impl Iterator<Item = &str> {
        self.entities.get(&entity).into_iter().flatten().map(String::as_str)
    }

    /// `words` without the entity's own name at their start: `item_name` of an item is `name`.
    pub(crate) fn without_entity<'a>(&self, entity: Entity, words: &'a [String]) -> &'a [String] {
        let is_neutral = |word: &String| NEUTRAL.contains(&word.as_str());
        let starts = 1 + words.iter().take_while(|word| is_neutral(word)).count();
        let longest = (0..starts)
            .filter_map(|skipped| {
                let rest = words.get(skipped..)?;
                let phrases =
                    self.entity_phrases(entity).filter(|phrase| starts_with(rest, phrase));
                phrases.map(|phrase| skipped + phrase.split(' ').count()).max()
            })
            .max()
            .unwrap_or(0);
        words.get(longest..).filter(|rest| !rest.is_empty()).unwrap_or(words)
    }

    /// The standard status that a vendor's word means in the trade.
    pub(crate) fn status(&self, word: &str) -> Option<&'static str> {
        let words = self.words(word).join(" ");
        STATUSES.into_iter().find(|status| {
            self.statuses.get(*status).is_some_and(|names| {
                names.iter().any(|name| *name == words || self.words(name).join(" ") == words)
            })
        })
    }

    /// The words for each standard status, the longest first, in the vocabulary's form.
    pub(crate) fn status_phrases(&self) -> Vec<(String, &'static str)> {
        let mut all: Vec<(String, &'static str)> = STATUSES
            .into_iter()
            .flat_map(|status| {
                self.statuses.get(status).into_iter().flatten().map(move |name| (name, status))
            })
            .map(|(name, status)| (self.words(name).join(" "), status))
            .collect();
        all.sort_by(|a, b| b.0.len().cmp(&a.0.len()).then(a.cmp(b)));
        all
    }

    /// The currencies that do not have two decimals: code and number of decimals.
    pub(crate) fn odd_currencies(&self) -> Vec<(&str, u8)> {
        self.minor_units
            .iter()
            .flat_map(|(digits, codes)| codes.iter().map(move |code| (code.as_str(), *digits)))
            .collect()
    }
}

/// Whether the words end with the phrase.
pub(crate) fn ends_with(words: &[String], phrase: &str) -> bool {
    let wanted: Vec<&str> = phrase.split(' ').collect();
    words.len() >= wanted.len() && words.iter().rev().zip(wanted.iter().rev()).all(|(a, b)| a == b)
}

fn starts_with(words: &[String], phrase: &str) -> bool {
    let wanted: Vec<&str> = phrase.split(' ').collect();
    words.len() >= wanted.len() && words.iter().zip(&wanted).all(|(a, b)| a == b)
}

/// An acronym that goes on in small letters: `PLUs`, `PLUno`.
static ACRONYM: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?P<before>^|[^A-Z])(?P<acronym>PLU|SKU|UPC|EAN|URL|ZIP|VAT)(?:s|(?P<more>no|nr|num|code|id))(?P<after>[^a-z]|$)",
    )
});

/// The words of a name in lower case: at changes of case, at digits and at anything else.
fn split(name: &str) -> Vec<String> {
    let name = &*ACRONYM.replace_all(name, "${before}_${acronym}_${more}_${after}");
    let mut words: Vec<String> = Vec::new();
    let mut last = ' ';
    let mut chars = name.chars().peekable();
    while let Some(c) = chars.next() {
        let next_lower = chars.peek().is_some_and(|next| next.is_lowercase());
        let starts = !c.is_alphanumeric()
            || !last.is_alphanumeric()
            || (c.is_uppercase() && (last.is_lowercase() || (last.is_uppercase() && next_lower)))
            || (c.is_numeric() != last.is_numeric());
        if c.is_alphanumeric() {
            let lower = c.to_lowercase();
            match words.last_mut() {
                Some(word) if !starts => word.extend(lower),
                _ => words.push(lower.collect()),
            }
        }
        last = c;
    }
    words
}

/// The words of a name without the word for a list behind what it lists: `sizesList` lists sizes. A
/// `sizeList` may be one of several lists.
fn without_list(mut words: Vec<String>) -> Vec<String> {
    if let [.., listed, last] = words.as_slice()
        && last == "list"
        && listed.len() > 3
        && singular(listed) != *listed
    {
        words.pop();
    }
    words
}

fn singular(word: &str) -> String {
    let keep = [
        "pos", "status", "address", "is", "has", "business", "sales", "gross", "eclipse", "less",
        "was", "this", "its", "opens", "closes",
    ];
    if let "menus" | "submenus" | "skus" | "plus" = word {
        return word.trim_end_matches('s').to_owned();
    }
    if keep.contains(&word) || word.len() < 3 || word.ends_with("ss") || word.ends_with("us") {
        return word.to_owned();
    }
    if let "shelves" | "halves" | "leaves" | "loaves" = word {
        return format!("{}f", word.trim_end_matches("ves"));
    }
    if let Some(stem) = word.strip_suffix("ies") {
        return format!("{stem}y");
    }
    for (end, stem) in [("ches", "ch"), ("shes", "sh"), ("xes", "x"), ("sses", "ss")] {
        if let Some(start) = word.strip_suffix(end) {
            return format!("{start}{stem}");
        }
    }
    word.strip_suffix('s').unwrap_or(word).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(name: &str) -> String {
        vocabulary().words(name).join(" ")
    }

    #[test]
    fn names_of_every_style_come_out_alike() {
        assert_eq!(words("posCategoryIds"), "pos category id");
        assert_eq!(words("MODIFIER_LIST"), "modifier list");
        assert_eq!(words("group-modifications"), "group modifier");
        assert_eq!(words("address1"), "address 1");
        assert_eq!(words("imageURL"), "image url");
        assert_eq!(words("PLUs"), "plu");
        assert_eq!(words("PLUno"), "plu no");
        assert_eq!(words("physical_postcode"), "physical postal code");
        assert_eq!(words("toppingsList"), "topping");
        assert_eq!(words("modifier_list"), "modifier list");
    }

    #[test]
    fn words_of_other_languages_and_words_without_marks_are_read() {
        assert_eq!(words("grupos_modificadores"), "group modifier");
        assert_eq!(words("Warengruppen"), "category");
        assert_eq!(words("prix_ttc"), "price including tax");
        assert_eq!(words("artikelnummer"), "item number");
        assert_eq!(words("productcategoryid"), "product category id");
        assert_eq!(words("categoryid"), "category id");
        assert_eq!(words("menuitems"), "menu item");
        assert_eq!(words("minselectedAmount"), "min select amount");
        assert_eq!(words("CHOICESETIDS"), "choice set id");
        assert_eq!(words("SCREENCATEGORIES"), "screen category");
        assert_eq!(words("SCREENCATEGORYID"), "screen category id");
        assert_eq!(words("barcode"), "barcode");
        assert_eq!(words("discount"), "discount");
    }

    #[test]
    fn a_record_s_own_name_says_nothing_about_its_fields() {
        let v = vocabulary();
        let name = v.words("product_name");
        assert_eq!(v.without_entity(Entity::Product, &name), ["name"]);
    }

    #[test]
    fn every_status_word_means_one_status() {
        let phrases = vocabulary().status_phrases();
        for (phrase, status) in &phrases {
            let others = phrases.iter().filter(|(p, s)| p == phrase && s != status).count();
            assert_eq!(others, 0, "{phrase}");
        }
        assert_eq!(vocabulary().status("IN_PREPARATION"), Some("preparing"));
        assert_eq!(vocabulary().status("teleported"), None);
    }
}
