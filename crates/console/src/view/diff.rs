//! Changes between two scripts, line by line.

use domain::visible;

/// A line of a unified diff.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct DiffLine {
    /// `added`, `removed`, `place` or empty.
    pub(crate) kind: &'static str,
    /// What stands in the margin.
    pub(crate) sign: char,
    pub(crate) text: String,
}

/// The lines of a unified diff, without its head.
pub(crate) fn diff_lines(unified: &str) -> Vec<DiffLine> {
    unified
        .lines()
        // A changed line may look like the head.
        .skip_while(|line| !line.starts_with("@@"))
        .filter(|line| !line.starts_with('\\'))
        .map(|line| {
            let (kind, sign) = match line.chars().next() {
                Some('+') => ("added", '+'),
                Some('-') => ("removed", '-'),
                Some('@') => ("place", ' '),
                _ => ("", ' '),
            };
            let text = if kind == "place" { line } else { line.get(1..).unwrap_or_default() };
            DiffLine { kind, sign, text: visible(text, &['\t']) }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_line_says_what_became_of_it() {
        let unified = "--- a.js\n+++ b.js\n@@ -1,2 +1,2 @@\n same\n-old\n+new <b>\n\\ No newline\n";
        let lines = diff_lines(unified);
        let shown: Vec<(&str, char, &str)> =
            lines.iter().map(|line| (line.kind, line.sign, line.text.as_str())).collect();
        let wanted = [
            ("place", ' ', "@@ -1,2 +1,2 @@"),
            ("", ' ', "same"),
            ("removed", '-', "old"),
            ("added", '+', "new <b>"),
        ];
        assert_eq!(shown, wanted);
    }

    #[test]
    fn no_changed_line_is_taken_for_the_head_and_none_hides_what_it_says() {
        let unified =
            "--- a.js\n+++ b.js\n@@ -1 +1,2 @@\n--- x\n+++ y, evil();\n+// \u{202e}z\rz\n";
        let shown: Vec<String> = diff_lines(unified)
            .into_iter()
            .map(|line| format!("{}{}", line.sign, line.text))
            .collect();
        let wanted = [" @@ -1 +1,2 @@", "--- x", "+++ y, evil();", "+// \\u{202e}z\\rz"];
        assert_eq!(shown, wanted);
    }
}
