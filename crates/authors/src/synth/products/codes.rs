//! Which id of a record the vendor's orders refer to.

mod called;
mod line;
mod owners;
mod rivals;

use std::sync::LazyLock;

use regex::Regex;

use crate::pattern::pattern;
use crate::synth::documents::Statement;
use crate::synth::matching::{
    Candidate, Decisions, NAME_FITS, THRESHOLD, Wanted, is_nickname, name_score, sort,
};
use crate::synth::outlets::is_code;
use crate::synth::path::Path;
use crate::synth::scope::Field;
use crate::synth::vocabulary::{Entity, vocabulary};
use owners::{is_its_part_s, is_of_a_part};

static ORDER: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\b(orders?|ordered|ordering|sales?|receipts?|purchases?|tickets?|baskets?|carts?|transactions?|bills?|checks?|invoices?|checkouts?|order lines?|line items?|bestellung(?:en)?|bestellingen?|pedidos?|comandas?|commandes?|ordin[ei])\b",
    )
});
/// What a field is for, where orders do not refer to it.
static INTERNAL: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"^[^.;]{0,40}(?:internal|inside this document|not accepted|printed on labels|barcode|free field|free for|for partners|keyboard|bookkeeping|accounting|template|replication|(?:inside|within|in) (?:the|this|a|our|its) (?:\w+ )?(?:menu|catalog(?:ue)?|document|feed|file|payload|export|response|system|database|back ?office) (?:only|alone)|only (?:inside|within))",
    )
});
/// What is said after a field that orders do not refer to: `x` is never used in orders.
static REFUSED: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"^[^`;]{0,80}?\b(?:(?:is|are|was|be|do|does|must|should|can|will|may) (?:not|never)|cannot|isn't|aren't|don't|doesn't|mustn't|(?:not|never|no longer|nowhere) (?:to )?(?:be )?(?:use|used|sent|send|accepted|quoted|referred|refer|known|part|in|on|for)|plays? no (?:part|role)|has no (?:meaning|role|part))\b",
    )
});
/// What is said to be never so of an id that is steady: it refuses nothing.
static STEADY: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\b(?:(?:is|are|do|does|can|will|must|may) )?(?:not|never|cannot) (?:be )?(?:re-?used|changed?|changes|null|empty|blank|missing|omitted|negative|optional|renamed|translated|edited)\b",
    )
});
/// The start of a sentence without a name that goes on about the field before it.
static STILL_REFUSED: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"^(?:(?:it|this|this one|that) (?:is|must|should|can|does|will) |it's )?(?:not|never|no longer)(?: be)? (?:used|use|sent|accepted|quoted|referred|known|part|in orders|for orders)\b",
    )
});
/// Words right before a field that orders do not refer to.
static DENIED: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"\b(?:not|never|rather than|instead of)\b[^`,;.]{0,40}$"));
static LEADS: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\b(?:through|via|by|quotes?|quoted as|carry|carries|carried as|with|refers? to|referred to as|identified as|uses?|sends?|returns?|takes?|gives?|stores?|expects?)(?: (?:the|its|their|an?|item|product|dish)(?:'s)?)*$",
    )
});
static POSSESSED: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"\b(\w+)['’]s (?:own )?`?(?:id|identifier|code|reference)\b"));
static REFER: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"refer|identif|\buse[sd]?\b|\bnames?\b|\bby\b|address|point|quote|comes? (?:as|back)|carr(?:y|ies)|\btied?\b|\bsends?\b|\bsent\b|\btakes?\b|\blink|mention|\bnennen\b|identific|with the|sends back|\bgoes? (?:in|into|on|onto)\b|\bappears? (?:in|on)\b|\bput (?:in|into)\b|\b(?:is|are) _|\bsells?\b|\bsaved?\b",
    )
});

