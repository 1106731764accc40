//! Scripts that keep their promises and scripts that do not.

use domain::{DraftScript, FieldSource, Sample, Topic};
use sandbox::{InProcessRunner, Limits};
use serde_json::{Value, json};

use super::*;

fn source(field: &str, place: &str) -> FieldSource {
    FieldSource {
        field: field.to_owned(),
        source: place.to_owned(),
        reason: String::new(),
        confidence: 1.0,
        runner_up: String::new(),
    }
}

async fn broken(body: &str, payload: Value) -> Option<Broken> {
    broken_with(body, payload, &[]).await
}

async fn broken_with(body: &str, payload: Value, more: &[FieldSource]) -> Option<Broken> {
    let sample: Sample = serde_json::from_value(json!({"name": "a", "payload": payload})).unwrap();
    let script = DraftScript {
        source: format!("function transform(input, context) {{ {body} }}"),
        provenance: [
            source("products[].itemCode", "items[].id"),
            source("products[].name", "items[].name"),
            source("products[].price", "items[].cents, in cents"),
            source("products[].categories", "group names groups[].ref, its title"),
        ]
        .iter()
        .chain(more)
        .cloned()
        .collect(),
    };
    let provider = "my-till".parse().unwrap();
    let topic = Topic::SyncProducts;
    let mut trial = Trial::open(&InProcessRunner, Limits::TEST, &provider, topic, &script.source)
        .await
        .unwrap();
    match trial.own(&sample, &script).await.unwrap() {
        Some(Wrong::Breaks(broken)) => Some(broken),
        Some(Wrong::Fails(failure)) => panic!("{failure}"),
        None => None,
    }
}

fn menu() -> Value {
    json!({
        "items": [
            {"id": 4001, "name": "Tea", "cents": 450, "group": "g-hot", "note": "fresh"},
            {"id": 4002, "name": "Cola", "cents": 300, "group": "g-cold", "note": "iced"},
            {"id": 4003, "name": "Cocoa", "cents": 525, "group": "g-hot", "note": "rich"},
        ],
        "groups": [{"ref": "g-hot", "title": "Warming"}, {"ref": "g-cold", "title": "Cooling"}],
    })
}

/// What a right script does for `menu`, with a place for a mistake.
fn reading(list: &str, name: &str, price: &str, category: &str) -> String {
    format!(
        "const groups = input.payload.groups;
         return {{ products: input.payload.items{list}.map((item, index) => {{
           const group = groups.find((one) => one.ref === item.group);
           return {{ itemCode: String(item.id), name: {name}, price: {price},
             ...(group ? {{ categories: [{category}] }} : {{}}) }};
         }}) }};"
    )
}

#[tokio::test]
async fn a_right_script_keeps_them_all() {
    let script = reading("", "item.name", "item.cents / 100", "group.title");
    assert_eq!(broken(&script, menu()).await, None);
}

#[tokio::test]
async fn each_wrong_script_breaks_one_and_the_field_is_told() {
    let names = r#"({ 4001: "Tea", 4002: "Cola", 4003: "Cocoa" })[item.id] ?? "Drink""#;
    for (list, name, price, category, field) in [
        // The sample's values are written into it.
        ("", names, "item.cents / 100", "group.title", "products[].name"),
        ("", "item.name", "[4.5, 3, 5.25][index % 3]", "group.title", "products[].price"),
        (
            "",
            "item.name",
            "item.cents / 100",
            "group.ref === 'g-hot' ? 'Warming' : 'Cooling'",
            "products[].categories",
        ),
        // A record is taken by its place.
        (
            "",
            "item.name",
            "input.payload.items[0].cents / 100 + index",
            "group.title",
            "products[].price",
        ),
        // The order is not the payload's.
        (
            ".slice().sort((a, b) => a.id - b.id)",
            "item.name",
            "item.cents / 100",
            "group.title",
            "products",
        ),
        // A field is read from where it is said not to be.
        (
            "",
            "item.name",
            "item.cents / 100 + (item.name === 'Cola' ? 1 : 0)",
            "group.title",
            "products[].price",
        ),
    ] {
        let script = reading(list, name, price, category);
        let broken = broken(&script, menu()).await;
        let told = broken.as_ref().map(|broken| broken.field.as_str());
        assert_eq!(told, Some(field), "{script}\n{broken:?}");
    }
}

