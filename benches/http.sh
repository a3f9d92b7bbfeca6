#!/usr/bin/env bash
# Measures the running server (release build) against the speed that ARCHITECTURE.md promises.
# Speeds are compared within one run, in interleaved rounds, with a yardstick on the same machine:
# a bare actix-web handler for reads, pgbench for writes to PostgreSQL.
set -euo pipefail
exec </dev/null

usage() {
  cat <<'TEXT'
benches/http.sh [--no-build]

Builds the server, measures it and prints a table; exits 1 when a bound is missed. Needs Linux, Rust, a C compiler,
python3, curl, wrk and PostgreSQL's server with pgbench; the last two are installed with apt-get where missing.

  --no-build                     measure what is in the target folder
  BENCH_SECONDS=10               length of each measurement
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
source tests/postgres.sh
unset "${!PARINDEX_@}"

readonly CLIENTS=32 ROUNDS=2 READ_ROUNDS=7 BENCH_SECONDS=${BENCH_SECONDS:-10}
export AGENCY_COUNT=32 INDICATOR_COUNT=100
release=${CARGO_TARGET_DIR:-target}/release
tmp=
server=
bare_server=
rows=()
missed=0

say() { printf '[%4d s] %s\n' "$SECONDS" "$*" >&2; }
die() {
  echo "$*" >&2
  exit 1
}

# shellcheck disable=SC2317 # called by the trap
finish() {
  local status=$?
  trap - EXIT
  stop_server
  stop_bare
  postgres_stop
  [ -z "$tmp" ] || rm -rf "$tmp"
  exit "$status"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# calc EXPRESSION: arithmetic with fractions
calc() { awk "BEGIN { printf \"%.4f\", $1 }"; }

# row NAME FIGURE at_least|at_most BOUND [UNIT]
row() {
  local verdict=ok sign='>='
  [ "$3" = at_least ] || sign='<='
  if ! awk "BEGIN { exit !($2 $sign $4) }"; then
    verdict=MISSED
    missed=1
  fi
  rows+=("$(printf '%-46s %12.2f %-5s %s %8s  %s' "$1" "$2" "${5:-}" "$sign" "$4" "$verdict")")
}

# ---- Servers --------------------------------------------------------------------------------------------------

# wait_for URL PID LOG: until it answers 2xx
wait_for() {
  local deadline=$((SECONDS + 120))
  until curl -fsS -o /dev/null --max-time 2 "$1" 2>/dev/null; do
    if ! kill -0 "$2" 2>/dev/null || [ "$SECONDS" -ge "$deadline" ]; then
      tail -n 20 "$3" >&2
      die "The server on $1 did not get ready."
    fi
    sleep 0.005
  done
}

# start_server DATA_DIR [VARIABLE=value ...]: sets data_dir, server (process id), base (address), ready_s (seconds to ready)
start_server() {
  local dir=$1 port from
  shift
  data_dir=$dir
  port=$(free_port)
  base=http://127.0.0.1:$port
  from=$EPOCHREALTIME
  # Limits that nobody reaches, and not none: counting them and telling what is left belongs to every answer.
  env PARINDEX_BIND="127.0.0.1:$port" PARINDEX_RATE_ANONYMOUS_PER_MINUTE=4000000000 \
    PARINDEX_RATE_API_KEY_PER_MINUTE=4000000000 PARINDEX_RATE_AUTHENTICATED_PER_MINUTE=4000000000 \
    "$@" "$release/parindex" demo --data-dir "$dir" >"$tmp/server.log" 2>&1 &
  server=$!
  wait_for "$base/health/ready" "$server" "$tmp/server.log"
  ready_s=$(calc "$EPOCHREALTIME - $from")
}

# Until the demo has played its round and printed its guide.
wait_for_demo() {
  until grep -q 'Stop with Ctrl-C' "$tmp/server.log"; do
    kill -0 "$server" 2>/dev/null || { tail -n 20 "$tmp/server.log" >&2; die "The demo ended early."; }
    sleep 0.05
  done
}

stop_server() {
  [ -n "$server" ] || return 0
  kill "$server" 2>/dev/null || true
  wait "$server" 2>/dev/null || true
  server=
}

stop_bare() {
  [ -n "$bare_server" ] || return 0
  kill -KILL "$bare_server" 2>/dev/null || true # nothing to finish in it
  wait "$bare_server" 2>/dev/null || true
  bare_server=
}

# start_bare BYTES: sets bare (address)
start_bare() {
  local port
  port=$(free_port)
  bare=http://127.0.0.1:$port/
  "$release/examples/bare" "127.0.0.1:$port" "$1" >"$tmp/bare.log" 2>&1 &
  bare_server=$!
  wait_for "$bare" "$bare_server" "$tmp/bare.log"
}

# memory_mb FIELD: VmRSS (now) or VmHWM (the most so far) of the server
memory_mb() { awk -v field="$1:" '$1 == field { printf "%.1f", $2 / 1024 }' "/proc/$server/status"; }

# ---- Load -----------------------------------------------------------------------------------------------------

# load [WRK ARGUMENT ...] URL: prints requests per second; any refused or failed request is an error
load() {
  local report
  report=$(wrk -t1 -c"$CLIENTS" -d"${LOAD_SECONDS:-$BENCH_SECONDS}s" --timeout 10s "$@")
  if grep -Eq 'Non-2xx|Socket errors' <<<"$report"; then
    echo "$report" >&2
    die "Requests failed."
  fi
  awk '/^Requests\/sec:/ { print $2 }' <<<"$report"
}

bulk_load() { load -s benches/bulk.lua "$base"; }

# ---- Reads ----------------------------------------------------------------------------------------------------

first_publication() {
  curl -fsS "$base/api/v1/publications/latest?set=par-2023-ministries" |
    python3 -c 'import json, sys; print(json.load(sys.stdin)["id"])'
}

# median FIGURE ...
median() { printf '%s\n' "$@" | sort -g | sed -n "$((($# + 1) / 2))p"; }

# measure_read NAME URL FLOOR FLOOR_304: a body, and the answer to who holds it, against a bare handler of that size. Many short
# rounds, each compared in itself, and the median of them: a machine is not equally fast from one ten seconds to the next.
measure_read() {
  local name=$1 url=$2 etag status round plain r read=() unchanged=()
  local LOAD_SECONDS=$(((BENCH_SECONDS + 2) / 3))
  etag=$(curl -fsS -o /dev/null -D - "$url" | awk 'tolower($1) == "etag:" { sub(/\r$/, ""); print $2 }')
  status=$(curl -sS -o /dev/null -w '%{http_code}' -H "If-None-Match: $etag" "$url")
  [ "$status" = 304 ] || die "If-None-Match: $etag was answered with $status instead of 304."
  start_bare "$(curl -fsS -o /dev/null -w '%{size_download}' "$url")"
  for ((round = 1; round <= READ_ROUNDS; round++)); do
    plain=$(load "$bare")
    r=$(load "$url")
    read+=("$(calc "$r / $plain")")
    say "round $round: bare handler $plain/s, $name $r/s: ${read[-1]}"
    r=$(load -H "If-None-Match: $etag" "$url")
    unchanged+=("$(calc "$r / $plain")")
    say "round $round: the same, 304: $r/s: ${unchanged[-1]}"
  done
  stop_bare
  row "$name / bare handler" "$(median "${read[@]}")" at_least "$3"
  row "$name, 304 / bare handler" "$(median "${unchanged[@]}")" at_least "$4"
}

measure_reads() {
  local id
  id=$(first_publication)
  measure_read "published ranking" "$base/api/v1/publications/$id/ranking" 0.9 0.95
  measure_read "results page" "$base/publications/$id" 0.7 0.7
}

# ---- Bulk saves -----------------------------------------------------------------------------------------------

# Makes through the API what the bulk saves need (a criteria set of yes_no indicators, agencies, an open round,
# an account that may write their submissions) and exports what benches/bulk.lua reads.
prepare_bulk() {
  local exports password
  # The demo keeps the passwords that it made in its folder.
  password=$(sed -n 's/.*"admin": "\(.*\)".*/\1/p' "$data_dir/demo-accounts.json")
  exports=$(BENCH_PASSWORD=$password BASE=$base python3 benches/bulk.py)
  eval "$exports"
}

measure_bulk_sqlite() {
  local round r total=0
  prepare_bulk
  for ((round = 1; round <= ROUNDS; round++)); do
    r=$(bulk_load)
    total=$(calc "$total + $r")
    say "round $round: bulk save of $INDICATOR_COUNT values, SQLite: $r/s"
  done
  row "bulk save of $INDICATOR_COUNT values, SQLite" "$(calc "$total / $ROUNDS")" at_least 1000 /s
}

# client_program NAME: prints where psql or pgbench is; a package may keep them apart from the server
client_program() {
  if [ -x "$POSTGRES_BIN/$1" ]; then
    echo "$POSTGRES_BIN/$1"
  else
    command -v "$1" || die "$1 was not found: it belongs to PostgreSQL's client programs."
  fi
}

# Prints transactions per second of pgbench inserting the same number of comparable rows in one statement.
pgbench_load() {
  local log=$tmp/pgbench.log
  if ! "$pgbench" --no-vacuum --client="$CLIENTS" --jobs=1 --time="$BENCH_SECONDS" --file="$tmp/insert.sql" \
    "$POSTGRES_URL" >"$log" 2>&1; then
    tail -n 5 "$log" >&2
    die "pgbench failed."
  fi
  awk '/^tps = / { figure = $3 } END { print figure }' "$log"
}

prepare_pgbench() {
  local n comma='' psql
  psql=$(client_program psql)
  pgbench=$(client_program pgbench)
  {
    echo '\set revision random(1, 9000000000000000)'
    echo 'INSERT INTO bench_items (submission, indicator, revision, value, saved_by, saved_at) VALUES'
    for ((n = 1; n <= INDICATOR_COUNT; n++)); do
      # The columns of one revision of one value, as the server writes them.
      printf "%s('bench-:client_id', '%d.%d', :revision, '{\"yes_no\":true}', 'bench-submitter', '2025-01-01 00:00:00')\n" \
        "$comma" "$(((n - 1) / 10 + 1))" "$(((n - 1) % 10 + 1))"
      comma=,
    done
    echo ';'
  } >"$tmp/insert.sql"
  cat >"$tmp/table.sql" <<'SQL'
CREATE TABLE bench_items (
    submission text NOT NULL, indicator text NOT NULL, revision bigint NOT NULL,
    value text NOT NULL, saved_by text NOT NULL, saved_at timestamp NOT NULL,
    PRIMARY KEY (submission, indicator, revision)
);
SQL
  "$psql" -q "$POSTGRES_URL" -f "$tmp/table.sql"
}

measure_bulk_postgres() {
  local round r saves=0 inserts=0
  postgres_start max_connections=300 # with fsync, as in production
  prepare_pgbench
  start_server "$tmp/data-postgres" PARINDEX_DATABASE_URL="$POSTGRES_URL"
  wait_for_demo
  prepare_bulk
  for ((round = 1; round <= ROUNDS; round++)); do
    r=$(pgbench_load)
    inserts=$(calc "$inserts + $r")
    say "round $round: pgbench, $INDICATOR_COUNT rows in one statement: $r/s"
    r=$(bulk_load)
    saves=$(calc "$saves + $r")
    say "round $round: bulk save of $INDICATOR_COUNT values, PostgreSQL: $r/s"
  done
  stop_server
  row "bulk save, PostgreSQL / pgbench" "$(calc "$saves / $inserts")" at_least 0.5
}

# ---- Start ----------------------------------------------------------------------------------------------------

# The slowest of three starts on a database that holds the demo data; the last server goes on.
measure_start() {
  local attempt slowest=0
  start_server "$tmp/data"
  wait_for_demo
  say "first start and making the demo data: done"
  for attempt in 1 2 3; do
    stop_server
    start_server "$tmp/data"
    say "start $attempt to ready: $ready_s s"
    slowest=$(awk "BEGIN { print ($ready_s > $slowest) ? $ready_s : $slowest }")
  done
  row "start to ready" "$slowest" at_most 1 s
}

# ---- The run --------------------------------------------------------------------------------------------------

for tool in python3 curl; do
  command -v "$tool" >/dev/null 2>&1 || die "$tool is needed."
done
if ! command -v wrk >/dev/null 2>&1; then
  say "installing wrk"
  apt_install wrk || die "wrk is needed: install it (Debian, Ubuntu: apt-get install wrk; macOS: brew install wrk)."
fi
if [ -n "$build" ]; then
  say "building"
  cargo build --quiet --release --locked --bins --example bare
fi
tmp=$(mktemp -d "${TMPDIR:-/tmp}/parindex-bench.XXXXXX")

measure_start
echo 5 >"/proc/$server/clear_refs" # what was the most so far is forgotten: the load counts, not the start
measure_reads
measure_bulk_sqlite
say "memory of the server after that load: $(memory_mb VmRSS) MB, at most $(memory_mb VmHWM) MB"
row "resident memory at most, under that load" "$(memory_mb VmHWM)" at_most 150 MB
stop_server
measure_bulk_postgres

echo
printf '%-46s %12s %-5s %11s  %s\n' measured figure '' bound ''
printf '%s\n' "${rows[@]}"
exit "$missed"