/// What stands between an order's own field and the field that it repeats: `pos_item_id` is the
/// item's `plu`. Of several such pairs, the verb may stand in the first alone.
static REPEATS: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"^\s*(?:\([^)]*\)\s*)?(?:(?:is|are|=|equals?|holds?|contains?|matche?s?|repeats?|corresponds? to|maps? to|comes? from|is (?:taken|filled|copied) (?:from|with)|must be|has to be|should be|is set to)\s+)?(?:(?:the|an?|its|your|our|their|that)\s+)?(?:[\w-]+(?:'s|s'|’s|s’)\s+)?(?:own\s+)?$",
    )
});
/// The same with a verb, in a sentence whose terms are `_`.
static REPEATED: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"_\s+(?:\([^)]*\)\s*)?(?:is|are|=|equals?|holds?|contains?|matche?s?|repeats?|corresponds? to|maps? to|comes? from|is (?:taken|filled|copied) (?:from|with)|must be|has to be|should be|is set to)\s+(?:(?:the|an?|its|your|our|their|that)\s+)?(?:[\w-]+(?:'s|s'|’s|s’)\s+)?(?:own\s+)?_",
    )
});
/// What a field that follows is of, when it is of something else.
static OF_ANOTHER: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"^\s+(?:of|for) (?:the|an?|its|each|every) ([a-z]+)"));

/// What a field gains to which documents say that orders refer.
const REFERRED: f64 = 1.4;

/// Whether a statement says what orders refer to.
pub(crate) fn is_about_orders(statement: &Statement) -> bool {
    let prose = statement.prose();
    let is_of_order = || {
        let words = statement.terms.first().map(|term| vocabulary().words(term));
        words.is_some_and(|words| {
            let last = words.len().saturating_sub(1);
            words.first().is_some_and(|word| word == "line")
                || words.iter().take(last).any(|word| ORDER.is_match(word))
        })
    };
    (ORDER.is_match(&prose) && (REFER.is_match(&prose) || REPEATED.is_match(&prose)))
        || (REPEATED.is_match(&prose) && is_of_order())
}

/// Finds the id of a record: the one that orders refer to, else the key that other records use,
/// else the one that is named like an id.
pub(crate) fn find<'a>(
    wanted: &Wanted,
    fields: &[Field<'a>],
    join_key: Option<&Path>,
    unique_among: Option<&[usize]>,
    decisions: &mut Decisions<'_>,
) -> Option<Field<'a>> {
    if let Some(field) = quoted(wanted, fields, decisions) {
        return Some(field);
    }
    let has_variant = fields.iter().any(|field| field.entity == Entity::Variant);
    // What stands in a list is another's, unless orders are said to refer to it.
    let is_own = |field: &&Field<'a>| {
        let told = || documented(field, fields, has_variant, decisions);
        !field.path.is_in_list() || told().is_some_and(|(bonus, _)| bonus >= REFERRED)
    };
    let own: Vec<Field<'a>> = fields.iter().filter(is_own).cloned().collect();
    let fields = own.as_slice();
    let mut ranked: Vec<Candidate<'a>> = Vec::new();
    let fits = |field: &Field<'_>| {
        is_code(field)
            && field.is_always_there()
            && !field
                .filled()
                .any(|value| value.as_str().is_some_and(|text| text.contains([',', ' '])))
            && unique_among.is_none_or(|origins| field.is_unique(origins))
    };
    for field in fields.iter().filter(|field| fits(field)) {
        let mut score = name_score(field, wanted.names);
        let mut reason = format!("{NAME_FITS} ({})", field.path.leaf());
        if let Some((bonus, text)) = documented(field, fields, has_variant, decisions) {
            score += bonus;
            reason = format!("the documents say: {text}");
        } else if has_variant && field.entity == Entity::Variant && score > 0.5 {
            score += 0.15;
        }
        if is_called_as_its_list(field) && score < 0.9 {
            score += 0.6;
        }
        if join_key.is_some_and(|key| key.leaf() == field.path.leaf()) && score < 0.9 {
            score += 0.45;
        }
        let candidate =
            decisions.by_example(wanted.output, Candidate { field: field.clone(), score, reason });
        if candidate.score >= THRESHOLD {
            ranked.push(candidate);
        }
    }
    owners::drop_references(&mut ranked);
    sort(&mut ranked);
    if rivals::ask(wanted, &ranked, decisions) || owners::ask(wanted, &ranked, decisions) {
        return None;
    }
    decisions.choose(wanted, &ranked, fields, fits)
}

