//! What the names of fields say of their values.

use trials::is_secret_name;

/// What a value is that nobody else may see.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Words and numbers of any form: names, streets, notes, identity numbers.
    Words,
    /// An e-mail address.
    Email,
    /// A number to call.
    Phone,
    /// A credential.
    Secret,
    /// A day, such as that of a birth.
    Day,
    /// A place on the globe.
    Position,
}

/// What an object is about, for fields whose own name does not say it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Around {
    /// Nobody in particular.
    Nothing,
    /// A person.
    Person,
    /// Where somebody is.
    Address,
    /// Numbers to call.
    Phone,
}

const PEOPLE: [&str; 33] = [
    "attendee",
    "billing",
    "buyer",
    "cardholder",
    "cashier",
    "client",
    "consignee",
    "contact",
    "courier",
    "customer",
    "delivery",
    "diner",
    "driver",
    "eater",
    "employee",
    "guest",
    "holder",
    "host",
    "member",
    "owner",
    "patient",
    "patron",
    "payer",
    "person",
    "people",
    "receiver",
    "recipient",
    "rider",
    "sender",
    "shipping",
    "staff",
    "user",
    "waiter",
];
/// Of these a mere text is a name: `"guest": "…"`.
const NAMED: [&str; 16] = [
    "attendee",
    "buyer",
    "cardholder",
    "cashier",
    "consignee",
    "contact",
    "courier",
    "customer",
    "diner",
    "driver",
    "employee",
    "guest",
    "patron",
    "payer",
    "recipient",
    "waiter",
];
/// What begins here is about goods and places of business, whoever it belongs to.
const GOODS: [&str; 18] = [
    "brand",
    "catalog",
    "catalogue",
    "categories",
    "category",
    "item",
    "items",
    "line_items",
    "location",
    "menu",
    "menus",
    "modifier",
    "modifiers",
    "option",
    "options",
    "product",
    "products",
    "store",
];
const PHONES: [&str; 9] =
    ["cell", "fax", "handphone", "mobile", "msisdn", "tel", "telefon", "whatsapp", "sms"];
const NAMES: [&str; 12] = [
    "firstname",
    "lastname",
    "surname",
    "fullname",
    "givenname",
    "familyname",
    "middlename",
    "maidenname",
    "nickname",
    "forename",
    "vorname",
    "nachname",
];
const NAME_PARTS: [&str; 9] =
    ["first", "last", "full", "given", "family", "middle", "maiden", "nick", "sur"];
const NOTES: [&str; 14] = [
    "note",
    "notes",
    "comment",
    "comments",
    "remark",
    "remarks",
    "instruction",
    "instructions",
    "memo",
    "allergy",
    "allergies",
    "greeting",
    "feedback",
    "review",
];
/// Parts of an address wherever they stand.
const STREETS: [&str; 8] =
    ["street", "postcode", "postalcode", "zip", "zipcode", "housenumber", "addressline", "plz"];
/// Parts of an address within one, or of a person.
const WITHIN: [&str; 20] = [
    "line1",
    "line2",
    "line3",
    "line",
    "lines",
    "city",
    "town",
    "village",
    "district",
    "suburb",
    "house",
    "number",
    "apartment",
    "apt",
    "flat",
    "floor",
    "building",
    "entrance",
    "formatted",
    "text",
];
const IDENTITIES: [&str; 9] =
    ["ssn", "passport", "iban", "pan", "cvv", "cvc", "cardnumber", "accountnumber", "nric"];
const BIRTHS: [&str; 5] = ["birthday", "birthdate", "dob", "birth", "geburtsdatum"];
const POSITIONS: [&str; 6] = ["lat", "latitude", "lng", "lon", "long", "longitude"];
/// Kinds of addresses that are nobody's home.
const NO_HOMES: [&str; 5] = ["email", "web", "ip", "mac", "url"];

/// The words of a name: `customerFirst_name` is customer, first, name.
fn words(name: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut is_within = false;
    let mut was_lower = false;
    for c in name.chars() {
        let begins = c.is_uppercase() && was_lower;
        was_lower = c.is_lowercase() || c.is_numeric();
        if !c.is_alphanumeric() {
            is_within = false;
            continue;
        }
        match words.last_mut() {
            Some(word) if is_within && !begins => word.extend(c.to_lowercase()),
            _ => words.push(c.to_lowercase().collect()),
        }
        is_within = true;
    }
    words
}

