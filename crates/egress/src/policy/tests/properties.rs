//! No address that is not public passes, however it comes.

use std::net::{Ipv4Addr, Ipv6Addr};

use proptest::prelude::*;

use super::*;

/// An IPv4 address that is not public, from a list that was written apart from the table.
fn special_v4() -> impl Strategy<Value = Ipv4Addr> {
    let below = |first: &str, last: &str| {
        let [first, last]: [u32; 2] =
            [first, last].map(|text| u32::from(text.parse::<Ipv4Addr>().unwrap()));
        (first..=last).prop_map(Ipv4Addr::from).boxed()
    };
    prop::strategy::Union::new([
        below("0.0.0.0", "0.255.255.255"),
        below("10.0.0.0", "10.255.255.255"),
        below("100.64.0.0", "100.127.255.255"),
        below("127.0.0.0", "127.255.255.255"),
        below("169.254.0.0", "169.254.255.255"),
        below("172.16.0.0", "172.31.255.255"),
        below("192.0.0.0", "192.0.0.255"),
        below("192.0.2.0", "192.0.2.255"),
        below("192.168.0.0", "192.168.255.255"),
        below("198.18.0.0", "198.19.255.255"),
        below("198.51.100.0", "198.51.100.255"),
        below("203.0.113.0", "203.0.113.255"),
        below("224.0.0.0", "255.255.255.255"),
    ])
}

fn special_v6() -> impl Strategy<Value = Ipv6Addr> {
    let high = |segments: std::ops::RangeInclusive<u16>| {
        (segments, any_u128())
            .prop_map(|(first, rest)| Ipv6Addr::from((u128::from(first) << 112) | (rest >> 16)))
    };
    prop_oneof![
        high(0x0000..=0x0000).prop_filter("stands for IPv4", |v6| {
            !matches!(v6.segments(), [0, 0, 0, 0, 0, 0xffff, ..] | [0, 0, 0, 0, 0xffff, 0, ..])
        }),
        high(0x0065..=0x1fff),
        high(0x4000..=0xffff),
        any_u128().prop_map(|bits| Ipv6Addr::from((0x2001_0db8 << 96) | (bits >> 32))),
        any_u128().prop_map(|bits| Ipv6Addr::from((0x2001_0000 << 96) | (bits >> 32))),
        any_u128().prop_map(|bits| Ipv6Addr::from((0xfd00_0ec2 << 96) | (bits >> 32))),
    ]
}

fn any_u128() -> impl Strategy<Value = u128> {
    prop::num::u128::ANY
}

/// The ways to write an IPv4 address in a URL.
fn spellings(address: Ipv4Addr) -> Vec<String> {
    let [a, b, c, d] = address.octets();
    let bits = u32::from(address);
    let (high, low) = (bits >> 16, bits & 0xffff);
    vec![
        address.to_string(),
        format!("{address}."),
        bits.to_string(),
        format!("{bits:#x}"),
        format!("0{bits:o}"),
        format!("{a}.{}", bits & 0x00ff_ffff),
        format!("{a}.{b}.{low}"),
        format!("{a:#x}.0{b:o}.{c}.{d:#X}"),
        format!("[::{address}]"),
        format!("[::ffff:{address}]"),
        format!("[::ffff:{high:x}:{low:x}]"),
        format!("[::ffff:0:{high:x}:{low:x}]"),
        format!("[64:ff9b::{high:x}:{low:x}]"),
        format!("[2002:{high:x}:{low:x}::1]"),
    ]
}

proptest! {
    #[test]
    fn no_special_ipv4_address_passes_however_it_is_written(address in special_v4()) {
        for text in spellings(address) {
            let result = open().check_url(&format!("http://{text}/"));
            prop_assert!(matches!(result, Err(EgressError::Address { .. })), "{text}: {result:?}");
        }
    }

    #[test]
    fn no_special_ipv6_address_passes(address in special_v6()) {
        let result = open().check_url(&format!("http://[{address}]/"));
        prop_assert!(matches!(result, Err(EgressError::Address { .. })), "{address}: {result:?}");
    }

    #[test]
    fn what_the_standard_library_knows_as_special_never_passes(bits in prop::num::u32::ANY) {
        let v4 = Ipv4Addr::from(bits);
        let known = v4.is_private() || v4.is_loopback() || v4.is_link_local() || v4.is_broadcast()
            || v4.is_documentation() || v4.is_multicast() || v4.is_unspecified();
        prop_assert!(!known || special(v4.into()).is_some(), "{v4}");
    }

    #[test]
    fn a_name_that_leads_to_a_special_address_is_refused(
        v4 in special_v4(),
        v6 in special_v6(),
        place in 0..3_usize,
    ) {
        let guard = open();
        let to = guard.check(&Url::parse("https://vendor.example/").unwrap()).unwrap();
        for bad in [IpAddr::V4(v4), IpAddr::V6(v6), IpAddr::V6(v4.to_ipv6_mapped())] {
            let mut addresses = vec![SocketAddr::from(([1, 1, 1, 1], 443)); 2];
            addresses.insert(place, SocketAddr::new(bad, 443));
            let result = guard.check_addresses(&to, &addresses);
            prop_assert!(matches!(result, Err(EgressError::Address { .. })), "{bad}");
        }
    }

    #[test]
    fn no_text_makes_the_check_panic(text in ".*") {
        let _ = open().check_url(&text);
        let _ = text.parse::<HostRule>();
    }
}
