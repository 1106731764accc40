//! The script in a reply that is still being written.

/// The field of the reply that holds the script.
const FIELD: &str = "source";

/// Reads a JSON object as it arrives and keeps the text of its field `source`. Whatever stands before
/// the object is passed over; what is no JSON yields nothing or a part, and never an error: the whole
/// reply is read when it is there.
#[derive(Debug, Default)]
pub(crate) struct Growth {
    place: Place,
    /// Objects and lists that are open.
    depth: usize,
    /// Whether the next text at the top is a field's name.
    name_next: bool,
    /// The name of the field at the top that is being read.
    name: String,
    /// The script so far.
    source: String,
    /// The first half of a character beyond 16 bits.
    high: Option<u16>,
}

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum Place {
    #[default]
    Between,
    Text(Text),
    Escape(Text),
    /// Digits of a `\u` escape so far.
    Code(Text, u8, u16),
}

/// Which text it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Text {
    Name,
    Source,
    Other,
}

impl Growth {
    /// The script so far.
    pub(crate) fn source(&self) -> &str {
        &self.source
    }

    /// Takes the next piece; whether the script grew.
    pub(crate) fn feed(&mut self, piece: &str) -> bool {
        let before = self.source.len();
        for c in piece.chars() {
            self.place = self.step(c);
        }
        self.source.len() > before
    }

    fn step(&mut self, c: char) -> Place {
        match self.place {
            Place::Between => self.between(c),
            Place::Text(text) => match c {
                '"' => {
                    self.name_next = false;
                    self.half_is_lost(text);
                    Place::Between
                }
                '\\' => Place::Escape(text),
                c => {
                    self.half_is_lost(text);
                    self.push(text, c);
                    Place::Text(text)
                }
            },
            Place::Escape(text) => {
                let c = match c {
                    'u' => return Place::Code(text, 0, 0),
                    'b' => '\u{8}',
                    'f' => '\u{c}',
                    'n' => '\n',
                    'r' => '\r',
                    't' => '\t',
                    c => c,
                };
                self.half_is_lost(text);
                self.push(text, c);
                Place::Text(text)
            }
            Place::Code(text, digits, code) => match c.to_digit(16) {
                Some(digit) => {
                    // Four digits fill sixteen bits; a digit is below sixteen.
                    let code = code << 4 | u16::try_from(digit).unwrap_or_default();
                    if digits == 3 {
                        self.unit(text, code);
                        Place::Text(text)
                    } else {
                        Place::Code(text, digits + 1, code)
                    }
                }
                None => Place::Text(text),
            },
        }
    }

    fn between(&mut self, c: char) -> Place {
        match c {
            '{' | '[' => {
                self.depth += 1;
                self.name_next = self.depth == 1 && c == '{';
            }
            '}' | ']' => self.depth = self.depth.saturating_sub(1),
            ',' if self.depth == 1 => self.name_next = true,
            '"' if self.depth == 1 && self.name_next => {
                self.name.clear();
                return Place::Text(Text::Name);
            }
            // A second field of the name would be another script: the first counts for what is shown.
            '"' if self.depth == 1 && self.name == FIELD && self.source.is_empty() => {
                return Place::Text(Text::Source);
            }
            // Quotes before the object are prose.
            '"' if self.depth > 0 => return Place::Text(Text::Other),
            _ => {}
        }
        Place::Between
    }

    /// One `\u` escape: a character, or half of one.
    fn unit(&mut self, text: Text, unit: u16) {
        match (self.high.take(), unit) {
            (high, 0xD800..=0xDBFF) => {
                if high.is_some() {
                    self.push(text, char::REPLACEMENT_CHARACTER);
                }
                self.high = Some(unit);
            }
            (high, unit) => {
                let pair = high.into_iter().chain([unit]);
                for c in char::decode_utf16(pair) {
                    self.push(text, c.unwrap_or(char::REPLACEMENT_CHARACTER));
                }
            }
        }
    }

    fn half_is_lost(&mut self, text: Text) {
        if self.high.take().is_some() {
            self.push(text, char::REPLACEMENT_CHARACTER);
        }
    }

    fn push(&mut self, text: Text, c: char) {
        match text {
            Text::Name => self.name.push(c),
            Text::Source => self.source.push(c),
            Text::Other => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    fn grown(pieces: &[&str]) -> String {
        let mut growth = Growth::default();
        for piece in pieces {
            growth.feed(piece);
        }
        growth.source().to_owned()
    }

    #[test]
    fn the_script_grows_with_the_reply() {
        let mut growth = Growth::default();
        assert!(!growth.feed("{\"reply\": \"script\", \"sou"));
        assert!(growth.feed("rce\": \"let a"));
        assert_eq!(growth.source(), "let a");
        assert!(growth.feed(" = \\\"x\\n"));
        assert_eq!(growth.source(), "let a = \"x\n");
        assert!(!growth.feed("\", \"provenance\": [{\"source\": \"no\"}]}"));
        assert_eq!(growth.source(), "let a = \"x\n");
    }

    #[test]
    fn escapes_may_be_cut_anywhere() {
        let whole = "{\"source\":\"\\ud83c\\udf75 \\u00e9 \\ud83c x\"}";
        for cut in 0..whole.len() {
            let (one, two) = whole.split_at(cut);
            assert_eq!(grown(&[one, two]), "🍵 é \u{fffd} x", "cut at {cut}");
        }
    }

    #[test]
    fn a_source_further_inside_is_another() {
        assert_eq!(grown(&["{\"question\": {\"source\": \"no\"}, \"source\": \"yes\"}"]), "yes");
        assert_eq!(grown(&["[{\"source\": \"no\"}]"]), "");
        assert_eq!(grown(&["{\"a\": [\"source\", \"b\"]}"]), "");
    }

    #[test]
    fn prose_and_fences_before_it_are_passed_over() {
        assert_eq!(grown(&["Here \"it\" is:\n```json\n{\"source\": \"a\"}\n```"]), "a");
    }

    proptest! {
        #[test]
        fn any_split_of_any_reply_gives_its_script(
            source in "\\PC{0,40}|[\"\\\\\n\u{1}🍵é]{0,20}",
            other in "\\PC{0,10}",
            cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..6),
        ) {
            let whole = json!({"a": other, "n": [1, {"source": "x"}], "source": source, "z": other}).to_string();
            let mut places: Vec<usize> =
                whole.char_indices().map(|(at, _)| at).chain([whole.len()]).collect();
            let mut chosen: Vec<usize> = cuts.iter().map(|cut| *cut.get(&places)).collect();
            chosen.sort_unstable();
            places.clear();
            let mut growth = Growth::default();
            let mut start = 0;
            let mut before = String::new();
            for end in chosen.into_iter().chain([whole.len()]) {
                growth.feed(whole.get(start..end).unwrap());
                prop_assert!(growth.source().starts_with(&before));
                before = growth.source().to_owned();
                start = end;
            }
            prop_assert_eq!(growth.source(), source);
        }

        #[test]
        fn no_text_breaks_it(text in "[\\PC\"\\\\{}\\[\\],:u0-9]{0,80}") {
            let _ = grown(&[&text]);
        }
    }
}
