//! The JavaScript for amounts.

use super::{Price, Unit};
use crate::js;
use crate::synth::emit::{Helper, Script};

impl Price<'_> {
    /// The expression for what stands there, or else in the other place.
    pub(crate) fn read(&self) -> String {
        let own = self.field.js();
        match &self.otherwise {
            None => own,
            Some(other) => format!("[{own}, {}].find(isThere)", other.js()),
        }
    }

    /// The expression for the amount in major units.
    pub(crate) fn js(&self) -> String {
        let read = self.read();
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
            Unit::Text(mark) => {
                format!("amountOfText({read}, {}, {place})", js::text(&mark.to_string()))
            }
        }
    }

    /// Where it stands, for people; what its expression calls is noted.
    pub(crate) fn places(&self, script: &mut Script) -> String {
        match &self.otherwise {
            None => self.field.place(),
            Some(other) => {
                script.uses(Helper::IsThere);
                format!("{} or else {}", self.field.place(), other.place())
            }
        }
    }

    pub(crate) fn describe(&self) -> &'static str {
        match self.unit {
            Unit::Major => "in major units",
            Unit::Minor(_) => "in minor units",
            Unit::MinorOf(_) => "in minor units of the currency that the payload names",
            Unit::Scaled(_) => "with the decimals that stand beside it",
            Unit::Text(_) => "text for people",
        }
    }
}

impl Unit {
    /// The helpers that its expression calls.
    pub(crate) const fn helpers(&self) -> &'static [Helper] {
        match self {
            Self::Major => &[Helper::Amount],
            Self::Minor(_) | Self::Scaled(_) => &[Helper::MinorUnits],
            Self::MinorOf(_) => &[Helper::MinorUnits, Helper::DecimalsOf],
            Self::Text(_) => &[Helper::AmountOfText],
        }
    }
}
