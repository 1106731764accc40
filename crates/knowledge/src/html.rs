//! Web pages as sections.
//!
//! Only the tokenizer of the HTML parser is used, no tree is built: what matters are headings and
//! text, and a page nested a million deep costs no more than a flat one.

use std::cell::RefCell;

use domain::DocumentName;
use html5ever::tokenizer::states::RawKind;
use html5ever::tokenizer::{
    BufferQueue, Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts,
};

use crate::section::{Outline, Section};

/// The sections between a page's headings.
pub(crate) fn sections(document: &DocumentName, text: &str) -> Vec<Section> {
    let page = RefCell::new(Page::new(document));
    let tokenizer = Tokenizer::new(Sink(page), TokenizerOpts::default());
    let input = BufferQueue::default();
    input.push_back(text.into());
    // A script pauses the tokenizer so that a browser may run it; here it goes on.
    while !input.is_empty() {
        let _ = tokenizer.feed(&input);
    }
    tokenizer.end();
    tokenizer.sink.0.into_inner().end()
}

struct Sink<'d>(RefCell<Page<'d>>);

impl TokenSink for Sink<'_> {
    type Handle = ();

    fn process_token(&self, token: Token, _line: u64) -> TokenSinkResult<()> {
        let mut page = self.0.borrow_mut();
        match token {
            Token::CharacterTokens(text) => page.text(&text),
            Token::TagToken(tag) => return page.tag(&tag),
            _ => {}
        }
        TokenSinkResult::Continue
    }
}

struct Page<'d> {
    outline: Outline<'d>,
    body: String,
    /// The heading that is being read.
    heading: Option<String>,
    /// Within a script or style, whose text is not for people.
    hidden: bool,
    /// Within preformatted text, whose line breaks count.
    preformatted: bool,
}

impl<'d> Page<'d> {
    const fn new(document: &'d DocumentName) -> Self {
        Self {
            outline: Outline::new(document),
            body: String::new(),
            heading: None,
            hidden: false,
            preformatted: false,
        }
    }

    fn text(&mut self, text: &str) {
        if self.hidden {
            return;
        }
        if let Some(heading) = &mut self.heading {
            heading.push_str(text);
        } else if self.preformatted {
            self.body.push_str(text);
        } else {
            // Any run of white space is one space.
            for c in text.chars() {
                if !c.is_whitespace() {
                    self.body.push(c);
                } else if !self.body.is_empty() && !self.body.ends_with(char::is_whitespace) {
                    self.body.push(' ');
                }
            }
        }
    }

    fn tag(&mut self, tag: &Tag) -> TokenSinkResult<()> {
        let opens = tag.kind == TagKind::StartTag;
        let name: &str = &tag.name;
        match name {
            "script" | "style" => {
                self.hidden = opens;
                if opens {
                    let kind =
                        if name == "script" { RawKind::ScriptData } else { RawKind::Rawtext };
                    return TokenSinkResult::RawData(kind);
                }
            }
            "title" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => {
                self.heading_tag(name, opens);
                if opens && name == "title" {
                    return TokenSinkResult::RawData(RawKind::Rcdata);
                }
            }
            "pre" => {
                self.paragraph();
                self.preformatted = opens;
            }
            "p" | "div" | "section" | "article" | "table" | "ul" | "ol" | "dl" | "blockquote"
            | "header" | "footer" | "main" | "nav" | "hr" | "form" | "figure" => self.paragraph(),
            "br" | "tr" | "dt" | "dd" => self.line(),
            "li" if opens => {
                self.line();
                self.body.push_str("- ");
            }
            "td" | "th" if !opens => self.body.push_str(" | "),
            _ => {}
        }
        TokenSinkResult::Continue
    }

    fn heading_tag(&mut self, name: &str, opens: bool) {
        if let Some(heading) = self.heading.take() {
            // The title is above all headings.
            let level = name.strip_prefix('h').and_then(|digit| digit.parse().ok()).unwrap_or(0);
            self.outline.heading(level, &heading);
        }
        if opens {
            self.outline.body(&std::mem::take(&mut self.body));
            self.heading = Some(String::new());
        }
    }

    fn line(&mut self) {
        if !self.body.is_empty() && !self.body.ends_with('\n') {
            self.body.push('\n');
        }
    }

    fn paragraph(&mut self) {
        self.line();
        if !self.body.is_empty() && !self.body.ends_with("\n\n") {
            self.body.push('\n');
        }
    }

    fn end(mut self) -> Vec<Section> {
        // A heading that nobody closed held the rest of the page.
        if let Some(heading) = self.heading.take() {
            self.body.push_str(&heading);
        }
        self.outline.body(&self.body);
        self.outline.sections()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<(String, String)> {
        sections(&"a.html".parse().unwrap(), text)
            .into_iter()
            .map(|s| (s.heading, s.text))
            .collect()
    }

    #[test]
    fn headings_split_a_page_and_scripts_are_left_out() {
        let page = "<!doctype html><html><head><title>Kassa &amp; Co</title><style>h1{}</style>\
            <script>if (a < b) { '<h1>no</h1>' }</script></head><body><h1>Orders</h1><p>Send  a\n POST.</p>\
            <ul><li>one</li><li>two</li></ul><h2>Status</h2><pre>{\n  \"a\": 1\n}</pre></body></html>";
        assert_eq!(
            read(page),
            [
                ("Kassa & Co / Orders".to_owned(), "Send a POST.\n\n- one\n- two".to_owned()),
                ("Kassa & Co / Orders / Status".to_owned(), "{\n  \"a\": 1\n}".to_owned()),
            ]
        );
    }

    #[test]
    fn a_page_nested_without_end_and_one_that_is_never_closed_are_read() {
        assert_eq!(read(&("<div>".repeat(200_000) + "deep")), [(String::new(), "deep".to_owned())]);
        assert_eq!(read("<h1>never <p>closed"), [(String::new(), "never closed".to_owned())]);
        assert_eq!(read("<script>never closed"), []);
    }
}
