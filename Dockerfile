# One image with the four programs: `core`, `auth`, `notify-address`, `chat`. What a container does is its command
# (`core serve`, `core migrate`); there is no shell to fall back on. `make images` builds and tries it.
#
# Digests of the two bases are not written here because no registry could be asked when this was written; an invented one
# would be worse. The workflow `image` resolves them, and its attestation says which they were.
ARG BUILD_IMAGE=docker.io/library/rust:1.95.0-bookworm
ARG RUNTIME_IMAGE=gcr.io/distroless/cc-debian12:nonroot

FROM ${BUILD_IMAGE} AS tools
# What builds the image is pinned as what is in it.
RUN cargo install --locked cargo-chef@0.1.78 cargo-auditable@0.7.7
WORKDIR /src

# The recipe changes when a manifest or the lock file does, not when a line of code does.
FROM tools AS plan
COPY . .
RUN cargo chef prepare --recipe-path recipe.json

FROM tools AS build
ARG SOURCE_DATE_EPOCH=0
# OpenSSL and librdkafka are built in from their crates' sources (`ssl-vendored`): the image needs libc and libgcc alone.
ENV SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH} \
    CARGO_INCREMENTAL=0 \
    PACKAGES="-p dojob-core -p dojob-auth -p dojob-notify-address -p dojob-chat" \
    FEATURES="dojob-core/kafka,dojob-core/aws,dojob-auth/kafka,dojob-auth/aws,dojob-notify-address/kafka,dojob-notify-address/aws,dojob-chat/kafka,dojob-chat/aws"
COPY --from=plan /src/recipe.json recipe.json
# The words of PACKAGES are arguments, so it stays unquoted.
# hadolint ignore=SC2086
RUN cargo chef cook --locked --profile dist ${PACKAGES} --features "${FEATURES}" --recipe-path recipe.json
COPY . .
# `auditable` writes into each program what it was built from; a scanner of images reads it there.
# hadolint ignore=SC2086
RUN cargo auditable build --locked --profile dist ${PACKAGES} --features "${FEATURES}" \
    && install -D --target-directory=/out \
        target/dist/core target/dist/auth target/dist/notify-address target/dist/chat

FROM ${RUNTIME_IMAGE}
ARG VERSION=0.1.0
ARG REVISION=unknown
ARG CREATED=1970-01-01T00:00:00Z
ARG SOURCE=unknown
LABEL org.opencontainers.image.title="dojob" \
      org.opencontainers.image.description="The four services of dojob: core, auth, notify-address, chat" \
      org.opencontainers.image.licenses="MIT OR Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.created="${CREATED}" \
      org.opencontainers.image.source="${SOURCE}"
# Owned by root and writable by nobody: a program cannot change itself.
COPY --from=build --chown=0:0 --chmod=0555 /out/ /usr/local/bin/
ENV PATH=/usr/local/bin
USER 65532:65532
EXPOSE 8080 9090
STOPSIGNAL SIGTERM
CMD ["core", "serve"]