/// What the field's value is, if it is anybody's own business.
pub(super) fn kind_of(name: &str, value: &str, outside: Around) -> Option<Kind> {
    let words = words(name);
    let has = |list: &[&str]| words.iter().any(|word| list.contains(&word.as_str()));
    let last = words.last().map_or("", String::as_str);
    let whole = words.concat();
    let is = |list: &[&str]| list.contains(&whole.as_str()) || has(list);
    let at_home = matches!(outside, Around::Person | Around::Address);
    if is_secret_name(name) {
        return Some(Kind::Secret);
    }
    if has(&["email", "mail"]) || whole.contains("email") {
        return Some(if value.contains('@') { Kind::Email } else { Kind::Words });
    }
    if whole.contains("phone") || has(&PHONES) {
        return Some(Kind::Phone);
    }
    if outside == Around::Phone && ["number", "value", "e164", "national"].contains(&last) {
        return Some(Kind::Phone);
    }
    if is(&IDENTITIES) || (has(&["card", "account"]) && last == "number") {
        return Some(Kind::Words);
    }
    if is(&BIRTHS) {
        return Some(Kind::Day);
    }
    if at_home && has(&POSITIONS) {
        return Some(Kind::Position);
    }
    let is_name = is(&NAMES)
        || (last == "name" && has(&NAME_PARTS))
        || (["name", "label", "title"].contains(&last) && has(&PEOPLE))
        || (outside == Around::Person && ["name", "display", "displayname"].contains(&last))
        || (outside == Around::Address && ["name", "company"].contains(&last))
        || (NAMED.contains(&whole.as_str()) && !is_id(value));
    let is_note = is(&NOTES) || (has(&["special"]) && has(&["request", "requests"]));
    let is_address = is(&STREETS)
        || (has(&["address", "addr"]) && !has(&NO_HOMES) && !has(&["id", "type"]))
        || (has(&["ip"]) && words.len() <= 2)
        || (at_home && WITHIN.contains(&last));
    (is_name || is_note || is_address).then_some(Kind::Words)
}

/// A customer's number rather than their name.
fn is_id(value: &str) -> bool {
    !value.contains(' ') && value.bytes().any(|byte| byte.is_ascii_digit() || byte == b'_')
}

/// What an object or a list under this name is about.
pub(super) fn around(name: &str, outside: Around) -> Around {
    let words = words(name);
    let has = |list: &[&str]| words.iter().any(|word| list.contains(&word.as_str()));
    let one = |word: &str| word.strip_suffix('s').unwrap_or(word).to_owned();
    if has(&GOODS) || name == "line_items" {
        return Around::Nothing;
    }
    if words.iter().any(|word| word.contains("phone")) || has(&PHONES) {
        return Around::Phone;
    }
    if words.iter().any(|word| word.starts_with("address")) && !has(&NO_HOMES) {
        return Around::Address;
    }
    if words.iter().any(|word| PEOPLE.contains(&one(word).as_str()) || word == "people") {
        return Around::Person;
    }
    outside
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_in_every_way_of_writing_them() {
        for name in ["customerFirstName", "customer_first_name", "CUSTOMER-FIRST-NAME"] {
            assert_eq!(words(name), ["customer", "first", "name"], "{name}");
        }
    }

    #[test]
    fn a_name_is_a_person_s_or_a_product_s_by_what_it_stands_in() {
        let name = |outside| kind_of("name", "Maria Lopez", outside);
        assert_eq!(name(Around::Nothing), None);
        assert_eq!(name(around("customer", Around::Nothing)), Some(Kind::Words));
        let items = around("items", around("customer", Around::Nothing));
        assert_eq!(name(items), None, "what a customer ordered is no person");
        assert_eq!(kind_of("customer", "Maria Lopez", Around::Nothing), Some(Kind::Words));
        assert_eq!(kind_of("customer", "cus_17", Around::Nothing), None);
        assert_eq!(kind_of("customerId", "17", Around::Nothing), None);
    }

    #[test]
    fn countries_prices_and_ids_stay() {
        for (name, outside) in [
            ("country", Around::Address),
            ("countryCode", Around::Address),
            ("state", Around::Address),
            ("price", Around::Person),
            ("id", Around::Person),
            ("addressId", Around::Person),
            ("description", Around::Nothing),
            ("categoryName", Around::Nothing),
            ("name", Around::Nothing),
            ("status", Around::Person),
        ] {
            assert_eq!(kind_of(name, "x", outside), None, "{name}");
        }
    }
}
