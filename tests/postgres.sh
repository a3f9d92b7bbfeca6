# shellcheck shell=bash
# A throwaway PostgreSQL cluster, and the few things that need a package. Sourced by tests/run and benches/http.sh.
#
#   postgres_start [setting=value ...]  find or install PostgreSQL, start an own cluster on a free port of
#                                       127.0.0.1; sets POSTGRES_BIN, POSTGRES_PORT, POSTGRES_URL
#   postgres_stop                       stop it and remove its folder; safe at any time, so call it from a trap
#   free_port                           print a port of 127.0.0.1 that nobody listens on
#   apt_install PACKAGE ...             install Debian packages, if this machine and user can
#
# The caller sets `trap postgres_stop EXIT` (or more) before postgres_start.

POSTGRES_DIR=
POSTGRES_BIN=
POSTGRES_PORT=
POSTGRES_URL=
# libpq and PostgreSQL's programs read PGHOST, PGPORT, PGOPTIONS and their like: the caller's must not reach us.
unset "${!PG@}"

as_root() {
  if [ "$(id -u)" -eq 0 ]; then
    "$@"
  elif ! command -v sudo >/dev/null 2>&1; then
    return 1
  elif [ -n "${CI:-}" ] || ! [ -t 2 ]; then
    sudo -n "$@"
  else
    sudo "$@"
  fi
}

# Quiet, unless it fails.
apt_install() {
  local log
  command -v apt-get >/dev/null 2>&1 && as_root true || return 1
  if ! log=$(
    as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq update 2>&1 &&
      as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends "$@" 2>&1
  ); then
    tail -n 20 <<<"$log" >&2
    return 1
  fi
}