/// Whether a field is called like one record of its list: `o` in `os`, `sku` in `skus`, `pageId` in
/// `childPages`.
fn is_called_as_its_list(field: &Field<'_>) -> bool {
    let v = vocabulary();
    let place = field.place.trim_end_matches(['[', ']', '{', '}']);
    let list = place.rsplit(['.', ']', '}']).next().unwrap_or_default();
    let leaf = field.path.leaf();
    let is_id_of = || {
        let words = v.words(leaf);
        let record = words.strip_suffix(&["id".to_owned()]).filter(|record| !record.is_empty());
        record.is_some_and(|record| v.words(list).ends_with(record))
    };
    field.path.len() == 1 && (list.strip_suffix('s') == Some(leaf) || is_id_of())
}

/// What is said of groups and options that are known by what guests read.
static BY_TEXT: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\b(?:no|without)(?: own)? ids?\b[^.;]*\bby (?:their|its|the) (?:texts?|names?|labels?|titles?)\b",
    )
});

/// The text by which orders quote a group or an option that has no id: `the choice is quoted by its
/// text`.
fn quoted<'a>(
    wanted: &Wanted,
    fields: &[Field<'a>],
    decisions: &mut Decisions<'_>,
) -> Option<Field<'a>> {
    let own = fields.iter().find(|field| matches!(field.entity, Entity::Group | Entity::Option))?;
    let has_id = fields.iter().any(|field| is_code(field) && name_score(field, wanted.names) > 0.9);
    if has_id || decisions.answers.of(wanted.output).is_some() {
        return None;
    }
    let is_owner = |clause: &str| {
        let words = vocabulary().words(clause);
        // What one vendor calls an option is another's group.
        [Entity::Group, Entity::Option].into_iter().any(|entity| {
            vocabulary().entity_phrases(entity).any(|phrase| words.iter().any(|own| own == phrase))
        }) && !words.iter().any(|word| word == "product" || word == "item")
    };
    let documents = decisions.documents;
    let texts = || {
        fields
            .iter()
            .filter(|field| field.path.len() == 1 && field.variable == own.variable)
            .filter(|field| field.is_always_there() && field.all(serde_json::Value::is_string))
    };
    let led_to = texts().find_map(|field| {
        let said = documents.about(&field.path).find(|statement| {
            is_led_to(statement, field) && is_owner(&clause_before(statement, field))
                || is_led_to_together(statement, field) && is_owner(&statement.prose())
        })?;
        Some((field, said.text.clone()))
    });
    // They have no ids: orders name them by their text.
    let by_text = || {
        let said = documents.say(&BY_TEXT).filter(|said| is_owner(&said.lower))?;
        let best =
            texts().max_by(|a, b| name_score(a, "name").total_cmp(&name_score(b, "name")))?;
        (name_score(best, "name") > 0.5).then(|| (best, said.text.clone()))
    };
    let (field, text) = led_to.or_else(by_text)?;
    decisions.record(wanted.output, &field.place(), &format!("the documents say: {text}"), 0.9, "");
    Some(field.clone())
}

/// Whether a sentence says by what a group or an option is known, and the field is a product's.
fn is_said_of_a_choice(statement: &Statement, field: &Field<'_>) -> bool {
    let v = vocabulary();
    let words = v.words(&clause_before(statement, field));
    let names = |entity: Entity| {
        v.entity_phrases(entity).any(|phrase| words.iter().any(|word| word == phrase))
    };
    matches!(field.entity, Entity::Product | Entity::Variant)
        && is_led_to(statement, field)
        && (names(Entity::Group) || names(Entity::Option))
        && !names(Entity::Product)
}

/// Whether a sentence says by what a product is known, and of a group or an option, whose field it
/// is, that it is known by another one.
fn is_said_of_a_product(statement: &Statement, field: &Field<'_>) -> bool {
    let v = vocabulary();
    let names = |text: &str, entities: &[Entity]| {
        let words = v.words(text);
        entities.iter().any(|entity| {
            v.entity_phrases(*entity).any(|phrase| words.iter().any(|word| word == phrase))
        })
    };
    let choices = [Entity::Group, Entity::Option];
    let clause = clause_before(statement, field);
    let prose = statement.prose();
    let (_, rest) = prose.split_once('_').unwrap_or_default();
    matches!(field.entity, Entity::Group | Entity::Option)
        && is_led_to(statement, field)
        && names(&clause, &[Entity::Product])
        && !names(&clause, &choices)
        && rest
            .split('_')
            .any(|part| part != clause && part.contains("'s") && names(part, &choices))
}

