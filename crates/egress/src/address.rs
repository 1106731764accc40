//! Which IP addresses belong to the public internet.
//!
//! IPv4 is public but for the networks of the table; IPv6 is the other way round, since only
//! `2000::/3` was ever given out. The tables are IANA's special-purpose registries (RFC 6890, as
//! they are today), and the metadata services of clouds that sit on addresses outside of them.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::{Ipv4Net, Ipv6Net};

/// Why an address is not for calls from here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Special {
    /// `0.0.0.0/8`, `::`: "this host".
    Unspecified,
    /// This machine.
    Loopback,
    /// A network behind someone's router, unique-local addresses of IPv6 among them.
    Private,
    /// Addresses that carriers share between customers.
    SharedByCarrier,
    /// This wire only; the metadata services of clouds are here.
    LinkLocal,
    /// Where a cloud tells a machine its secrets.
    Metadata,
    /// Examples in texts.
    Documentation,
    /// Measurements between devices.
    Benchmarking,
    /// Many receivers, or all of them.
    Multicast,
    /// Tunnels of IPv6 whose far end nobody can check.
    Tunnel,
    /// Given to nobody, or to protocols only.
    Reserved,
}

impl fmt::Display for Special {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Unspecified => "an unspecified",
            Self::Loopback => "a loopback",
            Self::Private => "a private",
            Self::SharedByCarrier => "a carrier's shared",
            Self::LinkLocal => "a link-local",
            Self::Metadata => "a cloud metadata",
            Self::Documentation => "a documentation",
            Self::Benchmarking => "a benchmarking",
            Self::Multicast => "a multicast",
            Self::Tunnel => "a tunnel",
            Self::Reserved => "a reserved",
        })
    }
}

const fn v4(a: u8, b: u8, c: u8, d: u8, prefix: u8) -> Ipv4Net {
    Ipv4Net::new_assert(Ipv4Addr::new(a, b, c, d), prefix)
}

const fn v6(first: [u16; 3], prefix: u8) -> Ipv6Net {
    let [a, b, c] = first;
    Ipv6Net::new_assert(Ipv6Addr::new(a, b, c, 0, 0, 0, 0, 0), prefix)
}

/// The first that contains an address names it.
const SPECIAL_V4: &[(Ipv4Net, Special)] = &[
    (v4(0, 0, 0, 0, 8), Special::Unspecified),
    (v4(10, 0, 0, 0, 8), Special::Private),
    (v4(100, 100, 100, 200, 32), Special::Metadata), // Alibaba
    (v4(100, 64, 0, 0, 10), Special::SharedByCarrier),
    (v4(127, 0, 0, 0, 8), Special::Loopback),
    (v4(168, 63, 129, 16, 32), Special::Metadata), // Azure; otherwise a public network
    (v4(169, 254, 169, 254, 32), Special::Metadata),
    (v4(169, 254, 0, 0, 16), Special::LinkLocal),
    (v4(172, 16, 0, 0, 12), Special::Private),
    (v4(192, 0, 0, 192, 32), Special::Metadata), // Oracle
    (v4(192, 0, 0, 0, 24), Special::Reserved),
    (v4(192, 0, 2, 0, 24), Special::Documentation),
    (v4(192, 88, 99, 0, 24), Special::Tunnel),
    (v4(192, 168, 0, 0, 16), Special::Private),
    (v4(198, 18, 0, 0, 15), Special::Benchmarking),
    (v4(198, 51, 100, 0, 24), Special::Documentation),
    (v4(203, 0, 113, 0, 24), Special::Documentation),
    (v4(224, 0, 0, 0, 4), Special::Multicast),
    (v4(240, 0, 0, 0, 4), Special::Reserved), // the broadcast address is its last
];

/// All of IPv6 that was given out; what lies outside is special.
const GLOBAL_UNICAST: Ipv6Net = v6([0x2000, 0, 0], 3);

const SPECIAL_V6: &[(Ipv6Net, Special)] = &[
    (v6([0xfd00, 0x0ec2, 0], 32), Special::Metadata),
    (v6([0xfc00, 0, 0], 7), Special::Private),
    (v6([0xfec0, 0, 0], 10), Special::Private), // site-local, the predecessor
    (v6([0xfe80, 0, 0], 10), Special::LinkLocal),
    (v6([0xff00, 0, 0], 8), Special::Multicast),
    (v6([0x2001, 0, 0], 32), Special::Tunnel), // Teredo
    (v6([0x2001, 2, 0], 48), Special::Benchmarking),
    (v6([0x2001, 0, 0], 23), Special::Reserved),
    (v6([0x2001, 0x0db8, 0], 32), Special::Documentation),
    (v6([0x3fff, 0, 0], 20), Special::Documentation),
];

/// What is special about an address; nothing where it is a public one.
///
/// An IPv4 address that is wrapped in an IPv6 one (mapped, NAT64, 6to4) counts as itself: that is
/// where the packets end.
#[must_use]
pub fn special(address: IpAddr) -> Option<Special> {
    match address {
        IpAddr::V4(v4) => special_v4(v4),
        IpAddr::V6(v6) => match embedded_v4(v6) {
            Some(v4) => special_v4(v4),
            None => special_v6(v6),
        },
    }
}

