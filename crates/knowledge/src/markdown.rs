//! Markdown and plain text as sections.

use domain::DocumentName;
use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

use crate::section::{Outline, Section};

/// The sections between a Markdown text's headings; code fences and tables stay as they are.
pub(crate) fn sections(document: &DocumentName, text: &str) -> Vec<Section> {
    let mut outline = Outline::new(document);
    let mut heading: Option<String> = None;
    let mut start = 0;
    let options = Options::ENABLE_TABLES | Options::ENABLE_YAML_STYLE_METADATA_BLOCKS;
    for (event, range) in Parser::new_ext(text, options).into_offset_iter() {
        match event {
            Event::Start(Tag::Heading { .. }) => {
                outline.body(text.get(start..range.start).unwrap_or_default());
                heading = Some(String::new());
            }
            Event::End(TagEnd::Heading(level)) => {
                outline.heading(level as u8, &heading.take().unwrap_or_default());
                start = range.end;
            }
            Event::Text(part) | Event::Code(part) => {
                if let Some(heading) = &mut heading {
                    heading.push_str(&part);
                }
            }
            _ => {}
        }
    }
    outline.body(text.get(start..).unwrap_or_default());
    outline.sections()
}

/// Plain text, cut at its paragraphs.
pub(crate) fn plain(document: &DocumentName, text: &str) -> Vec<Section> {
    let mut outline = Outline::new(document);
    outline.body(&text.replace("\r\n", "\n"));
    outline.sections()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_heading_in_a_fence_is_no_heading() {
        let text = "intro\n\n# Menu `v2`\n\ntext\n\n```\n# not one\n```\n\nOrders\n------\nmore\n";
        let found = sections(&"a.md".parse().unwrap(), text);
        let seen: Vec<(&str, bool)> =
            found.iter().map(|s| (s.heading.as_str(), s.text.contains("# not one"))).collect();
        assert_eq!(seen, [("", false), ("Menu v2", true), ("Menu v2 / Orders", false)]);
    }
}
