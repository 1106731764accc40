//! The guarded client: check, look up, check again, connect to what was checked.

use std::error::Error;
use std::net::SocketAddr;
use std::sync::Arc;

use async_trait::async_trait;
use bytes::BytesMut;
use http::header::{CONTENT_ENCODING, HeaderMap, HeaderValue, USER_AGENT};
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use rustls::ClientConfig;
use url::Url;

use crate::failure::classify;
use crate::policy::Destination;
use crate::request::size;
use crate::{
    EgressError, Guard, Limits, Request, Resolver, Response, SystemResolver, redirect, tls,
};

/// The seam between what wants to call somebody and the network.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait Egress: Send + Sync {
    /// Whether an address may be called, as far as its text says. For an answer at the door;
    /// [`Self::send`] checks it again.
    ///
    /// # Errors
    /// Which rule refuses it.
    fn check_url(&self, text: &str) -> Result<Url, EgressError>;

    /// Makes a call and follows where it is redirected.
    ///
    /// # Errors
    /// Which rule refused it, which limit it met, or what the network said. An answer with an
    /// error's status is an answer.
    async fn send(&self, request: Request) -> Result<Response, EgressError>;
}

/// The client for one policy.
#[derive(Clone)]
pub struct GuardedClient {
    guard: Guard,
    limits: Limits,
    resolver: Arc<dyn Resolver>,
    tls: ClientConfig,
}

impl GuardedClient {
    /// A client that asks the system for addresses and trusts the roots that browsers trust.
    #[must_use]
    pub fn new(guard: Guard, limits: Limits) -> Self {
        let tls = tls::config(tls::public_roots());
        Self { guard, limits, resolver: Arc::new(SystemResolver), tls }
    }

    /// The same client under another policy.
    #[must_use]
    pub fn under(&self, guard: Guard) -> Self {
        Self { guard, ..self.clone() }
    }

    /// Asks somebody else for addresses. What they answer is checked all the same.
    #[must_use]
    pub fn with_resolver(mut self, resolver: impl Resolver + 'static) -> Self {
        self.resolver = Arc::new(resolver);
        self
    }

    async fn follow(&self, mut request: Request) -> Result<Response, EgressError> {
        for hop in 0..=self.limits.redirects {
            // A refusal of the first address is about what was asked for; of the others, about
            // what the server said.
            let blame = |error| match hop {
                0 => error,
                _ => EgressError::Redirect { source: Box::new(error) },
            };
            let destination = self.guard.check(&request.url).map_err(blame)?;
            let addresses = self.addresses(&destination).await.map_err(blame)?;
            let response = self.exchange(&request, &destination, &addresses).await?;
            let (status, headers) = (response.status(), response.headers());
            if size(headers) > self.limits.header_bytes {
                let limit = self.limits.header_bytes;
                return Err(EgressError::ResponseHeadersTooLarge { limit });
            }
            let target = redirect::target(&request.url, status, headers)
                .map_err(|error| EgressError::Redirect { source: Box::new(error) })?;
            let Some(target) = target else {
                return self.read(response, request.url, &destination.host).await;
            };
            request = redirect::follow(request, status, target)?;
        }
        Err(EgressError::TooManyRedirects { limit: self.limits.redirects })
    }

    /// What a destination stands for, every one of it checked.
    async fn addresses(&self, to: &Destination) -> Result<Vec<SocketAddr>, EgressError> {
        let addresses = match to.literal {
            Some(address) => vec![SocketAddr::new(address, to.port)],
            None => self
                .resolver
                .resolve(&to.host, to.port)
                .await
                .map_err(|_| EgressError::Resolve { host: to.host.clone() })?,
        };
        self.guard.check_addresses(to, &addresses)?;
        Ok(addresses)
    }

    /// One request and the head of its response, over a connection of its own: a kept one would
    /// have to be kept apart by what it was checked against.
    async fn exchange(
        &self,
        request: &Request,
        to: &Destination,
        addresses: &[SocketAddr],
    ) -> Result<reqwest::Response, EgressError> {
        let fail = |error: reqwest::Error| classify(&error, &to.host, &self.limits);
        let client = reqwest::Client::builder()
            .tls_backend_preconfigured(self.tls.clone())
            .resolve_to_addrs(&to.host, addresses)
            // Whatever the line above does not cover is looked up by nobody.
            .dns_resolver(Arc::new(Nobody))
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .no_proxy()
            .referer(false)
            .http1_only()
            .pool_max_idle_per_host(0)
            .connect_timeout(self.limits.connect)
            .build()
            .map_err(fail)?;
        let mut headers = request.headers.clone();
        headers.entry(USER_AGENT).or_insert(HeaderValue::from_static("adapter-forge"));
        let mut call = client.request(request.method.clone(), request.url.clone()).headers(headers);
        if let Some(body) = &request.body {
            call = call.body(body.clone());
        }
        call.send().await.map_err(fail)
    }

    async fn read(
        &self,
        mut response: reqwest::Response,
        url: Url,
        host: &str,
    ) -> Result<Response, EgressError> {
        let limit = self.limits.response_bytes;
        let too_large = EgressError::ResponseTooLarge { limit };
        // What is announced too large need not be read; what is announced small may lie.
        if response.content_length().is_some_and(|length| length > limit as u64) {
            return Err(too_large);
        }
        let mut body = BytesMut::new();
        while let Some(chunk) =
            response.chunk().await.map_err(|error| classify(&error, host, &self.limits))?
        {
            if chunk.len() > limit - body.len() {
                return Err(too_large);
            }
            body.extend_from_slice(&chunk);
        }
        let (status, headers) = (response.status(), std::mem::take(response.headers_mut()));
        // The header is taken off with the encoding. One that is left was not understood.
        if !body.is_empty() && is_encoded(&headers) {
            return Err(EgressError::Encoding);
        }
        Ok(Response { status, headers, body: body.freeze(), url })
    }
}

#[async_trait]
impl Egress for GuardedClient {
    fn check_url(&self, text: &str) -> Result<Url, EgressError> {
        self.guard.check_url(text)
    }

    async fn send(&self, request: Request) -> Result<Response, EgressError> {
        let limit = self.limits.total;
        tokio::time::timeout(limit, self.follow(request))
            .await
            .unwrap_or(Err(EgressError::TimedOut { limit }))
    }
}

fn is_encoded(headers: &HeaderMap) -> bool {
    headers.get_all(CONTENT_ENCODING).iter().any(|value| value != "identity")
}

/// Knows no name.
struct Nobody;

impl Resolve for Nobody {
    fn resolve(&self, _: Name) -> Resolving {
        let answer: Result<Addrs, Box<dyn Error + Send + Sync>> = Err("not looked up".into());
        Box::pin(std::future::ready(answer))
    }
}

#[cfg(test)]
mod tests;
