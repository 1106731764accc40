//! The output as JSON, or where it is none.
//!
//! `JSON.stringify` leaves out or makes `null` of what is no JSON, without a word, and to look at each
//! value from within a script costs more than all the rest of a run. So the values are written here.

use std::fmt::Write as _;

use domain::bounded;
use rquickjs::atom::PredefinedAtom;
use rquickjs::function::This;
use rquickjs::object::Filter;
use rquickjs::{Array, Atom, Coerced, Ctx, Error, Function, IntoAtom as _, Object, Value};

use super::{OUTPUT_LEVELS, PATH_CHARS};
use crate::RunError;

/// Values between two looks at the clock.
const STRIDE: u32 = 1 << 12;

/// Why there is no JSON.
#[derive(Debug)]
pub(super) enum NoJson {
    /// The run's verdict.
    Verdict(RunError),
    /// The engine's error: a `toJSON` or a getter threw, or there was no memory.
    Engine(Error),
    /// The run is over.
    Over,
}

impl From<Error> for NoJson {
    fn from(error: Error) -> Self {
        Self::Engine(error)
    }
}

/// A step from a value to one within it.
enum Step<'js> {
    Item(u32),
    Field(Atom<'js>),
}

/// Writes values as `JSON.stringify` does, but for what that would drop.
pub(super) struct Writer<'w, 'js> {
    /// What JSON makes of an odd object.
    odd: Function<'js>,
    /// A value as its `toJSON` gives it.
    given: Function<'js>,
    /// The prototypes of plain objects and of arrays.
    plain: [Object<'js>; 2],
    to_json: Atom<'js>,
    length: Atom<'js>,
    /// The objects on the way to the value at hand.
    holders: Vec<Object<'js>>,
    steps: Vec<Step<'js>>,
    text: &'w mut Vec<u8>,
    limit: usize,
    values: u32,
    is_over: &'w dyn Fn() -> bool,
}

impl<'w, 'js> Writer<'w, 'js> {
    /// With the functions of the prelude. Writes to the end of `text`, which may grow to `limit`
    /// bytes.
    pub(super) fn new(
        ctx: &Ctx<'js>,
        prelude: &Object<'js>,
        (text, limit): (&'w mut Vec<u8>, usize),
        is_over: &'w dyn Fn() -> bool,
    ) -> rquickjs::Result<Self> {
        let plain: Array<'js> = prelude.get("plain")?;
        Ok(Self {
            odd: prelude.get("odd")?,
            given: prelude.get("given")?,
            plain: [plain.get(0)?, plain.get(1)?],
            to_json: PredefinedAtom::ToJSON.into_atom(ctx)?,
            length: PredefinedAtom::Length.into_atom(ctx)?,
            holders: Vec::new(),
            steps: Vec::new(),
            text,
            limit,
            values: 0,
            is_over,
        })
    }

    /// Writes the output.
    pub(super) fn output(&mut self, output: Value<'js>) -> Result<(), NoJson> {
        let output = self.as_given(output)?;
        self.value(&output)
    }

    /// A value as its `toJSON` gives it, where it has one.
    fn as_given(&self, value: Value<'js>) -> Result<Value<'js>, NoJson> {
        if let Some(object) = value.as_object() {
            let method: Value<'js> = object.get(self.to_json.clone())?;
            let Some(method) = method.as_function() else { return Ok(value) };
            return Ok(method.call((This(value.clone()), self.key()?))?);
        }
        if value.is_big_int() { Ok(self.given.call((value, self.key()?))?) } else { Ok(value) }
    }

    /// The key of the value at hand, as scripts see it.
    fn key(&self) -> rquickjs::Result<Value<'js>> {
        let ctx = self.odd.ctx();
        match self.steps.last() {
            None => Ok(rquickjs::String::from_str(ctx.clone(), "")?.into_value()),
            Some(Step::Item(at)) => {
                Ok(rquickjs::String::from_str(ctx.clone(), &at.to_string())?.into_value())
            }
            Some(Step::Field(name)) => Ok(name.to_js_string()?.into_value()),
        }
    }

    fn value(&mut self, value: &Value<'js>) -> Result<(), NoJson> {
        self.values += 1;
        if self.values.is_multiple_of(STRIDE) && (self.is_over)() {
            return Err(NoJson::Over);
        }
        if let Some(text) = value.as_string() {
            self.quoted(text.clone(), "half of a surrogate pair")?;
        } else if let Some(number) = value.as_int() {
            self.written(format_args!("{number}"));
        } else if let Some(number) = value.as_float() {
            self.float(number, value)?;
        } else if let Some(truth) = value.as_bool() {
            self.text.extend_from_slice(if truth { b"true" } else { b"false" });
        } else if value.is_null() {
            self.text.extend_from_slice(b"null");
        } else if value.is_function() {
            return Err(self.refused("a function"));
        } else if value.is_undefined() {
            return Err(self.refused("undefined"));
        } else if value.is_big_int() {
            return Err(self.refused("a BigInt"));
        } else if let Some(object) = value.as_object() {
            return self.object(object);
        } else {
            return Err(self.refused("a symbol"));
        }
        self.within_limit(0)
    }

    fn object(&mut self, object: &Object<'js>) -> Result<(), NoJson> {
        let prototype = object.get_prototype();
        if !prototype.is_some_and(|prototype| self.plain.contains(&prototype)) {
            let odd: Value<'js> = self.odd.call((object.clone(),))?;
            if let Some(why) = odd.as_string() {
                return Err(self.refused(&why.to_string()?));
            }
            if let Some(instead) = odd.as_array() {
                return self.instead(instead);
            }
        }
        if self.holders.len() >= OUTPUT_LEVELS {
            return Err(self.refused(&format!("more than {OUTPUT_LEVELS} levels")));
        }
        if self.holders.contains(object) {
            return Err(self.refused("an object that contains itself"));
        }
        self.holders.push(object.clone());
        match object.as_array() {
            Some(array) => self.items(array)?,
            None => self.fields(object)?,
        }
        self.holders.pop();
        self.within_limit(0)
    }

    /// What an odd object stands for: a value, or a text that is JSON already.
    fn instead(&mut self, instead: &Array<'js>) -> Result<(), NoJson> {
        let raw: Value<'js> = instead.get(1)?;
        if let Some(raw) = raw.into_string() {
            let raw = raw.to_cstring()?;
            self.within_limit(raw.len())?;
            self.text.extend_from_slice(raw.as_ref());
            return Ok(());
        }
        self.value(&instead.get(0)?)
    }

    fn items(&mut self, array: &Array<'js>) -> Result<(), NoJson> {
        self.text.push(b'[');
        // Longer than the engine's small numbers reach, when it is made to be.
        let length: f64 = array.as_object().get(self.length.clone())?;
        let mut at = 0_u32;
        while f64::from(at) < length {
            if at > 0 {
                self.text.push(b',');
            }
            let value: Value<'js> = array.get(at as usize)?;
            self.steps.push(Step::Item(at));
            let value = self.as_given(value)?;
            self.value(&value)?;
            self.steps.pop();
            at += 1;
        }
        self.text.push(b']');
        Ok(())
    }

    fn fields(&mut self, object: &Object<'js>) -> Result<(), NoJson> {
        self.text.push(b'{');
        let mut is_first = true;
        for name in object.own_keys::<Atom<'js>>(Filter::new().string().enum_only()) {
            let name = name?;
            let value: Value<'js> = object.get(name.clone())?;
            self.steps.push(Step::Field(name.clone()));
            let value = self.as_given(value)?;
            // A field that is undefined is a field left out, as scripts write
            // `note: item.note || undefined`. In a list it would become null, and there is no output
            // at all at the top.
            if !value.is_undefined() {
                if !is_first {
                    self.text.push(b',');
                }
                is_first = false;
                self.quoted(name.to_js_string()?, "half of a surrogate pair in a key")?;
                self.text.push(b':');
                self.value(&value)?;
            }
            self.steps.pop();
        }
        self.text.push(b'}');
        Ok(())
    }

