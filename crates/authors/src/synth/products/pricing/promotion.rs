//! A price that stands for the usual one in some records: while a flag is on, or where it is set.

mod asked;

use std::sync::LazyLock;

use regex::Regex;
use serde_json::Value;

use crate::pattern::pattern;
use crate::synth::documents::{Documents, Statement, term_names};
use crate::synth::kind::number;
use crate::synth::money::Unless;
use crate::synth::products::availability::is_flag;
use crate::synth::scope::Field;
pub(super) use asked::{Asked, ask};

/// What is paid in some records, and what in the others.
#[derive(Debug)]
pub(super) struct Promotion<'a> {
    pub(super) amount: Field<'a>,
    pub(super) unless: Unless<'a>,
    /// The usual price, where documents name it.
    pub(super) usual: Option<Field<'a>>,
}

/// A field that holds an amount, and the amount in it: one and the same, or `price` and `price.value`.
pub(super) type Amount<'a> = (Field<'a>, Field<'a>);

/// A sentence about what is paid.
static PAID: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\b(?:pays?|paid|charged?|charges|sold (?:at|for)|sells (?:at|for)|costs?|(?:is|as) the price|the price is|price is|appl(?:y|ies)|applied|counts|in force|valid|replaces?|instead|takes? (?:its|the) place|wins|overrides?)\b",
    )
});
/// A term, as [`plainly`] writes it.
const TERM: &str = "§(\\d+)";
/// The condition that a flag is.
static FLAG: LazyLock<Regex> = LazyLock::new(|| {
    pattern(&format!(
        r"\b(while|when|whenever|if|where|wherever|as long as|once|unless)\b[^§.;,]{{0,30}}{TERM}(?:\s*(?:is|=|==|equals|being)?\s*(?:set to\s+)?(true|on|set|active|yes|1|false|off|not set|unset|no|0)\b)?"
    ))
});
/// The condition that the price itself is: behind it, or before it.
static SET: LazyLock<Regex> = LazyLock::new(|| {
    let set = r"(set|given|present|there|filled|(?:not|other than) (?:null|empty|0|zero|nought|0\.00)|non-null|non-zero|(?:greater|higher|more) than (?:0|zero|nought)|above (?:0|zero|nought)|positive)";
    pattern(&format!(
        r"(?:{TERM},?\s+(?:(?:replaces|overrides|wins over|instead of|takes precedence over)\s+(?:the\s+)?§\d+\s+)?(?:\w+\s+){{0,6}}?\b(?:while|when|whenever|if|where|wherever)\s+(?:(?:it|that|this|one)(?:'s|\s+is)\s+|there\s+is\s+)?{set}\b|\b(?:while|when|whenever|if|where|wherever)\s+(?:an?\s+|the\s+)?{TERM}\s+(?:is\s+)?{set}\b)"
    ))
});
/// What begins the other case.
static OTHERWISE: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"\b(?:otherwise|else|if not|and if it is not)\b"));
/// The usual price, of which a sentence says that it is not paid.
static INSTEAD: LazyLock<Regex> = LazyLock::new(|| {
    pattern(&format!(
        r"\b(?:instead of|rather than|replac(?:es?|ing)|in place of|overrid(?:es?|ing)|wins over|takes precedence over|takes the place of)(?: the| its)?\s*{TERM}"
    ))
});

/// Whether a sentence says under which condition one of its fields holds.
fn names_condition(statement: &Statement) -> bool {
    let text = plainly(statement);
    FLAG.is_match(&text) || SET.is_match(&text)
}

/// Whether a sentence holds under a condition, whatever that is.
pub(super) fn is_conditional(statement: &Statement) -> bool {
    let text = plainly(statement);
    names_condition(statement) || CONDITION.is_match(&EXPLAINED.replace_all(&text, ""))
}

/// What brackets explain without a field of its own: what is paid (the sale price if there is one).
static EXPLAINED: LazyLock<Regex> = LazyLock::new(|| pattern(r"\([^()§]*\)"));

/// Whether a term names the amount or what holds it.
pub(super) fn names_amount(term: &str, (holder, amount): &Amount<'_>) -> bool {
    term_names(term, &holder.path) || term_names(term, &amount.path)
}

static CONDITION: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"\b(?:while|when|whenever|if|unless|otherwise|else|except|only)\b"));

/// What documents say is paid in some records only. Each of its fields must be the only one that the
/// sentence can mean.
pub(super) fn told<'a>(
    fields: &[Field<'a>],
    amounts: &[Amount<'a>],
    documents: &Documents,
) -> Option<Promotion<'a>> {
    let of = |statement: &Statement| {
        Reader { statement, text: plainly(statement), fields, amounts }.read()
    };
    let naming = documents.statements.iter().filter(|statement| !statement.terms.is_empty());
    naming.into_iter().find_map(of)
}

