//! The trace that a request belongs to.
//!
//! A caller that traces says so in the header `traceparent` of W3C Trace Context. Its trace is taken
//! over, so that our log lines are found by the number that the caller knows. Others get a new one.

use http::HeaderName;
use tower_http::request_id::{MakeRequestId, RequestId};
use tracing::Span;

const TRACEPARENT: HeaderName = HeaderName::from_static("traceparent");

/// The trace of a request without an `X-Request-Id`: its answer carries the trace there.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct RequestIdFromTrace;

impl MakeRequestId for RequestIdFromTrace {
    fn make_request_id<B>(&mut self, request: &http::Request<B>) -> Option<RequestId> {
        let id = given(request).map_or_else(made, |given| given.trace);
        id.parse().ok().map(RequestId::new)
    }
}

/// A trace, and the span in it that called us.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Given {
    /// 32 lower-case hexadecimal digits, not all zero.
    pub(crate) trace: String,
    /// 16 of them.
    parent: String,
}

/// Makes the span of a request part of the caller's trace; of none, part of the one that its id
/// names, so that logs and traces have the same number for it.
pub(crate) fn join(span: &Span, given: Option<&Given>, request_id: &str) {
    let number = |digits: &str| u128::from_str_radix(digits, 16).ok();
    let (trace, parent) = match given {
        Some(Given { trace, parent }) => (number(trace), number(parent)),
        None if is_hex(request_id, 32) => {
            let trace = number(request_id);
            (trace, trace.map(|trace| trace >> 64))
        }
        None => return,
    };
    if let (Some(trace), Some(parent)) = (trace, parent.and_then(|id| u64::try_from(id).ok())) {
        engine::join_trace(span, trace, parent);
    }
}

/// The trace of a `traceparent` that is well formed. One of a
/// later version may go on after the fields of this one.
pub(crate) fn given<B>(request: &http::Request<B>) -> Option<Given> {
    let mut values = request.headers().get_all(TRACEPARENT).iter();
    let (Some(value), None) = (values.next(), values.next()) else { return None };
    let mut parts = value.to_str().ok()?.split('-');
    let [version, trace, parent, flags] = [(); 4].map(|()| parts.next().unwrap_or_default());
    let later = version != "00";
    let sound = is_hex(version, 2)
        && version != "ff"
        && is_hex(trace, 32)
        && is_hex(parent, 16)
        && is_hex(flags, 2)
        && (later || parts.next().is_none())
        && [trace, parent].iter().all(|id| id.contains(|digit| digit != '0'));
    sound.then(|| Given { trace: trace.to_owned(), parent: parent.to_owned() })
}

fn is_hex(text: &str, length: usize) -> bool {
    text.len() == length && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

fn made() -> String {
    // Never zero but for one chance in 10^38.
    format!("{:032x}", rand::random::<u128>())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn given_by(header: &str) -> Option<String> {
        let request = http::Request::builder().header(TRACEPARENT, header).body(()).unwrap();
        given(&request).map(|given| given.trace)
    }

    const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";

    #[test]
    fn a_callers_trace_is_taken_over() {
        for header in [
            format!("00-{TRACE}-00f067aa0ba902b7-01"),
            format!("00-{TRACE}-00f067aa0ba902b7-00"),
            format!("01-{TRACE}-00f067aa0ba902b7-01-more"),
        ] {
            assert_eq!(given_by(&header).as_deref(), Some(TRACE), "{header}");
        }
    }

    #[test]
    fn what_is_no_trace_is_not() {
        let zero = "0".repeat(32);
        for header in [
            String::new(),
            TRACE.to_owned(),
            format!("ff-{TRACE}-00f067aa0ba902b7-01"),
            format!("00-{TRACE}-00f067aa0ba902b7-01-more"),
            format!("00-{TRACE}-0000000000000000-01"),
            format!("00-{zero}-00f067aa0ba902b7-01"),
            format!("00-{}-00f067aa0ba902b7-01", TRACE.to_uppercase()),
            format!("00-{}-00f067aa0ba902b7-01", TRACE.trim_start_matches('4')),
            format!("00-{TRACE}-00f067aa0ba902b7"),
        ] {
            assert_eq!(given_by(&header), None, "{header}");
        }
    }

    #[test]
    fn a_new_trace_has_the_form_of_one() {
        assert!(is_hex(&made(), 32));
        assert_ne!(made(), made());
    }
}
