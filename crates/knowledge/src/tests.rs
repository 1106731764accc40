//! What is read out of whole documents of invented vendors.

mod hostile;

use domain::{HttpMethod, Topic};
use serde_json::{Value, json};

use crate::testing::{BONWERK, KASSANDRA, TILLIUM, document};
use crate::*;

fn api(name: &str, text: &str) -> ApiDescription {
    read(&document(name, text)).description.unwrap()
}

fn best(description: &ApiDescription, topic: Topic) -> String {
    description.operations_for(topic).first().map(ToString::to_string).unwrap_or_default()
}

#[test]
fn formats_are_told_by_the_text_whatever_the_name() {
    let seen = [
        ("a.txt", KASSANDRA, Format::OpenApi),
        ("a.md", BONWERK, Format::Swagger),
        ("a", TILLIUM, Format::Postman),
        ("a.txt", "  <!DOCTYPE html><p>x", Format::Html),
        ("notes", "# Orders\ntext", Format::Markdown),
        ("a.md", "just words", Format::Markdown),
        ("a.json", "{\"openapi\": \"3.0.0\"", Format::PlainText),
        ("a.yaml", "openapi: 3.0\n  - broken: [", Format::PlainText),
        ("a.json", "{\"info\": {}, \"item\": []}", Format::PlainText),
        ("a", "", Format::PlainText),
    ];
    for (name, text, format) in seen {
        assert_eq!(Format::of(&document(name, text)), format, "{name}: {text:.40}");
        assert_eq!(read(&document(name, text)).format, format);
    }
}

#[test]
fn an_openapi_file_tells_addresses_credentials_and_pages() {
    let description = api("kassandra.yaml", KASSANDRA);
    assert_eq!(description.base_urls, ["https://eu.kassandra.example/v3"]);
    assert_eq!(
        description.auth,
        [
            AuthScheme::ApiKeyHeader("X-Kassandra-Key".to_owned()),
            AuthScheme::OAuth2 { token_url: Some("https://id.kassandra.example/token".to_owned()) },
        ]
    );
    let text = overview(&description, Topic::SyncProducts);
    assert_eq!(
        text,
        "Base URL: https://eu.kassandra.example/v3\n\
         Authentication: API key in the header X-Kassandra-Key; or OAuth 2, tokens from \
         https://id.kassandra.example/token\n\
         - GET /dishes: All dishes of the account; pages by cursor; the next page by meta.next_cursor\n"
    );
    assert!(overview(&api("b.json", BONWERK), Topic::SyncProducts).contains("No operation fits"));
}

#[test]
fn each_topic_finds_its_operation() {
    let description = api("kassandra.yaml", KASSANDRA);
    let found = Topic::ALL.map(|topic| (topic, best(&description, topic)));
    assert_eq!(
        found.map(|(_, operation)| operation),
        [
            "GET /me",
            "GET /sites",
            "GET /sites/{siteId}",
            "GET /dishes",
            "POST /orders",
            "webhook order.statusChanged",
            "PUT /dishes/{id}/availability",
        ]
    );
}

#[test]
fn what_only_looks_like_a_topic_does_not_fit_it() {
    let paths = |path: &str, method: &str| {
        let text = json!({"openapi": "3.0.0", "paths": {path: {method: {}}}}).to_string();
        api("a.json", &text)
    };
    for (method, path, topic) in [
        ("get", "/orders/{id}/items", Topic::SyncProducts),
        ("get", "/items/{id}", Topic::SyncProducts),
        ("get", "/items/{id}/images", Topic::SyncProducts),
        ("get", "/item-categories", Topic::SyncProducts),
        ("post", "/items", Topic::SyncProducts),
        ("get", "/locations/{id}/hours", Topic::SyncOutlet),
        ("post", "/orders/search", Topic::OrderDispatch),
        ("post", "/orders/{id}/cancel", Topic::OrderDispatch),
        ("get", "/items/{id}", Topic::TestConnection),
        ("get", "/items/availability", Topic::SnoozeItems),
    ] {
        assert_eq!(best(&paths(path, method), topic), "", "{method} {path}");
    }
    for (method, path, topic) in [
        ("post", "/v2/catalog/search", Topic::SyncProducts),
        ("get", "/getMenuItems", Topic::SyncProducts),
        ("get", "/locations/{id}/menu-items/list", Topic::SyncProducts),
        ("get", "/itemsByCategory/{category}/menus/{id}", Topic::SyncProducts),
        ("get", "/api/v1/restaurant", Topic::SyncOutlet),
        ("post", "/orders/create", Topic::OrderDispatch),
        ("patch", "/stock/86", Topic::SnoozeItems),
    ] {
        assert_ne!(best(&paths(path, method), topic), "", "{method} {path}");
    }
}

