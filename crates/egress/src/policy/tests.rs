//! Addresses as people and attackers write them.

mod properties;

use super::*;

fn open() -> Guard {
    Guard::any_public().allow_http()
}

fn refused(text: &str) -> EgressError {
    match open().check_url(text) {
        Ok(url) => panic!("{text} passed as {url}"),
        Err(error) => error,
    }
}

fn only(rules: &[&str]) -> Guard {
    Guard::only(rules.iter().map(|rule| rule.parse().unwrap()))
}

#[test]
fn public_addresses_pass() {
    for text in [
        "https://vendor.example/docs?a=b#c",
        "https://vendor.example:443/",
        "https://1.1.1.1/",
        "https://[2606:4700::1111]/",
        "https://b\u{fc}cher.example/",
        "HTTPS://VENDOR.EXAMPLE/",
    ] {
        assert!(Guard::any_public().check_url(text).is_ok(), "{text}");
    }
}

#[test]
fn every_spelling_of_a_special_address_is_refused() {
    for text in [
        "http://127.0.0.1/",
        "http://127.1/",
        "http://127.0.1/",
        "http://2130706433/",
        "http://0x7f000001/",
        "http://0x7f.1/",
        "http://0177.0.0.1/",
        "http://0177.0x0.0.1/",
        "http://017700000001/",
        "http://127.0.0.1./",
        "http://%31%32%37.0.0.1/",
        "http://\u{2460}\u{2461}\u{2466}.0.0.1/",
        "http://\u{ff11}27\u{3002}0\u{3002}0\u{3002}1/",
        "http://0/",
        "http://[::1]/",
        "http://[0:0:0:0:0:0:0:1]/",
        "http://[::ffff:127.0.0.1]/",
        "http://[::ffff:7f00:1]/",
        "http://[::127.0.0.1]/",
        "http://[64:ff9b::7f00:1]/",
        "http://[64:ff9b:1::7f00:1]/",
        "http://[2002:7f00:1::]/",
        "http://[2001:0:7f00:1::]/",
        "http://[fd00:ec2::254]/",
        "http://169.254.169.254/latest/meta-data/",
        "http://169.254.169.254./",
        "http://2852039166/",
        "http:127.0.0.1/",
        "http:///127.0.0.1/",
    ] {
        assert!(matches!(refused(text), EgressError::Address { .. }), "{text}: {}", refused(text));
    }
}

#[test]
fn a_refusal_says_what_is_wrong_and_what_would_be_right() {
    for (text, says) in [
        ("http://10.0.0.1/", "10.0.0.1 leads to a private address; only those on the public"),
        ("ftp://vendor.example/", "addresses with ftp: are not called; give one that begins with"),
        ("https://user:pw@vendor.example/", "leave out what stands before the @"),
        ("https://vendor.example:6379/", "port 6379 is not called; leave it out"),
        ("https://localhost/", "localhost is a name inside a local network"),
        ("https://vendor.example./", "the host vendor.example. ends with a dot"),
        ("vendor.example/docs", "give one like https://vendor.example/docs"),
        ("https://", "this is not a web address: empty host"),
    ] {
        let error = refused(text).to_string();
        assert!(error.contains(says), "{text}: {error}");
    }
}

#[test]
fn other_schemes_are_refused_and_http_unless_it_is_allowed() {
    for text in ["file:///etc/passwd", "gopher://a.example/", "data:,x", "blob:https://a.example/x"]
    {
        assert!(matches!(refused(text), EgressError::Scheme { .. }), "{text}");
    }
    let error = Guard::any_public().check_url("http://vendor.example/").unwrap_err();
    assert_eq!(error, EgressError::Scheme { scheme: "http".to_owned(), allowed: "https://" });
}

#[test]
fn what_reads_two_ways_is_refused() {
    for text in [
        "https://vendor.example\\@evil.example/",
        "https://vendor\t.example/",
        "https://vendor.example\n/",
        "https://vendor.example/\r\nHost:x",
        "https:\\\\vendor.example/",
        "https://ven dor.example/",
        "https://vendor.example:99999/",
        "https://[fe80::1%25eth0]/",
        "",
    ] {
        assert!(matches!(refused(text), EgressError::InvalidUrl { .. }), "{text:?}");
    }
    for text in ["https://vendor.example@evil.example/", "https://:pw@a.example/"] {
        assert_eq!(refused(text), EgressError::UserInfo, "{text}");
    }
    let long = format!("https://a.example/{}", "a".repeat(MAX_URL));
    assert!(matches!(refused(&long), EgressError::UrlTooLong { .. }));
}

#[test]
fn names_of_local_networks_are_refused_without_asking_anybody() {
    for name in
        ["localhost", "LOCALHOST", "a.localhost", "db", "metadata.google.internal", "a.local"]
    {
        let error = refused(&format!("http://{name}/"));
        assert!(matches!(error, EgressError::LocalName { .. }), "{name}");
    }
}

#[test]
fn a_list_of_hosts_is_all_that_may_be_called() {
    let guard = only(&["api.vendor.example", "*.till.example:8443"]);
    for text in ["https://api.vendor.example/x", "https://eu.till.example:8443/"] {
        assert!(guard.check_url(text).is_ok(), "{text}");
    }
    for text in [
        "https://api.vendor.example.evil.example/",
        "https://vendor.example/",
        "https://api.vendor.example:22/",
        "https://eu.till.example/",
        "https://till.example:8443/",
        "https://1.1.1.1/",
    ] {
        let error = guard.check_url(text).unwrap_err();
        assert!(matches!(error, EgressError::HostNotAllowed { .. }), "{text}");
        let says = "allowed: api.vendor.example, *.till.example:8443";
        assert!(error.to_string().ends_with(says), "{error}");
    }
    // A list makes no address public.
    let error = only(&["10.0.0.1"]).check_url("https://10.0.0.1/").unwrap_err();
    assert!(matches!(error, EgressError::Address { .. }));
    assert!(only(&[]).check_url("https://vendor.example/").is_err());
}

#[test]
fn an_allowed_private_address_is_allowed_at_its_port_and_opens_no_other() {
    let guard = open().allow_private(["127.0.0.1:8080".parse().unwrap()]);
    assert!(guard.check_url("http://127.0.0.1:8080/").is_ok());
    for text in [
        "http://127.0.0.1/",
        "http://127.0.0.2:8080/",
        "http://[::1]:8080/",
        "http://127.0.0.1:8081/",
        // Its port is not one for the rest of the world.
        "http://1.1.1.1:8080/",
    ] {
        assert!(guard.check_url(text).is_err(), "{text}");
    }
}

#[test]
fn one_bad_address_among_good_ones_is_enough() {
    let guard = open();
    let to = guard.check(&Url::parse("https://vendor.example/").unwrap()).unwrap();
    let check = |addresses: &[&str]| {
        let addresses: Vec<_> = addresses.iter().map(|text| text.parse().unwrap()).collect();
        guard.check_addresses(&to, &addresses)
    };
    assert_eq!(check(&["1.1.1.1:443", "[2606:4700::1111]:443"]), Ok(()));
    assert!(matches!(
        check(&["1.1.1.1:443", "[2606:4700::1111]:443", "10.0.0.1:443"]),
        Err(EgressError::Address { .. })
    ));
    assert!(matches!(check(&[]), Err(EgressError::Resolve { .. })));
    assert!(matches!(check(&["1.1.1.1:22"]), Err(EgressError::Port { .. })));
}
