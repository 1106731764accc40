//! Numbers that can be read or worked out at one place: amounts, counts, products and sums.

use super::expression::{Expr, Operator};
use super::space::{Path, Scope, Space};

/// Pairs of more paths than this say nothing any more.
const MAX_OPERANDS: usize = 12;

/// A number with how far-fetched it is: 1 for a path.
pub(super) struct Amount {
    pub(super) expr: Expr,
    pub(super) cost: f64,
}

fn join(operator: Operator, left: &Expr, right: &Expr) -> Expr {
    Expr::Join(operator, Box::new(left.clone()), Box::new(right.clone()))
}

/// The number paths of one scope.
fn numbers(space: &Space<'_>, scope: usize) -> Vec<Expr> {
    let is_number = |path: &Path| {
        space.rows.iter().find_map(|row| row.get(path)).is_some_and(serde_json::Value::is_number)
    };
    let own = space.atoms.iter().filter(|path| path.scope == scope && is_number(path));
    own.take(MAX_OPERANDS).cloned().map(Expr::Path).collect()
}

/// All pairs under an operator. The order of a product's factors is the payload's.
fn pairs(operator: Operator, numbers: &[Expr]) -> Vec<Expr> {
    let mut pairs = Vec::new();
    for (index, left) in numbers.iter().enumerate() {
        for right in numbers.iter().skip(index + 1) {
            pairs.push(join(operator, left, right));
            if operator == Operator::Minus {
                pairs.push(join(operator, right, left));
            }
        }
    }
    pairs
}

/// What the elements of a list can add up to.
fn sums(space: &Space<'_>, list: &Path, deep: bool) -> Vec<Amount> {
    let rows = space
        .rows
        .iter()
        .flat_map(|row| row.list(list).iter().map(|element| row.enter(element)))
        .take(super::space::MAX_ROWS)
        .collect();
    let mut scopes = space.scopes.clone();
    let scope = scopes.len();
    scopes.push(Scope { variable: String::new(), place: space.element_place(list) });
    let inner = Space::new(scopes, rows);
    let of_element = worked_out(&inner, scope, deep);
    let plain = numbers(&inner, scope).into_iter().map(|expr| Amount { expr, cost: 1.0 });
    plain
        .chain(of_element)
        .map(|amount| Amount {
            expr: Expr::Sum { list: list.clone(), scope, of: Box::new(amount.expr) },
            cost: amount.cost + 1.2,
        })
        .collect()
}

/// Products, and products with the sums of lists below them, of one scope.
fn worked_out(space: &Space<'_>, scope: usize, deep: bool) -> Vec<Amount> {
    let numbers = numbers(space, scope);
    let mut found: Vec<Amount> = pairs(Operator::Times, &numbers)
        .into_iter()
        .map(|expr| Amount { expr, cost: 1.8 })
        .collect();
    if !deep {
        return found;
    }
    for list in space.lists.iter().filter(|list| list.scope == scope) {
        for sum in sums(space, list, false) {
            for own in &numbers {
                let with = join(Operator::Plus, own, &sum.expr);
                for factor in numbers.iter().filter(|factor| *factor != own) {
                    found.push(Amount {
                        expr: join(Operator::Times, &with, factor),
                        cost: sum.cost + 1.0,
                    });
                    let product = join(Operator::Times, own, factor);
                    found.push(Amount {
                        expr: join(Operator::Plus, &product, &sum.expr),
                        cost: sum.cost + 1.1,
                    });
                }
                found.push(Amount { expr: with, cost: sum.cost + 0.5 });
            }
            found.push(sum);
        }
    }
    found
}

/// Every number worth trying, the plain ones first.
pub(super) fn amounts(space: &Space<'_>) -> Vec<Amount> {
    let mut found = Vec::new();
    let innermost = space.innermost();
    for scope in (0..space.scopes.len()).rev() {
        found.extend(numbers(space, scope).into_iter().map(|expr| Amount { expr, cost: 1.0 }));
    }
    found.extend(
        space.lists.iter().map(|list| Amount { expr: Expr::Count(list.clone()), cost: 1.4 }),
    );
    // In an outer scope the own lists are the larger part of the work and are summed there, once.
    found.extend(worked_out(space, innermost, innermost > 0));
    if innermost == 0 {
        for list in &space.lists {
            found.extend(sums(space, list, true));
        }
        let totals = numbers(space, 0);
        for operator in [Operator::Plus, Operator::Minus] {
            let of_two = pairs(operator, &totals).into_iter();
            found.extend(of_two.map(|expr| Amount { expr, cost: 2.6 }));
        }
    }
    found
}
