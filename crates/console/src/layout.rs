//! What all pages have in common.

use askama::Template;
use axum::response::Html;
use domain::Scope;

use crate::assets;
use crate::cookies::Theme;
use crate::error::PageError;
use crate::viewer::Viewer;

/// The part of the console that a page belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Section {
    Providers,
    Jobs,
    Scripts,
    Drift,
    Audit,
}

/// What stands around a page for somebody who is signed in.
pub(crate) struct Layout {
    section: Section,
    pub(crate) theme: &'static str,
    pub(crate) version: &'static str,
    pub(crate) name: String,
    /// What each form of this session carries.
    pub(crate) form_token: String,
    pub(crate) may_read: bool,
    pub(crate) may_write: bool,
    pub(crate) may_review: bool,
}

impl Layout {
    pub(crate) fn new(viewer: &Viewer, section: Section) -> Self {
        Self {
            section,
            theme: viewer.theme.as_str(),
            version: assets::version(),
            name: viewer.key.name.clone(),
            form_token: viewer.token.form_token(),
            may_read: viewer.may(Scope::JobsRead),
            may_write: viewer.may(Scope::JobsWrite),
            may_review: viewer.may(Scope::ScriptsReview),
        }
    }

    /// `page` for the link of the section that is shown: what `aria-current` takes.
    pub(crate) fn current(&self, section: &str) -> &'static str {
        let shown = match self.section {
            Section::Providers => "providers",
            Section::Jobs => "jobs",
            Section::Scripts => "scripts",
            Section::Drift => "drift",
            Section::Audit => "audit",
        };
        if shown == section { "page" } else { "false" }
    }
}

/// What stands around a page for everybody else.
pub(crate) struct Bare {
    pub(crate) theme: &'static str,
    pub(crate) version: &'static str,
}

impl Bare {
    pub(crate) fn new(theme: Theme) -> Self {
        Self { theme: theme.as_str(), version: assets::version() }
    }
}

/// The page as an answer.
pub(crate) fn html(page: &impl Template) -> Result<Html<String>, PageError> {
    Ok(Html(page.render()?))
}