#[test]
fn an_item_is_switched_by_changing_it_where_its_schema_says_so() {
    let text = "openapi: 3.0.0\ncomponents: {schemas: {Item: {properties: {isAvailable: {type: boolean}}}}}\n\
        paths: {'/sizes/{id}': {patch: {}}, '/plain-items/{id}': {patch: {}}, '/items/{id}': {patch: {requestBody: \
        {content: {application/json: {schema: {$ref: '#/components/schemas/Item'}}}}}}}\n";
    let description = api("a.yaml", text);
    let found = description.operations_for(Topic::SnoozeItems);
    let found: Vec<String> = found.into_iter().map(ToString::to_string).collect();
    assert_eq!(found, ["PATCH /items/{id}", "PATCH /plain-items/{id}"]);
}

#[test]
fn swagger_keeps_its_body_among_the_parameters_and_https_comes_first() {
    let description = api("bonwerk.json", BONWERK);
    assert_eq!(
        description.base_urls,
        ["https://api.bonwerk.example/rest", "http://api.bonwerk.example/rest"]
    );
    assert_eq!(description.auth, [AuthScheme::Basic, AuthScheme::ApiKeyQuery("apikey".to_owned())]);
    let bills = description.operations_for(Topic::OrderDispatch);
    assert_eq!(bills[0].request.examples[0].value, json!({"total": 1}));
    let branches = description.operations_for(Topic::ListRemoteOutlets);
    assert_eq!(description.pagination(branches[0]).parameters, ["offset", "limit"]);
}

#[test]
fn a_collection_fills_its_variables_and_reads_saved_answers() {
    let description = api("tillium.json", TILLIUM);
    assert_eq!(description.base_urls, ["https://tillium.example"]);
    assert_eq!(description.auth, [AuthScheme::Bearer]);
    let operations: Vec<String> = description.operations.iter().map(ToString::to_string).collect();
    assert_eq!(
        operations,
        ["GET /api/v1/products", "GET /api/v1/products/{sku}", "GET /api/v1/account"]
    );
    assert_eq!(description.operations[0].method, HttpMethod::Get);
    let pages = description.pagination(&description.operations[0]);
    assert_eq!(
        (pages.parameters, pages.fields),
        (vec!["page".to_owned()], vec!["has_more".to_owned()])
    );
}

#[test]
fn examples_become_samples_that_say_where_they_come_from() {
    let descriptions = [api("kassandra.yaml", KASSANDRA), api("tillium.json", TILLIUM)];
    let found = samples_from_descriptions(&descriptions, Topic::SyncProducts);
    let seen: Vec<(&str, &str, ExampleOrigin)> = found
        .iter()
        .map(|found| (found.sample.name.as_str(), found.operation.as_str(), found.origin))
        .collect();
    assert_eq!(
        seen,
        [
            ("documented-get-dishes-1", "GET /dishes", ExampleOrigin::PutTogether),
            ("documented-get-api-v1-products-2", "GET /api/v1/products", ExampleOrigin::Given),
        ]
    );
    // What the schema gives no value for is left out, and nothing is made up.
    assert_eq!(
        found[0].sample.payload,
        Some(json!({
            "meta": {"next_cursor": "abc"},
            "dishes": [{"id": "d-1", "title": "Soup", "priceCents": 450, "state": "ON"}]
        }))
    );
}

