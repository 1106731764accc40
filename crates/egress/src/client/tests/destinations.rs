//! Where connections go.

use std::io;
use std::sync::Mutex;

use super::*;

/// Gives its answers one after the other, and then none.
struct Answers(Mutex<Vec<Vec<SocketAddr>>>);

#[async_trait]
impl Resolver for Answers {
    async fn resolve(&self, _: &str, _: u16) -> io::Result<Vec<SocketAddr>> {
        let mut answers = self.0.lock().unwrap();
        if answers.is_empty() {
            return Err(io::Error::other("no such name"));
        }
        Ok(answers.remove(0))
    }
}

fn answers(answers: &[&[&str]]) -> Answers {
    let parse = |answer: &&[&str]| answer.iter().map(|text| text.parse().unwrap()).collect();
    Answers(Mutex::new(answers.iter().map(parse).collect()))
}

#[tokio::test]
async fn a_name_that_leads_inside_is_refused() {
    for answer in [
        &["127.0.0.1:443"][..],
        &["1.1.1.1:443", "10.0.0.1:443"],
        &["[::ffff:127.0.0.1]:443", "1.1.1.1:443"],
        &["169.254.169.254:443"],
        &["[fd00:ec2::254]:443"],
    ] {
        let client =
            GuardedClient::new(Guard::any_public(), limits()).with_resolver(answers(&[answer]));
        let error = get(&client, "https://vendor.example/?key=secret").await.unwrap_err();
        assert!(matches!(error, EgressError::Address { .. }), "{answer:?}: {error}");
        let text = error.to_string();
        // Nor does it tell what the name stands for.
        assert!(!text.contains("secret") && !text.contains("10.0.0.1"), "{text}");
    }
}

#[tokio::test]
async fn a_name_without_an_address_may_have_one_later() {
    for resolver in [answers(&[]), answers(&[&[]])] {
        let client = GuardedClient::new(Guard::any_public(), limits()).with_resolver(resolver);
        let error = get(&client, "https://vendor.example/").await.unwrap_err();
        assert_eq!(error, EgressError::Resolve { host: "vendor.example".to_owned() });
        assert!(error.is_transient());
    }
}

#[tokio::test]
async fn the_connection_goes_to_what_was_checked_and_the_name_is_asked_for_once() {
    let server = Server::answering(|_| page("200 OK", &[], b"checked")).await;
    let resolver = answers(&[&[&server.address.to_string()]]);
    let client = client([&server]).with_resolver(resolver);
    let url = format!("http://vendor.example:{}/", server.address.port());
    let response = get(&client, &url).await.unwrap();
    assert_eq!(response.body, "checked");
    let [request] = server.requests().try_into().unwrap();
    let host = format!("host: vendor.example:{}\r\n", server.address.port());
    assert!(request.contains(&host), "{request}");
}

#[tokio::test]
async fn a_name_that_changes_its_meaning_is_refused_at_the_next_call() {
    let server = Server::answering(|_| page("302 Found", &[("Location", "/again")], b"")).await;
    let first = server.address.to_string();
    let inside = format!("127.0.0.2:{}", server.address.port());
    let client = client([&server]).with_resolver(answers(&[&[&first], &[&inside]]));
    let url = format!("http://vendor.example:{}/", server.address.port());
    let error = get(&client, &url).await.unwrap_err();
    let EgressError::Redirect { source } = error else { panic!("{error}") };
    assert!(matches!(*source, EgressError::Address { .. }), "{source}");
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn the_policy_is_kept_at_each_call_and_not_only_at_the_door() {
    let client = GuardedClient::new(Guard::any_public(), limits());
    for url in ["http://vendor.example/", "https://127.0.0.1/", "https://u@vendor.example/"] {
        assert!(!get(&client, url).await.unwrap_err().is_transient(), "{url}");
    }
}

#[tokio::test]
async fn where_nobody_listens_the_error_names_the_host_and_no_secret() {
    let server = Server::answering(|_| Vec::new()).await;
    // Bound and let go: nobody has it.
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let free = listener.local_addr().unwrap();
    drop(listener);
    let mut client = client([&server]);
    client.guard = client.guard.allow_private([free]);
    let error = get(&client, &format!("http://{free}/?key=secret")).await.unwrap_err();
    assert_eq!(error.to_string(), "no connection to 127.0.0.1: connection refused");
    assert!(error.is_transient());
}

/// Variables of the environment are read once by a process, so another one has them.
#[test]
fn a_proxy_of_the_environment_is_not_asked() {
    let name = "client::tests::a_page_comes_with_its_status_headers_and_body";
    let proxy = "http://127.0.0.1:1";
    let output = std::process::Command::new(std::env::current_exe().unwrap())
        .args(["--exact", name])
        .envs(
            ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"]
                .map(|variable| (variable, proxy)),
        )
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && said.contains("1 passed"), "{said}");
}
