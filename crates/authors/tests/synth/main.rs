//! The synthesizer, through its public face, on invented vendors.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test may stop at what it did not expect")]

mod any_json;
mod asking;
mod besides;
mod catalogues;
mod common;
mod conditions;
mod gaps;
mod hours;
mod languages;
mod learnt;
mod leftovers;
mod listed;
mod lists;
mod outlets;
mod parts;
mod places;
mod polarity;
mod products;
mod promotions;
mod questions;
mod reasons;
mod recorded;
mod sayings;
mod sections;
mod selling;
mod sentences;
mod spoken;
mod statuses;
mod told;
mod trees;
mod unsaid;
mod variants;
mod vendors;
