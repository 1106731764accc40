//! What the name of a list says of what it lists.

use crate::synth::vocabulary::vocabulary;

/// What being in the list means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sense {
    /// It cannot be ordered.
    Off,
    /// It can be ordered.
    On,
}

impl Sense {
    pub(super) const fn describe(self) -> &'static str {
        match self {
            Self::Off => "cannot be ordered",
            Self::On => "can be ordered, and nothing else",
        }
    }
}

/// What the name of a list says: its own first, then that of what holds it.
pub(super) fn sense(keys: &[String]) -> Option<Sense> {
    const OFF: [&str; 29] = [
        "unavailable",
        "unavailability",
        "snooze",
        "snoozed",
        "sold out",
        "soldout",
        "86",
        "86 ed",
        "eighty six",
        "eighty sixed",
        "eightysixed",
        "out of stock",
        "outofstock",
        "oos",
        "disabled",
        "hidden",
        "inactive",
        "suspended",
        "stop list",
        "stoplist",
        "stopped",
        "blocked",
        "paused",
        "not available",
        "off sale",
        "off menu",
        "not for sale",
        "exhausted",
        "run out",
    ];
    const ON: [&str; 9] = [
        "available",
        "enabled",
        "active",
        "visible",
        "orderable",
        "in stock",
        "on sale",
        "sellable",
        "for sale",
    ];
    keys.iter().rev().find_map(|key| {
        let name = format!(" {} ", vocabulary().words(key).join(" "));
        let has = |list: &[&str]| list.iter().any(|word| name.contains(&format!(" {word} ")));
        if has(&OFF) { Some(Sense::Off) } else { has(&ON).then_some(Sense::On) }
    })
}
