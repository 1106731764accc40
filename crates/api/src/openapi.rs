//! The OpenAPI description. Each route describes itself; what holds for all of them is added here.

use utoipa::openapi::path::Operation;
use utoipa::openapi::security::{ApiKey, ApiKeyValue, SecurityRequirement, SecurityScheme};
use utoipa::openapi::{Components, ContentBuilder, OpenApi, Ref, ResponseBuilder};

use crate::routes;

const SECURITY_SCHEME: &str = "apiKeyAuth";

#[derive(utoipa::OpenApi)]
#[openapi(
    info(
        title = "adapter-forge",
        description = "Writes, tests and keeps the small scripts that turn a point-of-sale vendor's \
                       data into one standard shape. Start a job, poll it, answer its question if it \
                       has one, and review the script.\n\nEvery success is `{\"code\", \"isSuccess\", \
                       \"message\", …}`, every error `{\"error\": {\"code\", \"message\", \"details\", \
                       \"field\"}}`."
    ),
    tags(
        (name = "jobs", description = "Jobs that write scripts"),
        (name = "scripts", description = "Saved scripts and their review"),
        (name = "knowledge", description = "Documents and samples of vendors"),
        (name = "connections", description = "Accounts at vendors, and active scripts at work on them"),
        (name = "audit", description = "Who did what when"),
        (name = "drift", description = "Scripts in use that break because a vendor changed something, and what is done about it"),
        (name = "auth", description = "API keys"),
        (name = "health", description = "For operators; no key needed"),
    )
)]
pub(crate) struct Description;

/// The description of every route.
#[must_use]
pub fn openapi() -> OpenApi {
    let mut openapi = routes::all().into_openapi();
    openapi.components.get_or_insert_with(Components::new).add_security_scheme(
        SECURITY_SCHEME,
        SecurityScheme::ApiKey(ApiKey::Header(ApiKeyValue::with_description(
            "X-Api-Key",
            "Made by `adapter-forge keys create`. Its scopes are jobs:read, jobs:write, \
             scripts:review, connections:read, connections:write, adapters:run or admin, which allows everything.",
        ))),
    );
    for (path, item) in &mut openapi.paths.paths {
        let needs_key = path.starts_with("/api/v1/");
        let operations = [&mut item.get, &mut item.put, &mut item.post, &mut item.delete];
        for operation in operations.into_iter().flatten() {
            add_common_errors(operation, needs_key);
        }
    }
    openapi
}

/// What can happen to any request, besides what the route says of itself.
fn add_common_errors(operation: &mut Operation, needs_key: bool) {
    let mut common = vec![
        ("500", "Something went wrong on our side; tells nothing of the inside"),
        ("503", "The database or the sandbox is unavailable; Retry-After says when to try again"),
    ];
    if needs_key {
        let no_scopes: [&str; 0] = [];
        operation.security = Some(vec![SecurityRequirement::new(SECURITY_SCHEME, no_scopes)]);
        common.push(("401", "There is no valid API key"));
        common.push(("403", "The API key does not have the scope that is named"));
        common.push(("429", "Too many requests of this key, or too many jobs wait; Retry-After says when to try again"));
        common.push(("400", "A part of the request is not acceptable; `field` names it"));
    }
    if operation.request_body.is_some() {
        common.push(("408", "The body did not arrive in time"));
        common.push(("413", "The body is too large"));
        common.push(("415", "The body is of another type than expected"));
    }
    for (status, description) in common {
        operation.responses.responses.entry(status.to_owned()).or_insert_with(|| {
            let content = ContentBuilder::new().schema(Some(Ref::from_schema_name("ErrorBody")));
            ResponseBuilder::new()
                .description(description)
                .content("application/json", content.build())
                .build()
                .into()
        });
    }
}
