//! Lists, newest first, a page at a time.

/// Which page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PageRequest {
    /// Only what has a smaller number than this; none for the first page.
    pub before: Option<i64>,
    /// How many at most; at least one.
    pub limit: u32,
}

/// One page.
#[derive(Debug, Clone, PartialEq)]
pub struct Page<T> {
    /// The items, newest first.
    pub items: Vec<T>,
    /// The `before` of the next page; none when this is the last.
    pub next: Option<i64>,
}

impl PageRequest {
    /// Rows to read: one more than wanted, which tells whether there is a next page.
    pub(crate) fn rows(self) -> u64 {
        u64::from(self.limit.max(1)) + 1
    }

    /// The page that these rows make, numbered by `id`.
    pub(crate) fn cut<T>(self, mut rows: Vec<T>, id: impl Fn(&T) -> i64) -> Page<T> {
        let limit = usize::try_from(self.limit.max(1)).unwrap_or(usize::MAX);
        let more = rows.len() > limit;
        rows.truncate(limit);
        let next = if more { rows.last().map(id) } else { None };
        Page { items: rows, next }
    }
}
