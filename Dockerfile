# The server with TLS to PostgreSQL, in an image of the binary and the reference data.

FROM rust:1.95-slim-bookworm AS build
RUN apt-get update \
    && apt-get install -y --no-install-recommends libssl-dev pkg-config \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /src
COPY . .
# The caches hold what was downloaded and compiled, so that a second build compiles only what changed.
RUN --mount=type=cache,target=/usr/local/cargo/registry \
    --mount=type=cache,target=/src/target \
    cargo build --release --locked --bin parindex --features postgres-tls \
    && install -D -m 0755 target/release/parindex /out/parindex

FROM debian:bookworm-slim
RUN apt-get update \
    && apt-get install -y --no-install-recommends ca-certificates libssl3 \
    && rm -rf /var/lib/apt/lists/* \
    && groupadd --system --gid 10001 parindex \
    && useradd --system --uid 10001 --gid 10001 --home-dir /var/lib/parindex --shell /usr/sbin/nologin parindex \
    && install -d -o 10001 -g 10001 -m 0700 /var/lib/parindex /var/lib/parindex/keys /var/lib/parindex/publication-keys /var/lib/parindex/audit-keys /var/lib/parindex/secret-keys
COPY data/ /usr/share/parindex/
COPY LICENSE /usr/share/doc/parindex/copyright
COPY assets/fonts/LICENSE /usr/share/doc/parindex/copyright-fonts
COPY assets/passwords/README.md /usr/share/doc/parindex/copyright-passwords
COPY --from=build /out/parindex /usr/local/bin/parindex

ENV PARINDEX_BIND=0.0.0.0:8080 \
    PARINDEX_DATA_DIR=/var/lib/parindex
USER 10001:10001
WORKDIR /var/lib/parindex
EXPOSE 8080
STOPSIGNAL SIGTERM
# Asks /health/ready on PARINDEX_BIND: no shell and no curl in the check.
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s --retries=3 CMD ["parindex", "health"]
ENTRYPOINT ["parindex"]
CMD ["serve"]