    fn float(&mut self, number: f64, value: &Value<'js>) -> Result<(), NoJson> {
        // Between these bounds neither language writes an exponent, and both write the shortest
        // digits that read back.
        let is_plain = (1e-6..1e21).contains(&number.abs());
        if number == 0.0 {
            self.text.push(b'0');
        } else if is_plain {
            self.written(format_args!("{number}"));
        } else {
            let Coerced(text) = value.get::<Coerced<String>>()?;
            if !number.is_finite() {
                return Err(self.refused(&text));
            }
            self.text.extend_from_slice(text.as_bytes());
        }
        Ok(())
    }

    fn written(&mut self, what: std::fmt::Arguments<'_>) {
        let mut text = Text(self.text);
        // Writing to memory does not fail.
        let _ = text.write_fmt(what);
    }

    /// Writes a text, or refuses it for what it holds.
    fn quoted(&mut self, text: rquickjs::String<'js>, half: &str) -> Result<(), NoJson> {
        let text = text.to_cstring()?;
        let bytes: &[u8] = text.as_ref();
        self.within_limit(bytes.len())?;
        self.text.push(b'"');
        let mut rest = bytes;
        while let Some(at) = rest.iter().position(|byte| needs_care(*byte)) {
            let (plain, careful) = rest.split_at(at);
            self.text.extend_from_slice(plain);
            rest = self.careful(careful, half)?;
        }
        self.text.extend_from_slice(rest);
        self.text.push(b'"');
        Ok(())
    }

