//! The texts of a prompt, as files of one version. Values from outside are only ever put into them:
//! what looks like a template in a value stays as it is.

use std::sync::LazyLock;

use minijinja::syntax::SyntaxConfig;
use minijinja::value::Serde;
use minijinja::{AutoEscape, Environment, UndefinedBehavior};
use serde::Serialize;

macro_rules! templates {
    ($($(#[$doc:meta])* $variant:ident = $file:literal,)*) => {
        /// A file of `prompts/v1`.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(super) enum Template { $($(#[$doc])* $variant,)* }

        impl Template {
            const ALL: &[(Self, &str, &str)] = &[
                $((Self::$variant, $file, include_str!(concat!("../../../prompts/v1/", $file))),)*
            ];

            const fn file(self) -> &'static str {
                match self { $(Self::$variant => $file,)* }
            }
        }
    };
}

templates! {
    /// Who the author is, what it replies, and what a script may use.
    System = "system.md",
    /// The topic and its rules.
    Contract = "contract.md",
    /// A reviewed script of another provider.
    Example = "example.md",
    /// The script in use.
    Active = "active.md",
    /// What is written about the vendor.
    Documents = "documents.md",
    /// Real data.
    Samples = "samples.md",
    /// The synthesizer's draft.
    Sketch = "sketch.md",
    /// Questions and answers.
    Rounds = "rounds.md",
    /// The draft that was tested last.
    LastDraft = "last_draft.md",
    /// What the tests found.
    Attempts = "attempts.md",
    /// Asks for a draft.
    Draft = "draft.md",
    /// Asks for the question to a person.
    Question = "question.md",
    /// Answers a reply that is none.
    Correction = "correction.md",
}

#[expect(clippy::expect_used, reason = "embedded templates; a test below renders every one")]
static TEMPLATES: LazyLock<Environment<'static>> = LazyLock::new(|| {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_auto_escape_callback(|_| AutoEscape::None);
    let mut syntax = SyntaxConfig::builder();
    syntax.trim_blocks(true).lstrip_blocks(true).keep_trailing_newline(true);
    environment.set_syntax(syntax.build().expect("the tags are those of Jinja"));
    for (_, name, text) in Template::ALL {
        environment.add_template(name, text).expect("an embedded template is valid");
    }
    environment
});

/// The text of a template with its values.
#[expect(
    clippy::expect_used,
    reason = "embedded templates; the tests of prompts render each with the type that fills it"
)]
pub(super) fn render(template: Template, values: &impl Serialize) -> String {
    let template = TEMPLATES.get_template(template.file()).expect("every template is added");
    template.render(Serde(values)).expect("the values are those that the template names")
}
