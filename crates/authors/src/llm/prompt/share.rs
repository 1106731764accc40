//! Who gets how much of what there is room for.

/// What one part wants and gets, in tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Share {
    /// Its part of the whole, beside the weights of the others.
    weight: u32,
    wish: u32,
    /// What it gets.
    pub(super) granted: u32,
}

impl Share {
    pub(super) const fn new(weight: u32, wish: u32) -> Self {
        Self { weight, wish, granted: 0 }
    }
}

/// Grants each part what it wishes, up to its share of the pool. What is left over goes to those that
/// wish more, the first ones first.
pub(super) fn share_out(pool: u32, shares: &mut [Share]) {
    let weights: u64 = shares.iter().map(|share| u64::from(share.weight)).sum();
    let mut left = pool;
    for share in &mut *shares {
        let own = u64::from(pool) * u64::from(share.weight) / weights.max(1);
        share.granted = share.wish.min(u32::try_from(own).unwrap_or(u32::MAX)).min(left);
        left -= share.granted;
    }
    for share in shares {
        let more = (share.wish - share.granted).min(left);
        share.granted += more;
        left -= more;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn granted(pool: u32, wishes: &[(u32, u32)]) -> Vec<u32> {
        let mut shares: Vec<Share> = wishes.iter().map(|(w, wish)| Share::new(*w, *wish)).collect();
        share_out(pool, &mut shares);
        shares.iter().map(|share| share.granted).collect()
    }

    #[test]
    fn what_one_leaves_goes_to_the_first_that_wants_more() {
        assert_eq!(granted(100, &[(50, 90), (30, 10), (20, 90)]), [70, 10, 20]);
        assert_eq!(granted(100, &[(50, 10), (30, 10), (20, 10)]), [10, 10, 10]);
        assert_eq!(granted(0, &[(50, 10)]), [0]);
        assert!(granted(9, &[]).is_empty());
    }

    proptest! {
        #[test]
        fn no_more_is_granted_than_there_is_and_nothing_is_kept_back(
            pool in any::<u32>(), wishes in prop::collection::vec((0_u32..100, any::<u32>()), 1..9)
        ) {
            let granted: Vec<u64> = granted(pool, &wishes).into_iter().map(u64::from).collect();
            let wished: u64 = wishes.iter().map(|(_, wish)| u64::from(*wish)).sum();
            prop_assert_eq!(granted.iter().sum::<u64>(), wished.min(u64::from(pool)));
        }
    }
}