#[tokio::test]
async fn a_field_whose_name_the_script_escapes_may_be_read() {
    let payload = json!({"items": [
        {"id": 4001, "name": "Tea", "cents": 450, "say \"it\"": "hot"},
        {"id": 4002, "name": "Cola", "cents": 300, "say \"it\"": "cold"},
    ]});
    let script = r#"return { products: input.payload.items.map((item) => ({ itemCode: String(item.id),
        name: item.name, price: item.cents / 100, description: item["say \"it\""] })) };"#;
    assert_eq!(broken(script, payload).await, None);
}

#[tokio::test]
async fn a_script_that_leaves_all_records_out_breaks_a_promise_and_one_of_an_empty_list_does_not() {
    let body = "return { products: [] };";
    assert_eq!(broken(body, menu()).await.unwrap().field, "products");
    assert_eq!(broken(body, json!({"items": [], "groups": []})).await, None);
}

async fn failure(body: &str, payload: Value) -> Option<String> {
    let sample: Sample = serde_json::from_value(json!({"name": "a", "payload": payload})).unwrap();
    let (provider, topic) = ("my-till".parse().unwrap(), Topic::SyncProducts);
    let source = format!("function transform(input, context) {{ {body} }}");
    let mut trial =
        Trial::open(&InProcessRunner, Limits::TEST, &provider, topic, &source).await.unwrap();
    trial.sample(&sample).await.unwrap().failure
}

#[tokio::test]
async fn nobody_s_script_passes_that_lists_the_records_of_the_sample() {
    let listed = r#"return { products: input.payload.items.length === 0 ? [] : [
        { itemCode: "4001", name: "Tea", price: 4.5 }, { itemCode: "4002", name: "Cola", price: 3 },
        { itemCode: "4003", name: "Cocoa", price: 5.25 }] };"#;
    let failure = failure(listed, menu()).await.unwrap();
    assert!(failure.contains("sample a without 4003: 4003 came"), "{failure}");
    let three = reading(".slice(0, 3)", "item.name", "item.cents / 100", "group.title");
    let failure = self::failure(&three, menu()).await.unwrap();
    assert!(failure.contains("as 4004: nothing was returned for 4004"), "{failure}");
}

#[tokio::test]
async fn a_mistake_shows_in_an_excerpt_of_a_large_sample_too() {
    let item =
        |n: usize| json!({"id": n + 10_000, "name": "Tea", "cost": 4.5, "text": "x".repeat(90)});
    let mut items: Vec<Value> = (0..2_000).map(item).collect();
    items[3]["note"] = json!({"text": "hot"});
    let script = |note: &str| {
        format!(
            "return {{ products: input.payload.items.map((item) => ({{ itemCode: String(item.id),
             name: item.name, price: item.cost, description: {note} }})) }};"
        )
    };
    let payload = json!({ "items": items });
    assert_eq!(failure(&script("item.note?.text"), payload.clone()).await, None);
    let careless = script("item.note === undefined ? undefined : item.note.text");
    let told = failure(&careless, payload).await.unwrap();
    assert!(told.contains("with note null in record 3"), "{told}");
}

#[tokio::test]
async fn a_number_of_records_counts_them_only_where_it_stands_beside_them() {
    let listed = r#"return { products: [{ itemCode: "i1", name: "Tea", price: 2.75 },
        { itemCode: "i2", name: "Cola", price: 3 }, { itemCode: "i3", name: "Cocoa", price: 3.25 }] };"#;
    let items = json!([{"id": "i1", "name": "Tea", "price": 2.75},
        {"id": "i2", "name": "Cola", "price": 3.0}, {"id": "i3", "name": "Cocoa", "price": 3.25}]);
    let told = failure(listed, json!({"items": items})).await.unwrap();
    assert!(told.contains("sample a without i3: i3 came"), "{told}");
    // A right script may take as many as the payload says that there are.
    let reading =
        "return { products: input.payload.items.slice(0, input.payload.count).map((item) => (
          { itemCode: item.id, name: item.name, price: item.price })) };";
    assert_eq!(failure(reading, json!({"count": 3, "items": items})).await, None);
}

