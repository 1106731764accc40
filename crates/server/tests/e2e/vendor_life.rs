//! A vendor's life with us: connected, synced, ordered from, told of, changed under our feet, repaired.

mod vendor;

use reqwest::Method;
use serde_json::{Value, json};

use crate::connections::make_key;
use crate::support::{Server, TestDatabase};
use vendor::{API_KEY, Vendor};

const PROVIDER: &str = "sea-till";

/// A step over HTTP that must succeed.
async fn done(server: &Server, method: Method, path: &str, body: &Value) -> Value {
    let (status, answer) = server.call(method, path, Some(body)).await;
    assert_eq!(status, 200, "{path}: {answer:#}");
    answer
}

async fn post(server: &Server, path: &str, body: &Value) -> Value {
    done(server, Method::POST, path, body).await
}

fn run_path(topic: &str) -> String {
    format!("/api/v1/adapters/{PROVIDER}/{topic}/run")
}

/// Waits for a job to complete and takes its script into use; gives the script's number.
async fn activated(server: &Server, job: i64) -> i64 {
    let job = server.job_at_rest(job).await;
    assert_eq!(job["status"], "completed", "{job:#}");
    let script = job["resultScriptId"].as_i64().unwrap();
    let path = format!("/api/v1/adapter-scripts/{script}/activate");
    post(server, &path, &json!({})).await;
    script
}

/// Generates an adapter from samples and takes it into use.
async fn adapter(server: &Server, topic: &str, samples: Value) -> i64 {
    let request = json!({"provider": PROVIDER, "topic": topic, "samples": samples});
    activated(server, server.generate(&request).await).await
}

async fn open_drift(server: &Server) -> Vec<Value> {
    let (status, answer) =
        server.get(&format!("/api/v1/drift?provider={PROVIDER}&status=open")).await;
    assert_eq!(status, 200, "{answer}");
    answer["drift"].as_array().unwrap().clone()
}

#[tokio::test]
async fn a_vendor_is_connected_synced_ordered_from_and_mended_when_it_changes() {
    for database in TestDatabase::every().await {
        let vendor = Vendor::start();
        let (private, keys) = (vendor.address.to_string(), make_key("a"));
        let settings = [
            ("FORGE__CONNECTIONS__ALLOW_PRIVATE", private.as_str()),
            ("FORGE__VAULT__KEYS", keys.as_str()),
        ];
        let server = Server::start(&database, None, &settings);
        let account =
            json!({"baseUrl": vendor.base(), "apiKey": API_KEY, "config": {"store": "7"}});
        let connection = format!("/api/v1/provider-connections/{PROVIDER}");
        done(&server, Method::PUT, &connection, &account).await;

        // The catalogue has two pages, and the vendor no time for us at first.
        let first = adapter(&server, "sync_products", vendor::recorded_catalogue()).await;
        let sync = run_path("sync_products");
        let run = post(&server, &sync, &json!({})).await["run"].clone();
        assert_eq!((&run["valid"], &run["outputCount"]), (&json!(true), &json!(3)), "{run:#}");
        assert_eq!(run["output"]["products"][2]["price"], json!(1.5), "{run:#}");

        // An order goes out, and its status comes back.
        adapter(&server, "order_dispatch", vendor::dispatch_samples()).await;
        let order = json!({"payload": vendor::an_order("o-7"), "send": true, "retry": true});
        let run = post(&server, &run_path("order_dispatch"), &order).await["run"].clone();
        assert_eq!(run["delivered"], json!(true), "{run:#}");
        let sent = vendor.order();
        assert_eq!(sent.body["reference"], "o-7");
        adapter(&server, "order_status_update", vendor::status_samples()).await;
        let hook = json!({"payload": vendor::webhook("o-7", "ACCEPTED")});
        let run = post(&server, &run_path("order_status_update"), &hook).await["run"].clone();
        assert_eq!(run["output"]["externalOrderId"], "o-7", "{run:#}");
        assert_eq!(run["output"]["status"], "accepted", "{run:#}");
        assert!(open_drift(&server).await.is_empty());

        // Half-time: the vendor calls a field otherwise. People are told, and nothing else.
        vendor.rename_a_field();
        let nothing = json!({});
        let (status, answer) = server.post(&sync, &nothing).await;
        assert_eq!(status, 422, "{answer:#}");
        let drift = open_drift(&server).await;
        assert_eq!((drift.len(), &drift[0]["kind"]), (1, &json!("threw")), "{drift:#?}");
        let failure = drift[0]["failure"].as_str().unwrap();
        assert!(failure.contains("price"), "{failure}");
        assert_eq!((&drift[0]["scriptId"], &drift[0]["count"]), (&json!(first), &json!(1)));
        assert_eq!(drift[0]["repairJobId"], 0);

        // From now on the vendor's scripts are repaired. A storm makes one job.
        let policy = format!("/api/v1/providers/{PROVIDER}/policy");
        done(&server, Method::PUT, &policy, &json!({"repair": "on"})).await;
        let storm = (0..20).map(|_| server.post(&sync, &nothing));
        futures::future::join_all(storm).await;
        let drift = open_drift(&server).await;
        assert_eq!((drift.len(), &drift[0]["count"]), (1, &json!(21)), "{drift:#?}");
        let repair = drift[0]["repairJobId"].as_i64().unwrap();
        let jobs = format!("/api/v1/adapter-scripts/jobs?provider={PROVIDER}&topic=sync_products");
        let (_, answer) = server.get(&jobs).await;
        assert_eq!(answer["jobs"].as_array().unwrap().len(), 2, "{answer:#}");

        // What is kept of the failing answers shows the failure and nobody's data.
        let path = format!("/api/v1/drift/{}", drift[0]["id"]);
        let (_, answer) = server.get(&path).await;
        assert_eq!(answer["drift"]["reproduced"], json!(true), "{answer:#}");
        for own in [API_KEY, vendor::CONTACT_NAME, vendor::CONTACT_EMAIL] {
            assert!(!answer.to_string().contains(own), "{own} in {answer:#}");
        }

        // The candidate waits for review. In use, it syncs again, and nothing is open any more.
        let second = activated(&server, repair).await;
        let run = post(&server, &sync, &json!({})).await["run"].clone();
        assert_eq!((&run["valid"], &run["scriptId"]), (&json!(true), &json!(second)), "{run:#}");
        assert_eq!(run["output"]["products"][2]["price"], json!(1.5), "{run:#}");
        assert!(open_drift(&server).await.is_empty());

        let told = format!("{}{}", database.dump().await, server.metrics().await);
        for own in [API_KEY, vendor::CONTACT_NAME, vendor::CONTACT_EMAIL] {
            assert!(!told.contains(own), "{own} is kept");
        }
        for counted in [
            "adapter_forge_live_runs_total{topic=\"sync_products\",outcome=\"failed\"} 21",
            "adapter_forge_drift_total{kind=\"threw\"} 21",
            "adapter_forge_repairs_total 1",
        ] {
            assert!(told.contains(counted), "{counted}");
        }
        drop(server);
        database.remove().await;
    }
}