/// The words between the term before the field's name and that name, in lower case.
fn clause_before(statement: &Statement, field: &Field<'_>) -> String {
    let marked = format!("`{}`", field.path.leaf());
    let before = statement.text.split(&marked).next().unwrap_or_default().to_lowercase();
    before.rsplit('`').next().unwrap_or_default().to_owned()
}

/// Whether a sentence says that orders give the id of what holds the field: `the line gives the
/// price's id`.
fn is_possessed(statement: &Statement, field: &Field<'_>) -> bool {
    let words = vocabulary().words(field.path.leaf());
    // A resource of JSON:API names another in the `data` of a relationship.
    let keys = field.path.keys();
    let holder = keys.iter().rev().skip(1).find(|key| **key != "data").copied();
    let parent = vocabulary().words(holder.unwrap_or_default());
    words.last().is_some_and(|word| word == "id")
        && ORDER.is_match(&statement.lower)
        && POSSESSED.captures_iter(&statement.lower).any(|found| {
            let owner = found.get(1).map_or("", |m| m.as_str());
            let before = found.get(0).and_then(|m| statement.lower.get(..m.start()));
            let is_denied = before.is_some_and(|text| DENIED.is_match(text));
            let owner = vocabulary().words(owner);
            let is_variants = field.entity == Entity::Variant
                && field.path.len() == 1
                && vocabulary().names(Entity::Variant, &owner);
            !is_denied && (is_variants || !owner.is_empty() && parent.ends_with(&owner))
        })
}

/// Whether a sentence says that orders give the id of a variant.
pub(crate) fn gives_variant(statement: &Statement) -> bool {
    ORDER.is_match(&statement.lower)
        && POSSESSED.captures_iter(&statement.lower).any(|found| {
            let owner = found.get(1).map_or("", |m| m.as_str());
            let before = found.get(0).and_then(|m| statement.lower.get(..m.start()));
            !before.is_some_and(|text| DENIED.is_match(text))
                && vocabulary().names(Entity::Variant, &vocabulary().words(owner))
        })
}

/// Whether the words right before the field's name say that orders refer to it: `orders are tied to
/// the menu through`, `the line carries its`.
fn is_led_to(statement: &Statement, field: &Field<'_>) -> bool {
    let marked = format!("`{}`", field.path.leaf());
    statement.text.match_indices(&marked).any(|(at, _)| {
        let before = statement.text.get(..at).unwrap_or_default().to_lowercase();
        let clause = before.rsplit('`').next().unwrap_or_default();
        let after = statement.text.get(at + marked.len()..).unwrap_or_default();
        LEADS.is_match(clause.trim_end()) && ORDER.is_match(&before)
            || (before.contains('`') && is_repeated(statement, clause, after))
    })
}

/// Whether orders refer to the field and to the one before it: an order gives their `title` and `word`.
fn is_led_to_together(statement: &Statement, field: &Field<'_>) -> bool {
    let places = statement.places();
    places.iter().zip(places.iter().skip(1)).any(|(first, second)| {
        let between = statement.lower.get(first.end..second.start).unwrap_or_default();
        let before = statement.lower.get(..first.start).unwrap_or_default();
        let clause = before.rsplit('`').next().unwrap_or_default();
        second.term == field.path.leaf()
            && between.trim() == "and"
            && LEADS.is_match(clause.trim_end())
            && ORDER.is_match(before)
    })
}

/// Whether an order's own field repeats the one between the two texts: `pos_item_id` is the item's
/// `plu`.
fn is_repeated(statement: &Statement, clause: &str, after: &str) -> bool {
    let v = vocabulary();
    let is_of_another =
        OF_ANOTHER.captures(after).and_then(|found| found.get(1)).is_some_and(|of| {
            let words = v.words(of.as_str());
            ![Entity::Product, Entity::Variant, Entity::Group, Entity::Option]
                .into_iter()
                .any(|entity| v.names(entity, &words))
        });
    REPEATS.is_match(clause)
        && REPEATED.is_match(&statement.prose())
        && is_about_orders(statement)
        && !is_of_another
}