#[tokio::test]
async fn a_list_whose_rows_are_not_all_records_is_left_as_it_is() {
    // The row of a heading says where the rows after it belong.
    let payload = json!({"rows": [
        {"id": 4000, "heading": "Hot"}, {"id": 4001, "name": "Tea", "cost": 4.5},
        {"id": 4002, "name": "Cocoa", "cost": 3}],
    });
    let rows = "let last = 0;
        return { products: input.payload.rows.filter((row) => {
          if (row.heading === undefined && row.id !== last + 1) throw new Error('a gap');
          last = row.id;
          return row.heading === undefined;
        }).map((row) => ({ itemCode: String(row.id), name: row.name, price: row.cost })) };";
    assert_eq!(failure(rows, payload).await, None);
}

#[tokio::test]
async fn a_map_that_is_read_whole_is_no_field_that_nobody_reads() {
    let payload = json!({"items": [
        {"id": 4001, "name": "Tea", "cents": {"north": 450}},
        {"id": 4002, "name": "Cola", "cents": {"north": 300}},
    ]});
    let script =
        "return { products: input.payload.items.map((item) => ({ itemCode: String(item.id),
        name: item.name, price: Object.values(item.cents)[0] / 100 })) };";
    assert_eq!(broken(script, payload).await, None);
}

#[tokio::test]
async fn a_field_with_two_sources_may_follow_either() {
    let payload = json!({"items": [
        {"id": 4001, "name": "Tea", "cents": 450, "title": "Tea"},
        {"id": 4002, "cents": 300, "title": "Cola"},
    ]});
    let script =
        "return { products: input.payload.items.map((item) => ({ itemCode: String(item.id),
        name: item.name ?? item.title, price: item.cents / 100 })) };";
    let with_title = [source("products[].name (else)", "items[].title")];
    assert_eq!(broken_with(script, payload, &with_title).await, None);
}

#[tokio::test]
async fn what_is_made_of_a_whole_object_follows_all_of_it() {
    let payload = json!({"items": [
        {"id": 4001, "name": "Tea", "cost": {"net": 4.1, "tax": 0.4}},
        {"id": 4002, "name": "Cola", "cost": {"net": 2.5, "tax": 0.5}},
    ]});
    let script =
        "return { products: input.payload.items.map((item) => ({ itemCode: String(item.id),
        name: item.name, price: Math.round((item.cost.net + item.cost.tax) * 100) / 100,
        description: `${item.cost.net} net` })) };";
    let more = [
        source("products[].price", "items[].cost"),
        source("products[].description", "items[].cost.net"),
    ];
    assert_eq!(broken_with(script, payload, &more).await, None);
}

#[tokio::test]
async fn a_script_that_says_what_it_does_not_know_keeps_them() {
    let script = "return { products: input.payload.items.map((item) => {
        const price = { Tea: 4.5, Cola: 3 }[item.name];
        if (price === undefined) throw new Error(`no price for ${item.name}`);
        return { itemCode: String(item.id), name: item.name, price };
    }) };";
    let payload = json!({"items": [{"id": 4001, "name": "Tea"}, {"id": 4002, "name": "Cola"}]});
    assert_eq!(broken(script, payload).await, None);
}

#[tokio::test]
async fn an_id_that_holds_another_one_follows_its_own_field() {
    let dish = |id: &str, name: &str| json!({"id": id, "name": name, "cents": 450, "dishes": []});
    let payload = json!({"items": [
        {"id": "15386", "name": "Soups", "dishes": [dish("15386-99697", "Broth")]},
        {"id": "15387", "name": "Teas", "dishes": [dish("15387-99698", "Sencha")]},
    ]});
    // Its place in the provenance is that of the outermost records of the tree.
    let script =
        "return { products: input.payload.items.flatMap((group) => group.dishes.map((item) =>
        ({ itemCode: item.id, name: item.name, price: item.cents / 100 }))) };";
    assert_eq!(broken(script, payload).await, None);
}

#[tokio::test]
async fn a_copy_of_a_record_with_a_short_number_keeps_other_numbers_in_it() {
    let item = |id: u32, name: &str| json!({"id": id, "cents": 450, "title": [{"id": 1, "text": name}, {"id": 2, "text": name}]});
    let payload = json!({"items": [item(1, "Tea"), item(2, "Cola")]});
    let script = "return { products: input.payload.items.map((item) => {
        const title = item.title.find((one) => one.id === 2);
        if (title === undefined) throw new Error('no title');
        return { itemCode: String(item.id), name: title.text, price: item.cents / 100 };
    }) };";
    assert_eq!(broken(script, payload).await, None);
}