    /// Writes the first character of a text, which cannot be written as it is, and gives the rest.
    fn careful<'t>(&mut self, text: &'t [u8], half: &str) -> Result<&'t [u8], NoJson> {
        let Some((byte, rest)) = text.split_first() else { return Ok(text) };
        let short = match byte {
            b'"' | b'\\' => *byte,
            0x08 => b'b',
            b'\t' => b't',
            b'\n' => b'n',
            0x0c => b'f',
            b'\r' => b'r',
            &LEADS_SURROGATES => {
                // Other characters begin with this byte too.
                if rest.first().is_some_and(|next| *next >= 0xa0) {
                    return Err(self.refused(half));
                }
                self.text.push(*byte);
                return Ok(rest);
            }
            control => {
                self.written(format_args!("\\u{control:04x}"));
                self.within_limit(rest.len())?;
                return Ok(rest);
            }
        };
        self.text.extend_from_slice(&[b'\\', short]);
        self.within_limit(rest.len())?;
        Ok(rest)
    }

    fn within_limit(&self, more: usize) -> Result<(), NoJson> {
        if self.text.len().saturating_add(more) <= self.limit {
            return Ok(());
        }
        Err(NoJson::Verdict(RunError::OutputTooLarge { limit_bytes: self.limit }))
    }

    fn refused(&self, what: &str) -> NoJson {
        let reason = format!("{what} at {}", bounded(&self.path(), PATH_CHARS + 1));
        NoJson::Verdict(RunError::OutputNotJson { reason })
    }

    /// The way to the value at hand.
    fn path(&self) -> String {
        let mut path = "$".to_owned();
        for step in &self.steps {
            if path.len() > 4 * PATH_CHARS {
                break;
            }
            match step {
                Step::Item(at) => {
                    // Writing to memory does not fail.
                    let _ = write!(path, "[{at}]");
                }
                Step::Field(name) => {
                    path.push('.');
                    let name = name.to_js_string().and_then(rquickjs::String::to_cstring);
                    path.push_str(&name.map(|name| well_formed(name.as_ref())).unwrap_or_default());
                }
            }
        }
        path
    }
}

/// The first byte of surrogates, and of some characters below them.
const LEADS_SURROGATES: u8 = 0xed;

/// Whether a byte cannot be written as it is, or may begin what is no text.
const fn needs_care(byte: u8) -> bool {
    byte < 0x20 || matches!(byte, b'"' | b'\\' | LEADS_SURROGATES)
}

/// Text of the engine, which may hold halves of surrogate pairs, with a mark in their place.
fn well_formed(text: &[u8]) -> String {
    let mut shown = String::with_capacity(text.len());
    for chunk in text.utf8_chunks() {
        shown.push_str(chunk.valid());
        // Half of a pair is three bytes, of which each is found invalid by itself.
        if chunk.invalid().first() == Some(&LEADS_SURROGATES) {
            shown.push(char::REPLACEMENT_CHARACTER);
        }
    }
    shown
}

/// Bytes that text is written to.
struct Text<'t>(&'t mut Vec<u8>);

impl std::fmt::Write for Text<'_> {
    fn write_str(&mut self, text: &str) -> std::fmt::Result {
        self.0.extend_from_slice(text.as_bytes());
        Ok(())
    }
}