free_port() {
  local port attempt
  for ((attempt = 0; attempt < 50; attempt++)); do
    port=$((20000 + RANDOM % 12000)) # below the range from which systems take the ports of outgoing connections
    if ! (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then
      echo "$port"
      return 0
    fi
  done
  echo "No free port found on 127.0.0.1 between 20000 and 32000." >&2
  return 1
}

postgres_has_server() {
  [ -n "$1" ] && [ -x "$1/initdb" ] && [ -x "$1/pg_ctl" ] && [ -x "$1/postgres" ]
}

# Sets POSTGRES_BIN to the first folder that holds a whole server; the newest version of each kind comes first.
postgres_find() {
  local dir on_path brew_prefix
  on_path=$(command -v pg_ctl 2>/dev/null) || on_path=
  brew_prefix=$(brew --prefix 2>/dev/null) || brew_prefix=
  while IFS= read -r dir; do
    if postgres_has_server "$dir"; then
      POSTGRES_BIN=$dir
      return 0
    fi
  done < <(
    [ -z "$on_path" ] || dirname "$on_path"
    pg_config --bindir 2>/dev/null
    printf '%s\n' /usr/lib/postgresql/*/bin | sort -rV
    printf '%s\n' /usr/pgsql-*/bin | sort -rV
    [ -z "$brew_prefix" ] || printf '%s\n' "$brew_prefix"/opt/postgresql*/bin | sort -r
  )
  return 1
}

# Installs the server without the cluster that Debian's package would create and leave running.
postgres_install() {
  local drop_in=/etc/postgresql-common/createcluster.d/parindex-tests.conf status=0
  apt_install postgresql-common || return 1
  as_root mkdir -p "${drop_in%/*}" || return 1
  as_root sh -c "echo 'create_main_cluster = false' >$drop_in" || return 1
  apt_install postgresql || status=1
  as_root rm -f "$drop_in"
  return "$status"
}

# The server refuses to run as root.
postgres_owner() {
  if [ "$(id -u)" -ne 0 ]; then
    id -un
  elif id postgres >/dev/null 2>&1; then
    echo postgres
  else
    echo nobody
  fi
}

# Runs a command as the cluster's owner, in the cluster's folder (the owner may not read the caller's).
postgres_run() (
  cd "$POSTGRES_DIR" || exit 1
  export LC_ALL=C # a locale that is set but not installed would stop initdb
  if [ "$(id -u)" -ne 0 ]; then
    "$@"
  elif command -v runuser >/dev/null 2>&1; then
    runuser -u "$(postgres_owner)" -- "$@"
  else
    su -s /bin/sh "$(postgres_owner)" -c "$(printf '%q ' "$@")"
  fi
)

# Sets POSTGRES_DIR: a new folder that the owner can use, with a path short enough for a socket's name in it.
postgres_make_dir() {
  local base
  for base in "${TMPDIR:-/tmp}" /tmp; do
    [ "${#base}" -le 60 ] || continue
    POSTGRES_DIR=$(mktemp -d "${base%/}/parindex-pg.XXXXXX") || continue
    chown "$(postgres_owner)" "$POSTGRES_DIR"
    if postgres_run test -w "$POSTGRES_DIR" 2>/dev/null; then
      return 0
    fi
    rm -rf "$POSTGRES_DIR"
    POSTGRES_DIR=
  done
  echo "No folder for temporary files that the user $(postgres_owner) can write to." >&2
  return 1
}

postgres_init() {
  local locale
  for locale in C.UTF-8 C; do # not every system has C.UTF-8; the encoding is UTF-8 with both
    if postgres_run "$POSTGRES_BIN/initdb" -D "$POSTGRES_DIR/data" -U postgres -A trust -E UTF8 \
      --locale="$locale" --no-sync >"$POSTGRES_DIR/initdb.log" 2>&1; then
      return 0
    fi
  done
  cat "$POSTGRES_DIR/initdb.log" >&2
  return 1
}

postgres_start() {
  local setting attempt
  if ! postgres_find; then
    echo "PostgreSQL's server is not installed: installing it" >&2
    if ! postgres_install || ! postgres_find; then
      echo "PostgreSQL's server (initdb, pg_ctl, postgres) was not found and could not be installed." >&2
      echo "Install it (Debian, Ubuntu: apt-get install postgresql; macOS: brew install postgresql@17) and run this again." >&2
      return 1
    fi
  fi
  postgres_make_dir || return 1
  postgres_init || return 1
  {
    echo "listen_addresses = '127.0.0.1'"
    echo "unix_socket_directories = '$POSTGRES_DIR'"
    for setting in "$@"; do
      echo "${setting%%=*} = '${setting#*=}'"
    done
  } >>"$POSTGRES_DIR/data/postgresql.conf"

  for ((attempt = 0; attempt < 5; attempt++)); do # somebody may take the port in between
    POSTGRES_PORT=$(free_port) || return 1
    echo "port = $POSTGRES_PORT" >>"$POSTGRES_DIR/data/postgresql.conf" # the last line wins
    if postgres_run "$POSTGRES_BIN/pg_ctl" -D "$POSTGRES_DIR/data" -l "$POSTGRES_DIR/server.log" \
      -w -t 60 start >/dev/null 2>&1; then
      # shellcheck disable=SC2034 # for the caller
      POSTGRES_URL="postgres://postgres@127.0.0.1:$POSTGRES_PORT/postgres"
      return 0
    fi
  done
  echo "PostgreSQL did not start:" >&2
  tail -n 20 "$POSTGRES_DIR/server.log" >&2
  return 1
}

postgres_stop() {
  local pid
  [ -n "$POSTGRES_DIR" ] || return 0
  if [ -f "$POSTGRES_DIR/data/postmaster.pid" ]; then
    pid=$(head -n 1 "$POSTGRES_DIR/data/postmaster.pid")
    postgres_run "$POSTGRES_BIN/pg_ctl" -D "$POSTGRES_DIR/data" -m immediate -w stop >/dev/null 2>&1 ||
      kill -QUIT "$pid" 2>/dev/null || true
  fi
  rm -rf "$POSTGRES_DIR"
  POSTGRES_DIR=
}
