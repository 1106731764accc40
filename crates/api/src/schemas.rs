//! OpenAPI schemas of what the domain defines, taken from the domain's own lists so that they
//! cannot fall behind.

use domain::{
    AuditAction, ConnectionStatus, DriftKind, DriftStatus, HttpMethod, Priority, RepairPolicy,
    SLUG_PATTERN, ScriptStatus, Stage, Status, Topic,
};
use serde_json::Value;
use utoipa::openapi::schema::{Object, ObjectBuilder, SchemaType, Type};

fn words<const N: usize>(words: [&'static str; N]) -> Object {
    ObjectBuilder::new().schema_type(Type::String).enum_values(Some(words)).build()
}

fn text(description: &str) -> ObjectBuilder {
    ObjectBuilder::new().schema_type(Type::String).description(Some(description))
}

pub(crate) fn topic() -> Object {
    words(Topic::ALL.map(Topic::as_str))
}

pub(crate) fn priority() -> Object {
    words(Priority::ALL.map(Priority::as_str))
}

pub(crate) fn status() -> Object {
    words(Status::ALL.map(Status::as_str))
}

pub(crate) fn stage() -> Object {
    words(Stage::ALL.map(Stage::as_str))
}

pub(crate) fn script_status() -> Object {
    words(ScriptStatus::ALL.map(ScriptStatus::as_str))
}

pub(crate) fn audit_action() -> Object {
    words(AuditAction::ALL.map(AuditAction::as_str))
}

/// The name of a key.
pub(crate) fn key_name() -> Object {
    text("The name of a key, such as till team.").pattern(Some(r"^[^\x00-\x1f\x7f-\x9f]*$")).build()
}

/// Words by the rule of `domain::Reason`.
pub(crate) fn reason() -> Object {
    const NEVER: &str = r"\x00-\x09\x0b-\x1f\x7f-\x9f";
    text("Why, in words for those who read the audit.")
        .pattern(Some(format!(r"^[^{NEVER}\s][^{NEVER}]{{0,999}}$")))
        .build()
}

pub(crate) fn optional_reason() -> Object {
    or_null(reason())
}

pub(crate) fn connection_status() -> Object {
    words(ConnectionStatus::ALL.map(ConnectionStatus::as_str))
}

pub(crate) fn optional_connection_status() -> Object {
    or_null(connection_status())
}

pub(crate) fn drift_kind() -> Object {
    words(DriftKind::ALL.map(DriftKind::as_str))
}

pub(crate) fn drift_status() -> Object {
    words(DriftStatus::ALL.map(DriftStatus::as_str))
}

pub(crate) fn repair_policy() -> Object {
    words(RepairPolicy::ALL.map(RepairPolicy::as_str))
}

/// A number that the database gave out.
pub(crate) fn number() -> Object {
    text("A number, like 7.").pattern(Some("^[1-9][0-9]{0,17}$")).build()
}

pub(crate) fn provider() -> Object {
    text("The vendor, such as square or my-till.").pattern(Some(SLUG_PATTERN)).build()
}

pub(crate) fn optional_provider() -> Object {
    or_null(provider())
}

/// A connection's name.
pub(crate) fn slug() -> Object {
    text("The connection's name, such as that of its vendor.").pattern(Some(SLUG_PATTERN)).build()
}

pub(crate) fn optional_slug() -> Object {
    or_null(slug())
}

/// The same, or null, which says as little as leaving it out.
fn or_null(mut object: Object) -> Object {
    object.schema_type = SchemaType::from_iter([Type::String, Type::Null]);
    if let Some(words) = &mut object.enum_values {
        words.push(Value::Null);
    }
    object
}

/// A document's or sample's name, by the rule of `domain::DocumentName`.
pub(crate) fn file_name() -> Object {
    const NEVER: &str = r"\x00-\x1f\x7f-\x9f/\\\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff";
    const BLANK: &str = r" \xa0\u1680\u2000-\u200a\u202f\u205f\u3000";
    ObjectBuilder::new()
        .schema_type(Type::String)
        .pattern(Some(format!("^[^{NEVER}{BLANK}.]([^{NEVER}]{{0,126}}[^{NEVER}{BLANK}])?$")))
        .description(Some("A name like a file's, such as api.md."))
        .build()
}

/// The same, or null, which says as little as leaving it out.
pub(crate) fn optional_file_name() -> Object {
    or_null(file_name())
}

/// The `nextCursor` of a page; empty for the first.
pub(crate) fn cursor() -> Object {
    text("The `nextCursor` of the page before.").pattern(Some("^([1-9][0-9]{0,17})?$")).build()
}

fn any_json() -> Object {
    ObjectBuilder::new().schema_type(SchemaType::AnyValue).build()
}

/// A recorded exchange in its nested form.
pub(crate) fn exchange() -> Object {
    let headers =
        || ObjectBuilder::new().additional_properties(Some(text("A header's value."))).build();
    let request = ObjectBuilder::new()
        .property("method", words(HttpMethod::ALL.map(HttpMethod::as_str)))
        .property("url", text("Absolute, or a path with its query."))
        .required("url")
        .property("headers", headers())
        .property("body", any_json());
    let response = ObjectBuilder::new()
        .property("statusCode", ObjectBuilder::new().schema_type(Type::Integer))
        .property("headers", headers())
        .property("body", any_json());
    ObjectBuilder::new()
        .description(Some(
            "One recorded request and its answer. The flat form {method, url, statusCode, headers, \
             body} is read as well.",
        ))
        .property("request", request)
        .required("request")
        .property("response", response)
        .required("response")
        .build()
}

/// A list of recorded exchanges.
pub(crate) fn exchanges() -> utoipa::openapi::schema::Array {
    utoipa::openapi::schema::ArrayBuilder::new().items(exchange()).build()
}
