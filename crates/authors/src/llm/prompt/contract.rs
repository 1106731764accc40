//! What a script of a topic must do: the schemas, and the rules that no schema says.

use domain::{Brief, Contract, Topic};
use serde::Serialize;
use serde_json::Value;

use super::excerpt::Excerpt;
use super::hidden::Hidden;
use super::json::{Detail, Writer};
use super::templates::{Template, render};

#[derive(Serialize)]
struct Filled<'a> {
    provider: &'a str,
    topic: &'a str,
    version: u32,
    purpose: &'a str,
    output_schema: String,
    payload_schema: Option<String>,
    rules: &'a [&'a str],
}

/// The contract of a brief's topic.
pub(super) fn told(brief: &Brief) -> String {
    let contract = Contract::of(brief.topic);
    let (purpose, rules) = purpose_and_rules(brief.topic);
    let filled = Filled {
        provider: brief.provider.as_str(),
        topic: brief.topic.as_str(),
        version: brief.version,
        purpose,
        output_schema: schema(contract.output_schema()),
        payload_schema: contract.payload_schema().map(schema),
        rules,
    };
    render(Template::Contract, &filled)
}

/// A schema without what says nothing to who reads it here.
fn schema(mut schema: Value) -> String {
    if let Some(fields) = schema.as_object_mut() {
        fields.retain(|key, _| !matches!(key.as_str(), "$schema" | "title"));
    }
    let nothing = Hidden::of(&[]);
    Writer { detail: Detail::WHOLE, hidden: &nothing }.write(&Excerpt::whole(&schema))
}

const LEFT_OUT: &str = "An optional field is filled wherever the payload has the data, and left out where it has none: never null, never an empty text, list or object, never \"undefined\", \"null\" or \"NaN\" as text.";
const MONEY: &str = "Money is a JSON number in major units (4.5, not 450 cents and not \"4.50\"), rounded to the decimals of the currency.";
const IDS: &str = "Ids are texts: a number is written as one.";
const TIMES: &str = "Times are RFC 3339 with an offset.";
const DELETED: &str = "Deleted and archived records are left out. Records keep the payload's order, and there are as many as the payload plainly has in it; what is dropped for another reason is logged with the reason.";
const CONTACT: &str = "`contact` is the phone, or else the e-mail.";
const REQUEST: &str = "The request is the vendor's own: its address from `input.baseUrl`, its credentials from `input.apiKey`, `input.apiSecret` and `input.config`, the form of its body from documents and from `expected`. Only GET and DELETE have a null body.";
const OPTIONAL_INPUT: &str = "Every optional field of the payload may be missing: what is not there is left out of the request, not sent as null or \"undefined\".";

/// What a topic is for, and its rules.
const fn purpose_and_rules(topic: Topic) -> (&'static str, &'static [&'static str]) {
    match topic {
        Topic::TestConnection => (
            "one light, read-only call to the vendor that tells whether the connection works.",
            &[
                "Make one call, which changes nothing at the vendor, with the connection's credentials.",
                "A refusal or an answer that is none is `ok: false` with the vendor's own words as the message where it gave any; it is not thrown.",
                "`ok` is true only when the answer shows that the credentials were accepted.",
            ],
        ),
        Topic::ListRemoteOutlets => (
            "every location of the vendor's account.",
            &[LEFT_OUT, IDS, "`externalId` is unique.", CONTACT, DELETED],
        ),
        Topic::SyncOutlet => (
            "one location with its opening hours.",
            &[
                LEFT_OUT,
                IDS,
                CONTACT,
                "`dayOfWeek` is 1 for Monday to 7 for Sunday; check how the vendor counts.",
                "Opening hours are local times of the location. A whole day is 00:00 to 24:00; a time that closes before it opens ends the next day; several openings on a day are several entries; a day that is closed has none.",
            ],
        ),
        Topic::SyncProducts => (
            "the vendor's whole catalogue as a flat list with one level of modifier groups.",
            &[
                LEFT_OUT,
                MONEY,
                IDS,
                "`itemCode` is the id that the vendor's orders refer to, and unique. Where an order names a variant and not its item, each variant is a product.",
                "`code` is unique among a product's groups, and among a group's options.",
                "`minSelect` is not above `maxSelect`; `maxSelect` is left out where the vendor sets no limit. A group without options has an empty list.",
                "`categories` are names, not ids.",
                "What is sold out or hidden stays in the list with `isAvailable: false`.",
                DELETED,
            ],
        ),
        Topic::OrderDispatch => (
            "the vendor's create-order request for one standard order, returned and not sent.",
            &[
                REQUEST,
                OPTIONAL_INPUT,
                "Every item, modifier, quantity, note and amount of the order reaches the vendor where its request has a place for it, in the unit that the vendor counts in.",
            ],
        ),
        Topic::OrderStatusUpdate => (
            "a vendor's webhook as a standard status change.",
            &[
                LEFT_OUT,
                IDS,
                TIMES,
                "`externalOrderId` is the vendor's id of the order, not that of the message.",
                "Each status that the vendor's documents or samples name is mapped by its meaning. One that nobody knows is an error that names it, never a guess.",
            ],
        ),
        Topic::SnoozeItems => (
            "the vendor's requests that turn items off or on again, returned and not sent.",
            &[
                REQUEST,
                OPTIONAL_INPUT,
                "Every item of the payload is in a request, and those turned off are told apart from those turned on.",
            ],
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_topic_is_told_with_its_schema_and_rules() {
        for topic in Topic::ALL {
            let text = told(&Brief::of("my-till".parse().unwrap(), topic, Vec::new()));
            for part in [topic.as_str(), "`my-till`", "\"required\"", "\n- "] {
                assert!(text.contains(part), "{topic}: {part}");
            }
            assert!(!text.contains("$schema"), "{topic}");
            assert_eq!(
                text.contains("the standard's own shape"),
                text.contains("`input.payload` is")
            );
        }
    }
}