#[test]
fn a_catalogue_is_read_where_its_example_has_prices_also_by_post() {
    let answer = |example: Value| json!({"200": {"description": "", "content": {"application/json": {"example": example}}}});
    let types = json!({"objects": [{"type": "TAX", "id": "T1", "name": "Sales tax"}]});
    let items = json!({"objects": [{"type": "ITEM", "id": "I1", "money": {"amount": 150}}]});
    let text = |objects: &Value| {
        let paths = json!({
            "/v2/catalog/list": {"get": {"responses": answer(types.clone())}},
            "/v2/catalog/batch-delete": {"post": {"responses": answer(items.clone())}},
            "/v2/catalog/batch-retrieve": {"post": {"responses": answer(objects.clone())}},
        });
        json!({"openapi": "3.0.0", "info": {"title": "T", "version": "1"}, "paths": paths})
            .to_string()
    };
    let operation = |objects: &Value| {
        let found =
            samples_from_descriptions(&[api("s.json", &text(objects))], Topic::SyncProducts);
        found[0].operation.clone()
    };
    assert_eq!(operation(&items), "POST /v2/catalog/batch-retrieve");
    // Where none has prices, the one that fits best counts.
    assert_eq!(operation(&types), "GET /v2/catalog/list");
}

#[test]
fn every_webhook_example_is_a_sample_and_other_webhooks_are_none() {
    let found = samples_from_descriptions(&[api("k.yaml", KASSANDRA)], Topic::OrderStatusUpdate);
    let payloads: Vec<Option<Value>> =
        found.into_iter().map(|found| found.sample.payload).collect();
    assert_eq!(
        payloads,
        [
            Some(json!({"order": "o-1", "status": "READY"})),
            Some(json!({"order": "o-2", "status": "GONE"}))
        ]
    );
}

#[test]
fn a_test_of_the_connection_is_an_exchange_with_the_credential_in_its_place() {
    let found = samples_from_descriptions(&[api("k.yaml", KASSANDRA)], Topic::TestConnection);
    let sample = &found[0].sample;
    assert_eq!(sample.http[0].url, "https://eu.kassandra.example/v3/me");
    assert_eq!(sample.http[0].body, json!({"account": "Kitchen 1"}));
    assert_eq!(sample.http[0].request_headers["X-Kassandra-Key"], sample.connection.api_key);
    assert_eq!(sample.connection.base_url, "https://eu.kassandra.example/v3");
}

#[test]
fn examples_that_hold_nothing_are_no_samples() {
    let descriptions = [api("k.yaml", KASSANDRA)];
    // Its schema gives no values.
    assert_eq!(samples_from_descriptions(&descriptions, Topic::ListRemoteOutlets), []);
    // The payload is the standard's.
    assert_eq!(samples_from_descriptions(&descriptions, Topic::OrderDispatch), []);
    let empty = json!({"openapi": "3.0.0", "paths": {"/items": {"get": {"responses": {"200":
        {"content": {"application/json": {"example": {"items": []}}}}}}}}});
    let descriptions = [api("a.json", &empty.to_string())];
    assert_eq!(samples_from_descriptions(&descriptions, Topic::SyncProducts), []);
}

#[test]
fn a_required_property_without_a_value_leaves_no_example() {
    let text = "openapi: 3.0.0\npaths: {/items: {get: {responses: {200: {content: {application/json: \
        {schema: {type: array, items: {required: [id], properties: {id: {type: string}, \
        name: {example: Soup}, size: {example: L}}}}}}}}}}}\n";
    assert_eq!(samples_from_descriptions(&[api("a.yaml", text)], Topic::SyncProducts), []);
}

