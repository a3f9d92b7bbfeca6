#!/usr/bin/env bash
# Measures how much memory a server of the release build takes for the upload and the download of a large evidence file.
set -euo pipefail
exec </dev/null

usage() {
  cat <<'TEXT'
benches/evidence.sh [--no-build]

Starts the demo, uploads and downloads one PDF of EVIDENCE_MIB, and prints by how much the server's resident memory grew
at its highest, with the time; exits 1 when it is 20 MiB or more, or when the bytes don't come back as they were sent.
Needs Linux, Rust, a C compiler, curl and openssl.

  --no-build          measure what is in the target folder
  EVIDENCE_MIB=50     size of the file
TEXT
}

build=yes
case ${1:-} in
  --help | -h) usage; exit 0 ;;
  --no-build) build= ;;
  "") ;;
  *) usage >&2; exit 2 ;;
esac

cd "$(dirname "${BASH_SOURCE[0]}")/.."
# shellcheck source=tests/postgres.sh
source tests/postgres.sh # for free_port
unset "${!PARINDEX_@}"

readonly EVIDENCE_MIB=${EVIDENCE_MIB:-50} GROWTH_KIB_MAX=$((20 * 1024))
release=${CARGO_TARGET_DIR:-target}/release
server=
tmp=$(mktemp -d)

# shellcheck disable=SC2317 # called by the trap
finish() {
  local status=$?
  trap - EXIT
  if [ -n "$server" ]; then
    kill "$server" 2>/dev/null || true
    wait "$server" 2>/dev/null || true
  fi
  rm -rf "$tmp"
  exit "$status"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

[ -z "$build" ] || cargo build --release --locked --bin parindex

port=$(free_port)
export PARINDEX_BIND=127.0.0.1:$port PARINDEX_DATA_DIR=$tmp/demo

# until_it CONDITION ...: waits while the server lives
until_it() {
  until "$@" >/dev/null 2>&1; do
    kill -0 "$server" 2>/dev/null || { tail -n 20 "$tmp/server.log" >&2; exit 1; }
    sleep 0.1
  done
}

"$release/parindex" demo --data-dir "$tmp/demo" >"$tmp/server.log" 2>&1 &
server=$!
until_it grep -q 'Stop with Ctrl-C' "$tmp/server.log"
kill "$server"
wait "$server" || true
# A server of its own, for what the demo has allocated and freed would hide what an upload takes.
"$release/parindex" serve >"$tmp/server.log" 2>&1 &
server=$!
until_it curl -fsS "http://127.0.0.1:$port/health/ready"

api=http://127.0.0.1:$port/api/v1
password=$(sed -n 's/.*"provinces.submitter": "\(.*\)".*/\1/p' "$tmp/demo/demo-accounts.json")
token=$(curl -fsS "$api/auth/login" -H 'content-type: application/json' \
  -d "{\"username\":\"provinces.submitter\",\"password\":\"$password\"}" | sed 's/.*"access_token":"\([^"]*\)".*/\1/')
evidence=$api/rounds/try-provinces/submissions/quang-ninh/items/1.1.1/evidence

# upload MIB: sets file (its address on the server), seconds
upload() {
  { printf '%%PDF-1.4\n' && head -c $(($1 * 1024 * 1024 - 9)) /dev/urandom; } >"$tmp/$1.pdf"
  local digest from=$EPOCHREALTIME answer
  digest=$(openssl dgst -sha256 -binary "$tmp/$1.pdf" | base64)
  from=$EPOCHREALTIME
  answer=$(curl -fsS -X POST -T "$tmp/$1.pdf" "$evidence?file_name=bench.pdf" \
    -H "authorization: Bearer $token" -H "content-digest: sha-256=:$digest:")
  seconds=$(awk "BEGIN { printf \"%.2f\", $EPOCHREALTIME - $from }")
  file=$(sed 's/.*"href":"\([^"]*\)".*/\1/' <<<"$answer")
}

# download MIB: sets seconds; the bytes must be those that were sent
download() {
  local from=$EPOCHREALTIME
  curl -fsS -o "$tmp/back" "http://127.0.0.1:$port$file" -H "authorization: Bearer $token"
  seconds=$(awk "BEGIN { printf \"%.2f\", $EPOCHREALTIME - $from }")
  cmp "$tmp/$1.pdf" "$tmp/back"
}

# The server's highest resident memory since the last time it was asked, in KiB.
memory() { awk -v field="$1:" '$1 == field { print $2 }' "/proc/$server/status"; }
forget_peak() { echo 5 >"/proc/$server/clear_refs"; }

# What the first upload allocates for good is no growth of the next.
upload 1
download 1
missed=0
for what in upload download; do
  sleep 1
  forget_peak
  before=$(memory VmRSS)
  "$what" "$EVIDENCE_MIB"
  growth=$(($(memory VmHWM) - before))
  verdict=ok
  [ "$growth" -lt "$GROWTH_KIB_MAX" ] || { verdict=MISSED missed=1; }
  printf '%-8s of %d MiB: %s s, %5d KiB more memory, at most %d  %s\n' \
    "$what" "$EVIDENCE_MIB" "$seconds" "$growth" "$GROWTH_KIB_MAX" "$verdict"
done
exit "$missed"
