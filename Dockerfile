# syntax=docker/dockerfile:1
FROM rust:1.95-slim-bookworm AS build
RUN apt-get update \
    && apt-get install --yes --no-install-recommends gcc libc6-dev make pkg-config \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /src
COPY . .
# The registry and the build folder are caches: they are not part of any layer.
RUN --mount=type=cache,target=/usr/local/cargo/registry \
    --mount=type=cache,target=/src/target \
    cargo build --release --locked --package server \
    && cp target/release/adapter-forge /adapter-forge

FROM debian:bookworm-slim
RUN apt-get update \
    && apt-get install --yes --no-install-recommends ca-certificates curl \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --home-dir /var/lib/adapter-forge --create-home forge
COPY --from=build /adapter-forge /usr/local/bin/adapter-forge
USER forge
WORKDIR /var/lib/adapter-forge
EXPOSE 8080
ENTRYPOINT ["adapter-forge"]
CMD ["serve"]
