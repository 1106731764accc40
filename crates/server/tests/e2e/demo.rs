//! `adapter-forge demo`.

use crate::support::binary;

#[test]
fn the_demo_ends_both_jobs_completed() {
    let output = binary().arg("demo").output().unwrap();
    let shown = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{shown}\n{}", String::from_utf8_lossy(&output.stderr));
    for part in ["function transform(input", "\"itemCode\"", "--- The question", "--- The answer"] {
        assert!(shown.contains(part), "no {part:?} in:\n{shown}");
    }
}