/// The sentence in lower case, each of its terms as its number.
fn plainly(statement: &Statement) -> String {
    let mut text = String::new();
    let mut from = 0;
    for (number, place) in statement.places().iter().enumerate() {
        text.push_str(statement.text.get(from..place.start).unwrap_or_default());
        text.extend(["§", &number.to_string()]);
        from = place.end;
    }
    text.push_str(statement.text.get(from..).unwrap_or_default());
    let text = text.to_lowercase();
    let text = OFFER.replace_all(&text, "");
    let text = LACKED.replace_all(&text, "$own");
    WITH.replace_all(&text, "when $on").into_owned()
}

/// What brackets explain of the price that is paid: (the sale price while `on_sale`). It is no other one.
static OFFER: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\((?:that is |i\.e\. )?(?:with )?(?:the |its |any )(?:sale|offer|promo\w*|discount\w*|special|reduced) (?:price|one)\b[^()]*\)",
    )
});

/// What a field holds where there is nothing to say: `x` is 0 when there is no sale. That is no condition
/// of what is paid.
static LACKED: LazyLock<Regex> = LazyLock::new(|| {
    pattern(&format!(
        r"(?P<own>{TERM}) (?:is )?(?:0|0\.00|zero|null|empty|nought|missing|absent|unset)(?: or (?:0|null|empty|missing|absent))? (?:when|where|if|while|unless) (?:there is |it has |there are )?(?:no|none|not|nothing)\b[^,;.§]*"
    ))
});

/// A condition without a word for it: with `x` true.
static WITH: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"\bwith (?P<on>§\d+ (?:is )?(?:set to )?(?:true|on|set|yes|1|false|off|no|0)\b)")
});

struct Reader<'r, 'a> {
    statement: &'r Statement,
    text: String,
    fields: &'r [Field<'a>],
    amounts: &'r [Amount<'a>],
}

