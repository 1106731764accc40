//! The modifier groups of a product and the options of a group.

mod bounds;
mod called;
mod denied;
mod inherited;
mod kinds;
mod leading;
mod limits;
mod naming;
mod nested;
mod overrides;
mod rules;
mod told;
mod unread;
mod unseen;
mod ways;
mod writing;

use std::collections::BTreeSet;
use std::sync::LazyLock;

use regex::Regex;
use serde_json::Value;

use crate::pattern::pattern;
use crate::synth::collections::Collection;
use crate::synth::deletion::{self, Mark};
use crate::synth::documents::Documents;
use crate::synth::joins::{self, Relation, Rows, Target};
use crate::synth::matching::{Decisions, Wanted, name_score};
use crate::synth::money::{self, Price};
use crate::synth::path::Path;
use crate::synth::products::{availability, codes};
use crate::synth::scope::{self, Field};
use crate::synth::vocabulary::{Entity, vocabulary};
use bounds::Bounds;
pub(super) use called::are_groups;
pub(super) use denied::is_said as are_denied;
pub(crate) use inherited::ask as ask_inherited;
use leading::{is_choice, leads_back, leads_within, may_lead_to_groups, names_several, of_whole};
use limits::is_count;
use naming::{has_name, name_of, only_text};

const GROUP_CODE: Wanted =
    Wanted { output: "products[].modifierGroups[].code", names: "code", said: &[], required: true };
const GROUP_NAME: Wanted = Wanted {
    output: "products[].modifierGroups[].name",
    names: "name",
    said: &["name", "shown"],
    required: true,
};
const OPTION_CODE: Wanted = Wanted {
    output: "products[].modifierGroups[].options[].code",
    names: "code",
    said: &[],
    required: true,
};
const OPTION_NAME: Wanted = Wanted {
    output: "products[].modifierGroups[].options[].name",
    names: "name",
    said: &["name"],
    required: true,
};
const OPTION_PRICE: Wanted = Wanted {
    output: "products[].modifierGroups[].options[].price",
    names: "price",
    said: &["price", "surcharge"],
    required: false,
};

impl Choices<'_> {
    /// Whether records of the list are options too.
    pub(crate) fn offers(&self, list: &Collection, targets: &[Target<'_>]) -> bool {
        self.options.leads_to(list, targets)
    }

    /// Notes that some options cost a part of the product's price.
    pub(crate) fn note_share(&self, price: &Field<'_>, decisions: &mut Decisions<'_>) {
        if let Some(own) = self.option_price.as_ref().filter(|own| own.share.is_some()) {
            decisions.record_besides(OPTION_PRICE.output, &own.field, price);
        }
    }

    /// Whether the way to the groups starts at the variable.
    pub(crate) fn start_in(&self, variable: &str) -> bool {
        self.groups.variable() == variable
    }

    /// Whether a way to the groups starts at the path, in whatever holds it.
    pub(crate) fn start_at_path(&self, path: &Path) -> bool {
        let mut ways = std::iter::once(&self.groups).chain(&self.further);
        ways.any(|way| way.path() == path || way.path().starts_with(path))
    }

    /// Whether the way to the groups starts at the field or passes it.
    pub(crate) fn start_at(&self, field: &Field<'_>) -> bool {
        let mut ways = std::iter::once(&self.groups).chain(&self.further);
        ways.any(|way| field.variable == way.variable() && field.path.starts_with(way.path()))
    }

    /// Whether a record is an option of some group.
    pub(crate) fn is_offered(&self, record: &Value) -> bool {
        self.offered.contains(&std::ptr::from_ref(record).addr())
    }
}

/// Where groups and options come from.
#[derive(Debug)]
pub(crate) struct Choices<'a> {
    groups: Relation,
    /// Other ways to groups of the same list: the optional ones beside the mandatory ones.
    further: Vec<Relation>,
    options: Relation,
    code: Field<'a>,
    name: Field<'a>,
    bounds: Bounds<'a>,
    option_code: Field<'a>,
    option_name: Field<'a>,
    option_price: Option<Price<'a>>,
    group_mark: Option<Mark>,
    option_mark: Option<Mark>,
    /// Whether some group has no options: there is nothing to choose in it.
    may_be_bare: bool,
    /// The options' records, by where they stand in memory.
    offered: BTreeSet<usize>,
    /// Whether a group, or an option, is read from what ties it to its holder too.
    has_link: bool,
    option_has_link: bool,
}

static LINK_PRICE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"price of the (?:entry|link|reference)|(?:entry|link|reference)(?:'s)? price (?:counts|overrides|wins)",
    )
});
/// What documents say of groups in which nothing is chosen.
static BARE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\bfree (?:text|input)\b|\btypes? (?:in|into)\b|\b(?:have|has|list) no (?:choices|options|values)\b|\bwithout (?:choices|options|values)\b",
    )
});

