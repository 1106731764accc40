use super::*;
use domain::Choice;

fn point(field: &str, values: &[&str]) -> OpenPoint {
    let choices = values
        .iter()
        .map(|value| Choice { value: (*value).to_owned(), label: format!("read {value}") })
        .collect();
    OpenPoint { field: field.to_owned(), prompt: String::new(), choices }
}

fn answer(points: &[OpenPoint], response: &str) -> Vec<String> {
    of_round(points, response).iter().map(|(f, a)| format!("{f}={}", a.text())).collect()
}

#[test]
fn a_letter_a_path_and_a_sentence_name_a_choice() {
    let points = [point("price", &["items[].net", "items[].gross"])];
    for response in ["b", "B)", "1 b", "items[].gross", "take gross, please", "read items[].gross"]
    {
        assert_eq!(answer(&points, response), ["price=items[].gross"], "{response}");
    }
}

#[test]
fn several_points_are_told_apart_by_number() {
    let points = [point("price", &["x.net", "x.gross"]), point("name", &["x.a", "x.b"])];
    assert_eq!(answer(&points, "1 a, 2 b"), ["price=x.net", "name=x.b"]);
    assert_eq!(answer(&points, "2: other.path\n1) b"), ["name=other.path", "price=x.gross"]);
}

#[test]
fn what_names_no_choice_is_kept_as_it_is() {
    assert_eq!(answer(&[point("price", &["x.net"])], "items[].cost"), ["price=items[].cost"]);
}

#[test]
fn numbers_and_letters_may_be_written_without_spaces_or_numbers() {
    let points = [point("price", &["x.net", "x.gross"]), point("name", &["x.a", "x.b"])];
    for response in ["1a 2b", "1a,2b", "1) a\n2) b", "a, b", "a b", "1. x.net\n2. take x.b, please"]
    {
        assert_eq!(answer(&points, response), ["price=x.net", "name=x.b"], "{response}");
    }
}

#[test]
fn clauses_are_told_apart_by_what_they_speak_of() {
    let points = [
        point("products[].price", &["x.net", "x.gross"]),
        point("products[].name", &["x.title", "x.net"]),
    ];
    let response = "use gross for the price and title for the name";
    assert_eq!(answer(&points, response), ["products[].price=x.gross", "products[].name=x.title"]);
}

#[test]
fn what_is_ruled_out_is_not_named() {
    let points = [point("price", &["x.net", "x.gross"])];
    assert_eq!(answer(&points, "not the net but gross"), ["price=x.gross"]);
    assert!(Answer::Words("none of them, leave it out".to_owned()).is_nothing());
    assert!(!Answer::Words("the nonesuch field".to_owned()).is_nothing());
}

#[test]
fn a_division_by_a_hundred_names_the_unit_and_other_arithmetic_is_refused() {
    let words = |text: &str| Answer::Words(text.to_owned());
    for text in ["price is cost / 100", "cost divided by 100", "cost, they are cents"] {
        assert_eq!(words(text).cannot_be_followed(), None, "{text}");
        assert_eq!(unit_in("products[].price", &words(text)), Some("minor"), "{text}");
    }
    assert!(words("cost * 1.2").cannot_be_followed().unwrap().contains("1.2"));
    assert_eq!(unit_in("products[].price", &words("cost in euros")), Some("major"));
}

#[test]
fn a_list_of_codes_is_one_answer() {
    let points = [OpenPoint { field: "status (codes)".to_owned(), ..point("", &[]) }];
    assert_eq!(
        answer(&points, "1 received, 2 accepted"),
        ["status (codes)=1 received, 2 accepted"]
    );
}
