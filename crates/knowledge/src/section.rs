//! Parts of documents, small enough to be read one by one.

use domain::{DocumentName, bounded};

/// The characters of a section, more or less: what a person reads at a glance.
const LENGTH: usize = 1_500;
/// The characters of a heading with those above it.
const HEADING_LENGTH: usize = 200;
/// No document has more sections; what comes after them is not read.
const MAX_SECTIONS: usize = 20_000;

/// A part of a document below one heading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Section {
    /// The document.
    pub document: DocumentName,
    /// The heading with those above it, like `Orders / Create an order`; empty before the first.
    pub heading: String,
    /// The text, without the heading.
    pub text: String,
}

/// A document's sections while it is read from top to bottom.
pub(crate) struct Outline<'d> {
    document: &'d DocumentName,
    above: Vec<(u8, String)>,
    sections: Vec<Section>,
}

impl<'d> Outline<'d> {
    pub(crate) const fn new(document: &'d DocumentName) -> Self {
        Self { document, above: Vec::new(), sections: Vec::new() }
    }

    /// A heading begins: it ends those of its level and below.
    pub(crate) fn heading(&mut self, level: u8, text: &str) {
        self.above.retain(|(above, _)| *above < level);
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        // A page's title is often its first heading again.
        if !text.is_empty() {
            self.above.retain(|(_, above)| *above != text);
            self.above.push((level, text));
        }
    }

    /// The text below the last heading, as one section or as many as it takes.
    pub(crate) fn body(&mut self, text: &str) {
        let names: Vec<&str> = self.above.iter().map(|(_, name)| name.as_str()).collect();
        let heading = bounded(&names.join(" / "), HEADING_LENGTH);
        for piece in pieces(text) {
            if self.sections.len() >= MAX_SECTIONS {
                return;
            }
            self.sections.push(Section {
                document: self.document.clone(),
                heading: heading.clone(),
                text: piece,
            });
        }
    }

    pub(crate) fn sections(self) -> Vec<Section> {
        self.sections
    }
}

/// The text in pieces of at most [`LENGTH`] characters, cut between paragraphs, or else between
/// lines, words or, at last, characters.
fn pieces(text: &str) -> Vec<String> {
    let mut out = Pieces::default();
    for paragraph in text.split("\n\n") {
        let paragraph = paragraph.trim_matches('\n').trim_end();
        if paragraph.trim().is_empty() {
            continue;
        }
        if paragraph.chars().count() <= LENGTH {
            out.add("\n\n", paragraph);
            continue;
        }
        out.end();
        for line in paragraph.lines() {
            if line.chars().count() <= LENGTH {
                out.add("\n", line);
                continue;
            }
            for word in line.split_inclusive(' ') {
                let characters: Vec<char> = word.chars().collect();
                for part in characters.chunks(LENGTH) {
                    out.add("", &part.iter().collect::<String>());
                }
            }
        }
        out.end();
    }
    out.end();
    out.done
}

#[derive(Default)]
struct Pieces {
    done: Vec<String>,
    open: String,
    length: usize,
}

impl Pieces {
    fn add(&mut self, between: &str, text: &str) {
        let length = text.chars().count();
        if self.length + between.len() + length > LENGTH {
            self.end();
        }
        if !self.open.is_empty() {
            self.open.push_str(between);
            self.length += between.len();
        }
        self.open.push_str(text);
        self.length += length;
    }

    fn end(&mut self) {
        let piece = std::mem::take(&mut self.open);
        self.length = 0;
        if !piece.trim().is_empty() {
            self.done.push(piece.trim_end().to_owned());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_text_is_cut_between_paragraphs_and_nothing_is_lost() {
        let paragraphs: Vec<String> =
            (0..20).map(|n| format!("<{n}> {}", "word ".repeat(60))).collect();
        let pieces = pieces(&paragraphs.join("\n\n"));
        assert!(pieces.len() > 1 && pieces.iter().all(|piece| piece.chars().count() <= LENGTH));
        for paragraph in &paragraphs {
            assert_eq!(pieces.iter().filter(|piece| piece.contains(paragraph.trim())).count(), 1);
        }
    }

    #[test]
    fn a_paragraph_without_breaks_is_cut_all_the_same() {
        let words = pieces(&"word ".repeat(1_000));
        assert!(words.len() == 4 && words.iter().all(|piece| piece.starts_with("word")));
        assert_eq!(pieces(&"ü".repeat(4_000)).len(), 3);
    }

    #[test]
    fn headings_are_named_with_those_above_them() {
        let name = "a.md".parse().unwrap();
        let mut outline = Outline::new(&name);
        for (level, heading) in [(1, "API"), (2, "Orders"), (3, "Create"), (2, "Items")] {
            outline.heading(level, heading);
            outline.body("text");
        }
        let headings: Vec<String> = outline.sections().into_iter().map(|s| s.heading).collect();
        assert_eq!(headings, ["API", "API / Orders", "API / Orders / Create", "API / Items"]);
    }
}
