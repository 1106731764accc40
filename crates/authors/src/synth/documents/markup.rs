//! Text from Markdown and HTML, with what is a field's name in backticks.

use std::borrow::Cow;
use std::sync::LazyLock;

use regex::{Captures, Regex};

use crate::pattern::pattern;

/// A page of HTML rather than prose that mentions a tag.
static PAGE: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"(?i)</(?:p|li|td|th|tr|h[1-6]|code|div|html|table|dd)>"));
static SKIPPED: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"(?is)<script\b.*?</script>|<style\b.*?</style>|<!--.*?-->|<head\b.*?</head>")
});
static CODE: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"(?is)<(?:code|tt|kbd)\b[^>]*>([^<`\n]{1,120})</(?:code|tt|kbd)>"));
static ROW: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?i)<tr\b[^>]*>"));
static CELL: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?i)</t[dh]>"));
static ITEM: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?i)<(?:li|dt|h[1-6])\b[^>]*>"));
static LINE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"(?i)</?(?:p|div|ul|ol|table|tbody|thead|section|dl)\b[^>]*>|<br\s*/?>")
});
static TAG: LazyLock<Regex> = LazyLock::new(|| pattern(r"</?[A-Za-z][^>]{0,300}>"));
/// The first cell of a row, or a bold or plain name before a colon, at the head of a line.
static FIRST_CELL: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"(?m)^([ \t]*\|[ \t]*)\*{0,2}([A-Za-z_][\w.\[\]]*)\*{0,2}([ \t]*\|)")
});
static BOLD_NAME: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"(?m)^([ \t]*[-*+] +)\*\*([a-z_][\w.\[\]]*)\*\*"));
static PLAIN_NAME: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"(?m)^([ \t]*[-*+] +)([a-z]+(?:[_.][\w.\[\]]+|[a-z0-9]*[A-Z]\w*))(\s*(?::|=| -|–))")
});
static PATH_WORD: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"(^|[\s(,])((?:[A-Za-z]\w*(?:\[\])?[._])+[A-Za-z]\w*|[a-z]+[A-Z]\w*)")
});

/// The text with its names of fields in backticks and without tags.
pub(super) fn plain(text: &str) -> String {
    let text: Cow<'_, str> =
        if PAGE.is_match(text) { without_tags(text).into() } else { text.into() };
    // A table's head and rule say nothing of a field.
    let text = FIRST_CELL.replace_all(&text, |found: &Captures<'_>| {
        let name = found.get(2).map_or("", |m| m.as_str());
        let head = ["field", "name", "property", "code", "value", "status", "attribute", "key"];
        if head.contains(&name.to_lowercase().as_str()) {
            return found.get(0).map_or("", |m| m.as_str()).to_owned();
        }
        let part = |at: usize| found.get(at).map_or("", |m| m.as_str());
        format!("{}`{name}`{}", part(1), part(3))
    });
    let text = BOLD_NAME.replace_all(&text, "$1`$2`");
    PLAIN_NAME.replace_all(&text, "$1`$2`$3").into_owned()
}

/// A person's words with what looks like a path in backticks.
pub(super) fn with_paths_marked(reply: &str) -> String {
    if reply.contains('`') {
        reply.to_owned()
    } else {
        PATH_WORD.replace_all(reply, "$1`$2`").into_owned()
    }
}

fn without_tags(page: &str) -> String {
    let text = SKIPPED.replace_all(page, " ");
    let text = CODE.replace_all(&text, "`$1`");
    let text = ROW.replace_all(&text, "\n| ");
    let text = CELL.replace_all(&text, " | ");
    let text = ITEM.replace_all(&text, "\n- ");
    let text = LINE.replace_all(&text, "\n\n");
    let text = TAG.replace_all(&text, "");
    [
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&#39;", "'"),
        ("&nbsp;", " "),
        ("&amp;", "&"),
    ]
    .into_iter()
    .fold(text.into_owned(), |text, (entity, sign)| text.replace(entity, sign))
}
