//! How the server's memory is handed out.
//!
//! The C library gives every thread an arena of its own, and none takes what another has freed: large
//! jobs that wander between threads would leave their memory in each of them. jemalloc with one arena
//! keeps it together, and gives back at once what is freed. Both are its built-in settings, made in
//! `.cargo/config.toml`. It stands in for the C library's allocator as well (a feature of the crate):
//! SQLite copies the text of a large sample whenever it is written or read, and the arenas of its
//! threads would keep what those copies took.

#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;