fn special_v4(address: Ipv4Addr) -> Option<Special> {
    SPECIAL_V4.iter().find(|(net, _)| net.contains(&address)).map(|&(_, special)| special)
}

fn special_v6(address: Ipv6Addr) -> Option<Special> {
    if address.is_unspecified() {
        return Some(Special::Unspecified);
    }
    if address.is_loopback() {
        return Some(Special::Loopback);
    }
    let listed = SPECIAL_V6.iter().find(|(net, _)| net.contains(&address));
    match listed {
        Some(&(_, special)) => Some(special),
        None if GLOBAL_UNICAST.contains(&address) => None,
        None => Some(Special::Reserved),
    }
}

/// The IPv4 address that an IPv6 address stands for. The old form `::a.b.c.d` is not among them:
/// it means nothing any more, and lies outside of what was given out.
fn embedded_v4(address: Ipv6Addr) -> Option<Ipv4Addr> {
    let pair = |high: u16, low: u16| {
        let [a, b] = high.to_be_bytes();
        let [c, d] = low.to_be_bytes();
        Ipv4Addr::new(a, b, c, d)
    };
    match address.segments() {
        // ::ffff:0:0/96, mapped.
        [0, 0, 0, 0, 0, 0xffff, high, low]
        // ::ffff:0:0:0/96, translated (RFC 2765).
        | [0, 0, 0, 0, 0xffff, 0, high, low]
        // 64:ff9b::/96, NAT64 (RFC 6052); the local 64:ff9b:1::/48 is not public at all.
        | [0x0064, 0xff9b, 0, 0, 0, 0, high, low]
        // 2002::/16, 6to4 (RFC 3056).
        | [0x2002, high, low, ..] => Some(pair(high, low)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Option<Special> {
        special(text.parse().unwrap())
    }

    #[test]
    fn public_addresses_are_not_special() {
        for text in [
            "1.1.1.1",
            "9.255.255.255",
            "100.63.255.255",
            "100.128.0.0",
            "168.63.129.17",
            "172.15.255.255",
            "172.32.0.0",
            "192.0.1.0",
            "198.17.255.255",
            "198.20.0.0",
            "223.255.255.255",
            "2606:4700::1111",
            "2a00:1450:4001::200e",
            "::ffff:8.8.8.8",
            "64:ff9b::808:808",
            "2002:808:808::1",
        ] {
            assert_eq!(of(text), None, "{text}");
        }
    }

    #[test]
    fn special_addresses_are_named_up_to_the_edges_of_their_networks() {
        for (text, expected) in [
            ("0.0.0.0", Special::Unspecified),
            ("0.255.255.255", Special::Unspecified),
            ("10.255.255.255", Special::Private),
            ("100.64.0.0", Special::SharedByCarrier),
            ("100.127.255.255", Special::SharedByCarrier),
            ("100.100.100.200", Special::Metadata),
            ("127.255.255.254", Special::Loopback),
            ("168.63.129.16", Special::Metadata),
            ("169.254.169.254", Special::Metadata),
            ("169.254.170.2", Special::LinkLocal),
            ("172.31.255.255", Special::Private),
            ("192.0.0.8", Special::Reserved),
            ("192.0.2.1", Special::Documentation),
            ("192.88.99.1", Special::Tunnel),
            ("192.168.0.1", Special::Private),
            ("198.19.255.255", Special::Benchmarking),
            ("198.51.100.7", Special::Documentation),
            ("203.0.113.7", Special::Documentation),
            ("239.255.255.255", Special::Multicast),
            ("240.0.0.1", Special::Reserved),
            ("255.255.255.255", Special::Reserved),
            ("::", Special::Unspecified),
            ("::1", Special::Loopback),
            ("::127.0.0.1", Special::Reserved),
            ("::8.8.8.8", Special::Reserved),
            ("64:ff9b:1::1", Special::Reserved),
            ("100::1", Special::Reserved),
            ("2001::1", Special::Tunnel),
            ("2001:2::1", Special::Benchmarking),
            ("2001:10::1", Special::Reserved),
            ("2001:db8::1", Special::Documentation),
            ("3fff:fff::1", Special::Documentation),
            ("5f00::1", Special::Reserved),
            ("fc00::1", Special::Private),
            ("fd00:ec2::254", Special::Metadata),
            ("fe80::1", Special::LinkLocal),
            ("fec0::1", Special::Private),
            ("ff02::1", Special::Multicast),
        ] {
            assert_eq!(of(text), Some(expected), "{text}");
        }
    }

    #[test]
    fn an_ipv4_address_wrapped_in_an_ipv6_one_counts_as_itself() {
        for text in [
            "::ffff:127.0.0.1",
            "::ffff:0:127.0.0.1",
            "64:ff9b::7f00:1",
            "2002:7f00:1::1",
            "2002:7f00:1:ffff:ffff:ffff:ffff:ffff",
        ] {
            assert_eq!(of(text), Some(Special::Loopback), "{text}");
        }
        assert_eq!(of("64:ff9b::a9fe:a9fe"), Some(Special::Metadata));
        assert_eq!(of("2002:a00:1::1"), Some(Special::Private));
    }
}