#[test]
fn samples_that_contradict_the_description_are_told_once_for_each_place() {
    let descriptions = [api("kassandra.yaml", KASSANDRA)];
    let sample = json!({"dishes": [
        {"id": "d-1", "title": "Soup", "priceCents": "4.50", "state": "PAUSED", "note": null, "new": 1},
        {"id": "d-2", "priceCents": "5.50", "state": "ON"}
    ]});
    let place = "kassandra.yaml, GET /dishes: $.dishes[]";
    assert_eq!(
        disagreements(&[&sample, &sample], &descriptions, Topic::SyncProducts),
        [
            format!("{place}.priceCents is said to be integer; a sample has the string \"4.50\""),
            format!(
                "{place}.state is said to be one of \"ON\", \"OFF\"; a sample has the string \"PAUSED\""
            ),
            format!("{place}.title is said to be always there; a sample leaves it out"),
        ]
    );
}

#[test]
fn samples_that_agree_or_resemble_nothing_are_not_spoken_of() {
    let descriptions = [api("kassandra.yaml", KASSANDRA), api("tillium.json", TILLIUM)];
    let fine = json!({"dishes": [{"id": "d", "title": "t", "priceCents": 450.0}]});
    let other = json!({"catalogue": {"entries": [{"id": 1}]}});
    let bare = json!([{"id": 1}]);
    let samples = [&fine, &other, &bare, &Value::Null];
    assert!(disagreements(&samples, &descriptions, Topic::SyncProducts).is_empty());
    let differs = json!({"items": [{"sku": 7}], "has_more": false});
    assert_eq!(
        disagreements(&[&differs], &descriptions, Topic::SyncProducts),
        [
            "tillium.json, GET /api/v1/products: $.items[].sku is said to be string; a sample has the number 7"
        ]
    );
}

#[test]
fn at_most_ten_disagreements_are_told() {
    let properties: Value = (0..30)
        .map(|n| (format!("f{n}"), json!({"type": "integer"})))
        .collect::<serde_json::Map<_, _>>()
        .into();
    let text = json!({"openapi": "3.0.0", "paths": {"/items": {"get": {"responses": {"200": {"content":
        {"application/json": {"schema": {"items": {"properties": properties}}}}}}}}}});
    let record: Value =
        (0..30).map(|n| (format!("f{n}"), json!("x"))).collect::<serde_json::Map<_, _>>().into();
    let sample = json!([record]);
    let found = disagreements(&[&sample], &[api("a.json", &text.to_string())], Topic::SyncProducts);
    assert_eq!(found.len(), 10);
}

#[test]
fn the_words_of_a_topic_find_its_sections_first() {
    let notes = "# Money\nPrices are in cents.\n# Opening hours\nA store has weekday hours.\n\
        # Snoozing\nAn item that is sold out is made unavailable.\n# Webhooks\nEach order status change \
        is sent as an event.\n";
    let library = Library::of(&[document("notes.md", notes), document("k.yaml", KASSANDRA)]);
    let provider = "kassandra".parse().unwrap();
    for (topic, heading) in [
        (Topic::SyncOutlet, "Opening hours"),
        (Topic::OrderStatusUpdate, "webhook order.statusChanged"),
        (Topic::SyncProducts, "GET /dishes"),
    ] {
        let query = Query::for_topic(&provider, topic);
        let found = library.index.search(&query, 3);
        assert!(found.iter().any(|(_, section)| section.heading.contains(heading)), "{found:?}");
        assert_eq!(found, library.index.search(&query, 3));
    }
    assert_eq!(library.index.search(&Query::of_text("zebra"), 3), []);
    assert_eq!(library.index.search(&Query::of_text("snoozing"), 1)[0].1.heading, "Snoozing");
}

#[test]
fn sections_of_an_api_name_operations_and_schemas() {
    let sections = read(&document("k.yaml", KASSANDRA)).sections;
    let dish = sections.iter().find(|s| s.heading == "Kassandra POS / Schema Dish").unwrap();
    assert!(dish.text.starts_with("Something to eat."), "{}", dish.text);
    assert!(dish.text.contains("- priceCents (integer, required)"));
    assert!(dish.text.contains("- state (string) Whether it is sold today. one of ON, OFF"));
    let list = "Kassandra POS / GET /dishes All dishes of the account";
    assert!(
        sections.iter().any(|s| s.heading == list && s.text.contains("- cursor (Query parameter)"))
    );
}
