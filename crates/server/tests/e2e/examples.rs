//! The calls that the documentation shows, made by the tools that it shows them for.

use std::process::Command;

use crate::support::{Server, TestDatabase, plain_request};

fn prints_completed(program: &str, arguments: &[&str]) {
    let Ok(output) = Command::new(program).args(arguments).output() else {
        println!("skipped: {program} is not installed");
        return;
    };
    let shown = String::from_utf8_lossy(&output.stdout);
    let trouble = String::from_utf8_lossy(&output.stderr);
    assert!(shown.contains("completed"), "{program}: {shown}{trouble}");
}

#[tokio::test(flavor = "multi_thread")]
async fn curl_python_and_javascript_see_the_job() {
    let database = TestDatabase::sqlite();
    let server = Server::start(&database, None, &[]);
    let id = server.generate(&plain_request("my-till", 1)).await;
    server.job_at_rest(id).await;
    let url = format!("{}/api/v1/adapter-scripts/jobs/{id}", server.base);
    let key = &server.key;

    prints_completed("curl", &["--silent", &url, "--header", &format!("X-Api-Key: {key}")]);
    let python = format!(
        "import json, urllib.request as u\n\
         r = u.Request({url:?}, headers={{'X-Api-Key': {key:?}}})\n\
         print(json.load(u.urlopen(r))['job']['status'])"
    );
    prints_completed("python3", &["-c", &python]);
    let javascript = format!(
        "fetch({url:?}, {{headers: {{'X-Api-Key': {key:?}}}}})\
         .then(r => r.json()).then(a => console.log(a.job.status))"
    );
    prints_completed("node", &["-e", &javascript]);
}
