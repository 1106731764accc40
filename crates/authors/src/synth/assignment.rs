//! Which source field serves which output field, decided for all of them at once.
//!
//! The best total wins, not the best single pair: a field that is the only source of one thing is
//! not given to another that has a source of its own. A field serves one output field.

use pathfinding::kuhn_munkres::kuhn_munkres;
use pathfinding::matrix::Matrix;

/// Scores are compared as whole numbers, so that every machine finds the same.
const UNIT: f64 = 10_000.0;
/// Weight of a pair that must not be.
const FORBIDDEN: i64 = -1_000_000_000;

/// One output field's place in the best assignment.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Place {
    /// The column that serves it.
    pub(crate) column: usize,
    /// By how much the best total is better than the best one without this pair.
    pub(crate) margin: f64,
    /// What serves the row in that second-best assignment, where anything does.
    pub(crate) runner_up: Option<usize>,
    /// The row that the column serves in the second-best assignment, where it is another.
    pub(crate) rival: Option<usize>,
}

/// Finds the best assignment. A score is nothing where the pair is impossible. `is_alike` says
/// whether it makes no difference which of two columns serves.
pub(crate) fn best(
    scores: &[Vec<Option<f64>>],
    is_alike: impl Fn(usize, usize) -> bool,
) -> Vec<Option<Place>> {
    let columns = scores.iter().map(Vec::len).max().unwrap_or(0);
    if columns == 0 {
        return vec![None; scores.len()];
    }
    let weights = weigh(scores, columns);
    let (total, chosen) = solve(&weights, None);
    let served = |chosen: &[usize], row: usize| {
        let column = *chosen.get(row)?;
        let is_pair = scores.get(row)?.get(column).copied().flatten().is_some();
        (column < columns && is_pair).then_some(column)
    };
    (0..scores.len())
        .map(|row| {
            let column = served(&chosen, row)?;
            let barred: Vec<usize> =
                (0..columns).filter(|other| *other == column || is_alike(*other, column)).collect();
            let (other, second) = solve(&weights, Some((row, &barred)));
            let rival = (0..scores.len())
                .find(|other| *other != row && served(&second, *other) == Some(column));
            Some(Place {
                column,
                margin: difference(total, other),
                runner_up: served(&second, row),
                rival,
            })
        })
        .collect()
}

/// One column more for each row: that nothing serves it.
fn weigh(scores: &[Vec<Option<f64>>], columns: usize) -> Vec<Vec<i64>> {
    scores
        .iter()
        .enumerate()
        .map(|(row, scores_of_row)| {
            let pairs = (0..columns).map(|column| {
                scores_of_row.get(column).copied().flatten().map_or(FORBIDDEN, whole)
            });
            let nothing = (0..scores.len()).map(|own| if own == row { 0 } else { FORBIDDEN });
            pairs.chain(nothing).collect()
        })
        .collect()
}

#[expect(clippy::cast_possible_truncation, reason = "scores are a few units; the cast saturates")]
fn whole(score: f64) -> i64 {
    (score * UNIT).round() as i64
}

#[expect(clippy::cast_precision_loss, reason = "totals are far below what a float holds exactly")]
fn difference(best: i64, other: i64) -> f64 {
    (best - other) as f64 / UNIT
}

/// The best total and each row's column, without the barred pairs.
fn solve(weights: &[Vec<i64>], barred: Option<(usize, &[usize])>) -> (i64, Vec<usize>) {
    let rows = weights.iter().enumerate().map(|(row, own)| {
        own.iter()
            .enumerate()
            .map(|(column, weight)| match barred {
                Some((at, columns)) if at == row && columns.contains(&column) => FORBIDDEN,
                Some(_) | None => *weight,
            })
            .collect::<Vec<i64>>()
    });
    match Matrix::from_rows(rows) {
        Ok(matrix) => kuhn_munkres(&matrix),
        Err(_) => (0, Vec::new()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn columns(scores: &[Vec<Option<f64>>]) -> Vec<Option<usize>> {
        best(scores, |_, _| false).into_iter().map(|place| place.map(|p| p.column)).collect()
    }

    #[test]
    fn the_best_total_wins_over_the_best_pair() {
        // The first could be either; the second has only one source.
        let scores = vec![vec![Some(0.6), Some(0.55)], vec![Some(0.58), None]];
        assert_eq!(columns(&scores), [Some(1), Some(0)]);
    }

    #[test]
    fn a_field_serves_one_output_field() {
        let scores = vec![vec![Some(0.6)], vec![Some(0.9)]];
        let places = best(&scores, |_, _| false);
        assert_eq!(places[0], None);
        let place = places[1].unwrap();
        assert!((place.margin - 0.3).abs() < 1e-9, "{place:?}");
        assert_eq!((place.column, place.rival), (0, Some(0)));
    }

    #[test]
    fn the_margin_is_that_to_the_best_assignment_without_the_pair() {
        let scores = vec![vec![Some(0.9), Some(0.6)]];
        let place = best(&scores, |_, _| false)[0].unwrap();
        assert!((place.margin - 0.3).abs() < 1e-9);
        assert_eq!(place.runner_up, Some(1));
        // A column that is like the chosen one is no rival of it.
        let place = best(&scores, |_, _| true)[0].unwrap();
        assert!((place.margin - 0.9).abs() < 1e-9);
    }

    #[test]
    fn without_candidates_nothing_is_served() {
        assert_eq!(columns(&[vec![], vec![]]), [None, None]);
        assert_eq!(columns(&[]), []);
    }
}
