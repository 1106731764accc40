//! Values written anew in the same shape.

use std::hash::{BuildHasher as _, RandomState};

use serde_json::Number;

use super::words::Kind;

/// Writes equal values anew as equal ones, in a way that is known to nobody once it is gone.
pub(super) struct Scrambler {
    key: RandomState,
}

/// A stream of numbers that depends on a value and the key.
struct Dice<'a> {
    key: &'a RandomState,
    of: &'a str,
    thrown: u64,
}

impl Dice<'_> {
    /// A number below `sides`.
    fn throw(&mut self, sides: u8) -> u8 {
        self.thrown += 1;
        let hash = self.key.hash_one((self.of, self.thrown));
        u8::try_from(hash % u64::from(sides.max(1))).unwrap_or_default()
    }

    fn letter(&mut self, like: char) -> char {
        let first = if like.is_uppercase() { b'A' } else { b'a' };
        char::from(first + self.throw(26))
    }
}

impl Scrambler {
    pub(super) fn new() -> Self {
        Self { key: RandomState::new() }
    }

    fn dice<'a>(&'a self, of: &'a str) -> Dice<'a> {
        Dice { key: &self.key, of, thrown: 0 }
    }

    /// The text written anew.
    pub(super) fn text(&self, text: &str, kind: Kind) -> String {
        match kind {
            Kind::Email => match text.rsplit_once('@') {
                // A host that belongs to nobody.
                Some((user, _)) => format!("{}@example.com", self.words(user, text)),
                None => self.words(text, text),
            },
            Kind::Day => day(text).unwrap_or_else(|| self.words(text, text)),
            Kind::Position => match text.parse::<f64>() {
                Ok(degrees) => degrees.trunc().to_string(),
                Err(_) => self.words(text, text),
            },
            Kind::Words | Kind::Phone | Kind::Secret => self.words(text, text),
        }
    }

    /// The number written anew, with as many digits.
    pub(super) fn number(&self, number: &Number, kind: Kind) -> Number {
        let whole = number.to_string();
        if kind == Kind::Position {
            let degrees = number.as_f64().unwrap_or_default().trunc();
            return Number::from_f64(degrees).unwrap_or_else(|| number.clone());
        }
        let mut scrambled = self.words(&whole, &whole);
        // A decimal that ends with a zero would lose it.
        if number.is_f64() && scrambled.ends_with('0') && !whole.ends_with('0') {
            scrambled.pop();
            scrambled.push('1');
        }
        let read: Option<Number> = serde_json::from_str(&scrambled).ok();
        // More digits than a whole number has room for, or an exponent.
        let otherwise = if number.is_f64() { Number::from_f64(1.5) } else { Some(1.into()) };
        let fits = read.filter(|read| read.is_f64() == number.is_f64());
        fits.or(otherwise).unwrap_or_else(|| number.clone())
    }

    /// Letters for letters, digits for digits. Zeros in front stay, so that a number keeps its length.
    fn words(&self, text: &str, of: &str) -> String {
        let mut dice = self.dice(of);
        let mut is_front = true;
        let anew = |c: char| {
            if !c.is_alphanumeric() {
                return c;
            }
            let is_first = is_front;
            is_front = is_front && c == '0';
            match c {
                '0' if is_first => '0',
                '0'..='9' if is_first => char::from(b'1' + dice.throw(9)),
                '0'..='9' => char::from(b'0' + dice.throw(10)),
                c if c.is_alphabetic() => dice.letter(c),
                c => c,
            }
        };
        text.chars().map(anew).collect()
    }
}

/// A day in the same form; none where the form is another.
fn day(text: &str) -> Option<String> {
    let (date, rest) = text.split_at_checked("2000-01-01".len())?;
    let is_digit = |at: usize| date.as_bytes().get(at).is_some_and(u8::is_ascii_digit);
    let is_dash = |at: usize| date.as_bytes().get(at) == Some(&b'-');
    let is_date = [0, 1, 2, 3, 5, 6, 8, 9].into_iter().all(is_digit) && is_dash(4) && is_dash(7);
    is_date.then(|| format!("1990-01-01{rest}"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn equal_values_become_equal_ones_of_the_same_shape() {
        let scrambler = Scrambler::new();
        let text = |text: &str| scrambler.text(text, Kind::Words);
        assert_eq!(text("Maria Lopez"), text("Maria Lopez"));
        assert_ne!(text("Maria Lopez"), text("Maria Lopes"));
        let mask = text("Zoë O'Hara-7");
        assert_eq!(mask.chars().count(), "Zoë O'Hara-7".chars().count());
        assert!(mask.contains(' ') && mask.contains('\'') && mask.contains('-'), "{mask}");
        assert_ne!(Scrambler::new().text("Maria Lopez", Kind::Words), text("Maria Lopez"));
    }

    #[test]
    fn an_email_stays_one_and_a_phone_keeps_its_marks() {
        let scrambler = Scrambler::new();
        let email = scrambler.text("maria.lopez@mail.example", Kind::Email);
        assert!(email.ends_with("@example.com") && email.contains('.'), "{email}");
        let phone = scrambler.text("+49 (0)170-123", Kind::Phone);
        assert!(phone.starts_with('+') && phone.contains(" (") && phone.len() == 14, "{phone}");
        assert_eq!(scrambler.text("1977-05-25T10:00Z", Kind::Day), "1990-01-01T10:00Z");
    }

    #[test]
    fn numbers_stay_numbers_of_the_same_length() {
        let scrambler = Scrambler::new();
        for number in [json!(491_701_234_567_u64), json!(-12), json!(1.25), json!(7)] {
            let mask = scrambler.number(number.as_number().unwrap(), Kind::Phone);
            assert_eq!(mask.to_string().len(), number.to_string().len(), "{number} {mask}");
            assert_eq!(mask.is_f64(), number.is_f64());
        }
        let place = scrambler.number(json!(52.520_008).as_number().unwrap(), Kind::Position);
        assert_eq!(place, *json!(52.0).as_number().unwrap());
    }
}
