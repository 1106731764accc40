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