impl<'a> Reader<'_, 'a> {
    fn read(&self) -> Option<Promotion<'a>> {
        if !PAID.is_match(&self.text) {
            return None;
        }
        self.under_a_flag().or_else(|| self.where_set())
    }

    fn under_a_flag(&self) -> Option<Promotion<'a>> {
        let (found, flag) = FLAG.captures_iter(&self.text).find_map(|found| {
            let flag = self.flag(found.get(2)?.as_str())?;
            Some((found, flag))
        })?;
        let whole = found.get(0)?;
        let is_off = found.get(1)?.as_str() == "unless"
            || found.get(3).is_some_and(|state| {
                matches!(state.as_str(), "false" | "off" | "not set" | "unset" | "no" | "0")
            });
        let beside = |amount: &Amount<'a>| amount.0.variable == flag.variable;
        let after = self.text.get(whole.end()..)?;
        let (case, other) = OTHERWISE.find(after).map_or((after, ""), |at| {
            (after.get(..at.start()).unwrap_or_default(), after.get(at.end()..).unwrap_or_default())
        });
        let before = self.text.get(..whole.start())?;
        let usual = self.instead(&beside);
        let is_usual = |amount: &Amount<'a>| usual.as_ref().is_some_and(|own| is_one(own, amount));
        let of = |text: &str| -> Vec<Amount<'a>> {
            let all = self.amounts_in(text, &beside);
            all.into_iter().filter(|amount| !is_usual(amount)).collect()
        };
        let (under, otherwise) = match (of(case).as_slice(), of(before).as_slice()) {
            ([own], []) | ([], [own]) => (own.clone(), None),
            // "The customer pays the one, or the other while the flag is on."
            ([], [first, own]) => (own.clone(), Some(first.clone())),
            _ => return None,
        };
        let otherwise = match of(other).as_slice() {
            [] => usual.or(otherwise),
            [own] => Some(own.clone()),
            _ => return None,
        };
        let (paid, usual) = if is_off { (otherwise?, Some(under)) } else { (under, otherwise) };
        let usual = usual.map(|(_, amount)| amount);
        Some(Promotion { amount: paid.1, unless: Unless::On(flag), usual })
    }

    fn where_set(&self) -> Option<Promotion<'a>> {
        let found = SET.captures(&self.text)?;
        let term = found.get(1).or_else(|| found.get(3))?;
        let state = found.get(2).or_else(|| found.get(4))?;
        let any = |_: &Amount<'a>| true;
        let own = self.amount(term.as_str(), &any)?;
        let beside =
            |amount: &Amount<'a>| amount.0.variable == own.0.variable && !is_one(amount, &own);
        let usual = self.instead(&beside).or_else(|| {
            let others = self.amounts_in(&self.text, &beside);
            others.first().filter(|_| others.len() == 1).cloned()
        });
        // Without the other case the sentence may be about anything else.
        let is_instead = usual.is_some()
            || OTHERWISE.is_match(&self.text)
            || ["instead", "replaces", "takes its place"].iter().any(|w| self.text.contains(w));
        let is_nought = |value: &Value| number(value) == Some(0.0);
        let is_above =
            ["zero", "0", "nought", "positive"].iter().any(|w| state.as_str().contains(w));
        // Of a text with its currency in it nobody can tell so whether it is more than nothing.
        let is_number = own.1.all(|value| number(value).is_some());
        let unless = if is_above && is_number {
            Unless::Paid
        } else if own.1.filled().any(is_nought) {
            return None;
        } else {
            Unless::There
        };
        is_instead.then(|| Promotion {
            amount: own.1,
            unless,
            usual: usual.map(|(_, amount)| amount),
        })
    }

    /// The only flag that the term names.
    fn flag(&self, number: &str) -> Option<Field<'a>> {
        let term = self.term(number)?;
        let mut named = self.fields.iter().filter(|field| {
            term_names(term, &field.path) && !field.is_empty() && field.all(is_flag)
        });
        named.next().filter(|_| named.next().is_none()).cloned()
    }

    /// The only amount that the term names.
    fn amount(&self, number: &str, is_meant: &dyn Fn(&Amount<'a>) -> bool) -> Option<Amount<'a>> {
        let term = self.term(number)?;
        let is_named = |amount: &&Amount<'a>| is_meant(amount) && names_amount(term, amount);
        let mut named = self.amounts.iter().filter(is_named);
        named.next().filter(|_| named.next().is_none()).cloned()
    }

    fn amounts_in(&self, text: &str, is_meant: &dyn Fn(&Amount<'a>) -> bool) -> Vec<Amount<'a>> {
        static ANY: LazyLock<Regex> = LazyLock::new(|| pattern(TERM));
        let mut found: Vec<Amount<'a>> = Vec::new();
        for number in ANY.captures_iter(text).filter_map(|found| found.get(1)) {
            if let Some(amount) = self.amount(number.as_str(), is_meant)
                && !found.iter().any(|known| is_one(known, &amount))
            {
                found.push(amount);
            }
        }
        found
    }

    fn instead(&self, is_meant: &dyn Fn(&Amount<'a>) -> bool) -> Option<Amount<'a>> {
        let found = INSTEAD.captures(&self.text)?;
        self.amount(found.get(1)?.as_str(), is_meant)
    }

    fn term(&self, number: &str) -> Option<&str> {
        let place: usize = number.parse().ok()?;
        self.statement.terms.get(place).map(String::as_str)
    }
}

fn is_one(one: &Amount<'_>, other: &Amount<'_>) -> bool {
    one.1.is_at(&other.1)
}

impl<'a> Promotion<'a> {
    /// The fields without that of its price.
    pub(super) fn without_own(&self, fields: &[Field<'a>]) -> Vec<Field<'a>> {
        let Field { variable, path, .. } = &self.amount;
        let is_own =
            |field: &&Field<'a>| field.variable == *variable && path.starts_with(&field.path);
        // What holds the usual one too stays.
        let holds_more = |holder: &Field<'a>| {
            fields.iter().any(|other| {
                other.variable == holder.variable
                    && other.path.starts_with(&holder.path)
                    && !path.starts_with(&other.path)
            })
        };
        fields.iter().filter(|field| !is_own(field) || holds_more(field)).cloned().collect()
    }

    /// What is paid in each record, where `usual` is the other price.
    pub(super) fn paid(&self, usual: &Field<'a>) -> Field<'a> {
        let is_on = |flag: Option<&Value>| {
            flag.is_some_and(|flag| {
                let text = flag.as_str().map(str::to_lowercase);
                flag.as_bool() == Some(true)
                    || flag.as_f64() == Some(1.0)
                    || text.is_some_and(|text| matches!(text.as_str(), "true" | "1" | "yes" | "y"))
            })
        };
        let own = &self.amount.values;
        let takes = |row: usize| match &self.unless {
            Unless::On(flag) => is_on(flag.values.get(row).copied().flatten()),
            Unless::There => own.get(row).is_some_and(Option::is_some),
            Unless::Paid => {
                own.get(row).copied().flatten().and_then(number).is_some_and(|price| price > 0.0)
            }
        };
        let values =
            usual.values.iter().enumerate().map(|(row, other)| {
                if takes(row) { own.get(row).copied().flatten() } else { *other }
            });
        Field { values: values.collect(), ..usual.clone() }
    }
}