/// Finds the groups of the products; nothing where they have none or a point is open.
pub(crate) fn plan<'a>(
    rows: &Rows<'a>,
    list: &Collection,
    relations: &[Relation],
    targets: &[Target<'a>],
    payloads: &[&'a Value],
    decisions: &mut Decisions<'_>,
) -> Option<Choices<'a>> {
    if decisions.examples.lack("products[].modifierGroups") || denied::is_said(decisions.documents)
    {
        return None;
    }
    let are_called = |words: &Vec<String>| are_groups(words, decisions.documents);
    let is_choice = |relation: &Relation| {
        is_choice(relation, targets) || relation.names(targets).iter().any(are_called)
    };
    let mut found: Vec<(Vec<Relation>, Relation, Rows<'a>, Rows<'a>)> = Vec::new();
    for ways in ways::all(relations, targets) {
        let Some(groups) = ways.first() else { continue };
        let group_rows = ways::expand(&ways, rows, targets);
        let fields = fields_of(&group_rows);
        if !may_lead_to_groups(groups, targets) && !is_bounded(&fields) {
            continue;
        }
        let is_named = has_name(&fields, "group", decisions)
            || ((is_choice(groups) || is_bounded(&fields))
                && only_text(&fields, "group").is_some());
        if group_rows.origins.is_empty() || !is_named {
            continue;
        }
        let inner: Vec<Relation> = joins::relations(&fields, &group_rows, targets)
            .into_iter()
            .filter(|options| {
                // What ties a group to a product may list the options that it has there.
                let is_tied = options.variable() == "link"
                    && options.is_named(Entity::Option, targets)
                    && names_several(options, &fields);
                options.variable() == "group" || is_tied
            })
            .filter(|options| {
                !leads_back(options, groups) && !leads_within(options, &group_rows, targets)
            })
            .filter(|options| {
                // Products that a group names may be its options; those that name it are not. One id
                // names what the record belongs to.
                let to_products = options.leads_to(list, targets);
                let is_plain = !to_products && !matches!(options, Relation::Ids { .. });
                is_plain || (names_several(options, &fields) && (!to_products || is_choice(groups)))
            })
            .collect();
        let best = inner
            .into_iter()
            .map(|options| {
                let option_rows = options.expand(&group_rows, targets, "option", Entity::Option);
                (options, option_rows)
            })
            .filter(|(options, option_rows)| {
                let fields = fields_of(option_rows);
                let is_option = options.is_named(Entity::Option, targets);
                has_name(&fields, "option", decisions)
                    || (is_option && only_text(&fields, "option").is_some())
            })
            .max_by_key(|(options, _)| {
                (
                    options.variable() == "link",
                    // Products may be options too, where nothing else is.
                    !options.leads_to(list, targets),
                    options.is_named(Entity::Option, targets),
                    matches!(options, Relation::Nested { .. }),
                )
            });
        if let Some((options, option_rows)) = best {
            found.push((ways, options, group_rows, option_rows));
        }
    }
    found.sort_by_key(|(ways, ..)| {
        let groups = ways.first();
        std::cmp::Reverse((
            groups.is_some_and(|groups| groups.is_named(Entity::Group, targets)),
            matches!(groups, Some(Relation::Links { .. })),
        ))
    });
    let mut several = found.into_iter();
    let (ways, options, group_rows, option_rows) = several.next()?;
    let others: Vec<(Vec<Relation>, Rows<'a>)> =
        several.map(|(ways, _, rows, _)| (ways, rows)).collect();
    ways::ask_others((&ways, &group_rows), &others, targets, decisions);
    let (groups, further) = ways.split_first()?;
    let (groups, further) = (groups.clone(), further.to_vec());
    decisions.record(
        "products[].modifierGroups",
        &groups.describe(targets),
        "its records have names and options",
        0.9,
        "",
    );
    decisions.record(
        "products[].modifierGroups[].options",
        &options.describe(targets),
        "its records have names",
        0.9,
        "",
    );
    let currencies = money::of_payload(payloads, &option_rows.origins);
    // What is said of products holds for options that are products.
    let mut marked = fields_of(&option_rows);
    if options.leads_to(list, targets) {
        marked = marked.into_iter().map(|f| Field { entity: Entity::Product, ..f }).collect();
    }
    let rows = (&group_rows, &option_rows);
    let found = details((groups, options), rows, &marked, targets, &currencies, decisions)?;
    Some(Choices { further, ..found })
}

fn details<'a>(
    (groups, options): (Relation, Relation),
    (group_rows, option_rows): (&Rows<'a>, &Rows<'a>),
    marked: &[Field<'a>],
    targets: &[Target<'a>],
    currencies: &[Field<'a>],
    decisions: &mut Decisions<'_>,
) -> Option<Choices<'a>> {
    let group_fields = fields_of(group_rows);
    let option_fields = fields_of(option_rows);
    let own = |fields: &[Field<'a>], name: &str| -> Vec<Field<'a>> {
        fields.iter().filter(|field| field.variable == name).cloned().collect()
    };
    let own_group = own(&group_fields, "group");
    let own_option = own(&option_fields, "option");
    let name = name_of(&GROUP_NAME, &own_group, "group", decisions);
    let named = name.as_ref().map(|name| of_whole(name, &options, &own_group));
    let named = named.unwrap_or_else(|| own_group.clone());
    let code = codes::find(&GROUP_CODE, &named, groups.key(targets), None, decisions);
    let bounds = Bounds::find(&group_fields, decisions);
    let option_code = codes::find(&OPTION_CODE, &own_option, options.key(targets), None, decisions);
    let option_name = name_of(&OPTION_NAME, &own_option, "option", decisions);
    let of_link = decisions.documents.say(&LINK_PRICE).is_some();
    let all_fields = scope::fields(&option_rows.variables);
    let is_only_one = are_said_to_have_one(decisions.documents);
    let priced: Vec<Field<'a>> = all_fields
        .iter()
        .filter(|field| field.is_own() || is_only_one && is_price_of_one(field))
        .filter(|field| !of_link || field.variable == "link")
        .cloned()
        .collect();
    let mut option_price = overrides::find(&OPTION_PRICE, &priced, currencies, decisions);
    if let (Some(price), Some(code)) = (&mut option_price, &code) {
        price.by_group = overrides::by_group(&all_fields, code);
    }
    bounds.ask_unread(&own_group, decisions);
    if option_price.is_none() {
        unread::ask_price(&OPTION_PRICE, &priced, decisions);
    }
    nested::ask(option_rows, decisions);
    let group_mark = deletion::mark(&group_fields, "group", decisions.documents);
    let option_mark = deletion::mark(marked, "option", decisions.documents);
    availability::ask_of_parts(&group_fields, "group", group_mark.as_ref(), decisions);
    availability::ask_of_parts(marked, "option", option_mark.as_ref(), decisions);
    let reached = options.reached(group_rows, targets);
    let may_be_bare = reached.iter().any(Vec::is_empty) || decisions.documents.say(&BARE).is_some();
    let of_link = |field: &Field<'_>| field.variable == "link";
    let option_has_link = option_price.as_ref().is_some_and(|price| {
        let other = price.otherwise.as_ref().map(|own| &own.field);
        of_link(&price.field) || other.is_some_and(of_link)
    });
    let has_link = options.variable() == "link" || bounds.read_any(of_link);
    Some(Choices {
        bounds,
        may_be_bare,
        code: code?,
        name: name?,
        option_code: option_code?,
        option_name: option_name?,
        option_price,
        group_mark,
        option_mark,
        offered: option_rows
            .variables
            .iter()
            .filter(|variable| variable.name == "option")
            .flat_map(|variable| variable.rows.iter().flatten())
            .map(|record| std::ptr::from_ref(*record).addr())
            .collect(),
        has_link,
        option_has_link,
        groups,
        further: Vec::new(),
        options,
    })
}

/// What is said of records that have one price, which stands in a list all the same.
static HAVE_ONE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\b(?:modifiers?|options?|choices|extras|toppings|add-?ons?)\b[^.;]{0,20}\bha(?:ve|s) (?:only |just |exactly )?one\b",
    )
});