/// Whether the words about orders in a statement of several fields are about this one.
fn speaks_of_it(statement: &Statement, field: &Field<'_>, fields: &[Field<'_>]) -> bool {
    let has_order = |field: &Field<'_>| {
        let (_, said) = statement.parts_about(&field.path);
        ORDER.is_match(&said)
    };
    let others = || fields.iter().filter(|other| other.path != field.path);
    if is_led_to(statement, field) {
        return true;
    }
    if others().any(|other| statement.names(&other.path) && is_led_to(statement, other)) {
        return false;
    }
    let others = others();
    has_order(field) || !others.filter(|other| statement.names(&other.path)).any(has_order)
}

/// Whether the words after a field say that it is not used.
fn is_refused(said: &str) -> bool {
    REFUSED.is_match(&STEADY.replace_all(said, ""))
}

/// Whether the sentence after one that names the field alone says that it is not used.
fn is_refused_next(field: &Field<'_>, decisions: &Decisions<'_>) -> bool {
    decisions.documents.in_a_row().any(|(own, next)| {
        own.names(&field.path)
            && own.terms.len() == 1
            && next.terms.is_empty()
            && STILL_REFUSED.is_match(&next.lower)
    })
}

fn documented(
    field: &Field<'_>,
    fields: &[Field<'_>],
    has_variant: bool,
    decisions: &Decisions<'_>,
) -> Option<(f64, String)> {
    if decisions.documents.about(&field.path).any(|statement| {
        let (_, said) = statement.parts_about(&field.path);
        let before = statement.text.split(&format!("`{}`", field.path.leaf())).next();
        let is_denied = before.is_some_and(|text| DENIED.is_match(&text.to_lowercase()));
        let is_for_people = is_nickname(&said) && !is_about_orders(statement);
        let is_other = INTERNAL.is_match(&said) || is_refused(&said) || is_for_people;
        (is_other && !is_led_to(statement, field)) || (is_denied && is_about_orders(statement))
    }) || is_refused_next(field, decisions)
    {
        return Some((-0.5, "the documents say that it is for something else".to_owned()));
    }
    let v = vocabulary();
    let mut best: Option<(f64, String)> = decisions
        .documents
        .statements
        .iter()
        .find(|statement| is_possessed(statement, field))
        .or_else(|| line::variant_named(&decisions.documents.statements, field))
        .or_else(|| line::named_after(&decisions.documents.statements, field))
        .or_else(|| line::taken_by_call(&decisions.documents.statements, field))
        .or_else(|| {
            let said = line::sold_by(&decisions.documents.statements, field, has_variant)?;
            (!is_of_a_part(said, field, fields)).then_some(said)
        })
        .map(|statement| (REFERRED, statement.text.clone()));
    for statement in decisions.documents.statements.iter().filter(|s| is_about_orders(s)) {
        let prose = v.words(&statement.prose());
        let leaf = v.words(field.path.leaf());
        let spoken = !leaf.is_empty() && leaf.iter().all(|word| prose.contains(word));
        let mut bonus = match (statement.names(&field.path), spoken) {
            (true, _) if !speaks_of_it(statement, field, fields) => continue,
            (true, _) if is_said_of_a_choice(statement, field) => continue,
            (true, _) if is_said_of_a_product(statement, field) => continue,
            (true, _) if is_its_part_s(statement, field, fields) => continue,
            (true, _) if is_of_a_part(statement, field, fields) => continue,
            (true, _) => REFERRED,
            (false, true) => 0.3,
            (false, false) => continue,
        };
        let owner =
            v.entity_phrases(Entity::Variant).any(|phrase| prose.iter().any(|word| word == phrase));
        // The order's own field may be called by the variants' list: `id` as `productOptionId`.
        let list = field.place.trim_end_matches(['[', ']', '{', '}']);
        let list = v.words(list.rsplit(['.', ']', '}']).next().unwrap_or_default());
        let owner = owner
            || statement.terms.iter().any(|term| {
                v.words(term).strip_suffix(&["id".to_owned()]).is_some_and(|own| own == list)
            });
        if has_variant && owner && field.entity == Entity::Variant {
            bonus += 0.6;
        }
        if best.as_ref().is_none_or(|(known, _)| *known < bonus) {
            best = Some((bonus, statement.text.clone()));
        }
    }
    best.or_else(|| called::documented(field, fields, decisions))
}
