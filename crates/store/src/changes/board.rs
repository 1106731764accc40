//! News within one process.

use tokio::sync::broadcast;

use super::{Change, Changes, Watch};

/// News that a slow watch may be behind.
const KEPT: usize = 1_024;

/// Tells everyone in this process.
#[derive(Debug, Clone)]
pub struct Board(broadcast::Sender<Change>);

impl Default for Board {
    fn default() -> Self {
        Self(broadcast::Sender::new(KEPT))
    }
}

impl Board {
    /// Tells whoever watches now.
    pub fn tell(&self, change: Change) {
        // Nobody may watch; that is no failure.
        let _ = self.0.send(change);
    }
}

impl Changes for Board {
    fn watch(&self) -> Watch {
        Watch(self.0.subscribe())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn everyone_who_watches_is_told() {
        let board = Board::default();
        let mut watches = [board.watch(), board.watch()];
        board.tell(Change::Ready);
        for watch in &mut watches {
            assert_eq!(watch.next().await, Change::Ready);
            assert_eq!(watch.next_now(), None);
        }
    }

    #[tokio::test]
    async fn who_is_too_far_behind_learns_that_it_missed_something() {
        let board = Board::default();
        let mut watch = board.watch();
        for _ in 0..=KEPT {
            board.tell(Change::Ready);
        }
        assert_eq!(watch.next_now(), Some(Change::Missed));
        assert_eq!(watch.next().await, Change::Ready);
    }
}