fn are_said_to_have_one(documents: &Documents) -> bool {
    documents.say(&HAVE_ONE).is_some()
}

/// Whether a field is the price in the only record of a list.
fn is_price_of_one(field: &Field<'_>) -> bool {
    let inner = field.path.split_at_list().map(|(_, inner)| inner);
    inner.is_some_and(|inner| inner.len() == 1 && vocabulary().words(inner.leaf()) == ["price"])
}

/// The fields of the rows that stand in no list but one of translations.
fn fields_of<'a>(rows: &Rows<'a>) -> Vec<Field<'a>> {
    let all = scope::fields(&rows.variables);
    let fields: Vec<Field<'a>> =
        all.iter().filter(|field| scope::is_plain(field, &all)).cloned().collect();
    let is_named =
        fields.iter().any(|field| field.path.len() == 1 && name_score(field, "name") > 0.5);
    if is_named { fields } else { fields.into_iter().map(of_its_category).collect() }
}

/// Options that stand under a category have no name of their own: the category's fields are those
/// of the group.
fn of_its_category(field: Field<'_>) -> Field<'_> {
    let v = vocabulary();
    let is_categorys = field.entity == Entity::Group
        && field.path.len() > 1
        && field.path.keys().first().is_some_and(|key| v.names(Entity::Category, &v.words(key)));
    let entity = if is_categorys { Entity::Category } else { field.entity };
    Field { entity, ..field }
}

/// Whether records bound a choice: what says how many may be chosen is a group of modifiers, whatever
/// it is called.
pub(crate) fn is_bounded(fields: &[Field<'_>]) -> bool {
    const CLEAR: f64 = 0.7;
    // `min_quantity`, also deeper in the record: `rules.selection.min_quantity`.
    let is_said = |field: &Field<'_>| {
        let words = vocabulary().words(field.path.leaf());
        words
            .first()
            .is_some_and(|word| matches!(word.as_str(), "min" | "minimum" | "max" | "maximum"))
    };
    let is_called = |field: &Field<'_>| {
        field.path.len() == 1 && ["min", "max"].iter().any(|bound| name_score(field, bound) > CLEAR)
    };
    fields.iter().any(|field| {
        !field.path.is_in_list()
            && !field.is_empty()
            && is_count(field)
            && (is_said(field) || is_called(field))
    })
}
