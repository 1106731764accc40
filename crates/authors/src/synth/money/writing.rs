//! The JavaScript for amounts.

use super::{Otherwise, Price, Unit, Unless};
use crate::js;
use crate::synth::emit::{Helper, Script};
use crate::synth::scope::Field;

impl Price<'_> {
    /// The expression for what stands there, or else in the other place.
    pub(crate) fn read(&self) -> String {
        let own = match &self.by_group {
            None => self.field.js(),
            Some(by) => {
                let (list, amount) = (by.list.js(&self.field.variable), by.amount.js_after(""));
                let group = by.group.js("other");
                format!(
                    "list({list}).find((other) => text({group}) === text({})){amount} ?? {}",
                    by.own,
                    self.field.js()
                )
            }
        };
        let Some(Otherwise { field, unless }) = &self.otherwise else { return own };
        let other = field.js();
        match unless {
            Unless::There => format!("[{own}, {other}].find(isThere)"),
            Unless::Paid => format!("Number({own} ?? 0) > 0 ? {own} : {other}"),
            Unless::On(flag) => {
                // An offer without a price of its own is sold at the usual one.
                let lacks = !self.field.is_always_there();
                let own = if lacks { format!("{own} ?? {other}") } else { own };
                format!("flag({}, {}) ? {own} : {other}", flag.js(), js::text(&flag.place()))
            }
        }
    }

    /// The field that every record must have.
    pub(crate) const fn needed(&self) -> &Field<'_> {
        match &self.otherwise {
            None | Some(Otherwise { unless: Unless::There, .. }) => &self.field,
            Some(Otherwise { field, unless: Unless::Paid | Unless::On(_) }) => field,
        }
    }

    /// The expression for the amount in major units.
    pub(crate) fn js(&self) -> String {
        self.js_of(&self.read())
    }

    /// The same of an expression for what stands there.
    pub(crate) fn js_of(&self, read: &str) -> String {
        let place = js::text(&self.field.place());
        match &self.unit {
            Unit::Major => format!("amount({read}, {place})"),
            Unit::Minor(digits) => format!("minorUnits({read}, {digits}, {place})"),
            Unit::MinorOf(currency) => {
                let code = currency.path.js(&currency.variable);
                format!("minorUnits({read}, decimalsOf({code}), {place})")
            }
            Unit::Scaled(decimals) => {
                format!("minorUnits({read}, {}, {place})", decimals.js(&self.field.variable))
            }
            Unit::ScaledAll(decimals) => {
                let read_decimals = decimals.path.js(&decimals.variable);
                format!("minorUnits({read}, {read_decimals}, {place})")
            }
            Unit::Divided(divisor) => {
                let (by, variable) = (divisor.js(&self.field.variable), &self.field.variable);
                format!(
                    "amount({read}, {place}) / amount({by}, {})",
                    js::text(&format!("{variable}.{divisor}"))
                )
            }
            Unit::Text(mark) => {
                format!("amountOfText({read}, {}, {place})", js::text(&mark.to_string()))
            }
        }
    }

    /// Where it stands, for people; what its expression calls is noted.
    pub(crate) fn places(&self, script: &mut Script) -> String {
        let own = self.field.place();
        let Some(Otherwise { field, unless }) = &self.otherwise else { return own };
        let other = field.place();
        match unless {
            Unless::There => {
                script.uses(Helper::IsThere);
                format!("{own} or else {other}")
            }
            Unless::Paid => format!("{own} where it is more than nothing, or else {other}"),
            Unless::On(flag) => {
                script.uses(Helper::Flag);
                format!("{own} while {} is set, or else {other}", flag.place())
            }
        }
    }

    pub(crate) fn describe(&self) -> &'static str {
        match self.unit {
            Unit::Major => "in major units",
            Unit::Minor(_) => "in minor units",
            Unit::MinorOf(_) => "in minor units of the currency that the payload names",
            Unit::Scaled(_) => "with the decimals that stand beside it",
            Unit::ScaledAll(_) => "with the decimals that the payload gives for its currency",
            Unit::Divided(_) => "divided by what stands beside it",
            Unit::Text(_) => "text for people",
        }
    }
}

impl Unit {
    /// The helpers that its expression calls.
    pub(crate) const fn helpers(&self) -> &'static [Helper] {
        match self {
            Self::Major | Self::Divided(_) => &[Helper::Amount],
            Self::Minor(_) | Self::Scaled(_) | Self::ScaledAll(_) => &[Helper::MinorUnits],
            Self::MinorOf(_) => &[Helper::MinorUnits, Helper::DecimalsOf],
            Self::Text(_) => &[Helper::AmountOfText],
        }
    }
}
