"""PostgreSQL stopped at once, frozen, and with its connections broken, under load."""

import os, pathlib, shutil, signal, subprocess, time

from house import Broken, Client, People, Server, must
from load import Load, check_audit, entries_of

BIN, DIR, URL, OWNER = (os.environ[f"FAULT_PG_{name}"] for name in ("BIN", "DIR", "URL", "OWNER"))
# How long the caller of a frozen database waits for its answer, in seconds.
DEADLINE = 3


def as_owner(*command):
    if os.getuid() == 0:
        command = ("runuser", "-u", OWNER, "--", *command)
    done = subprocess.run(command, cwd=DIR, capture_output=True, text=True)
    must(done.returncode == 0, f"{' '.join(command)}: {done.stderr.strip()}")
    return done.stdout


def sql(text):
    # A package may keep the client apart from the server.
    beside = f"{BIN}/psql"
    return as_owner(beside if os.path.exists(beside) else shutil.which("psql"), "-qAt", "-c", text, URL)


def new_database(name):
    sql(f"CREATE DATABASE {name}")
    return f"{URL.rsplit('/', 1)[0]}/{name}"


def control(*arguments):
    as_owner(f"{BIN}/pg_ctl", "-D", f"{DIR}/data", "-w", "-t", "60", "-l", f"{DIR}/server.log", *arguments)


def signal_all(which):
    """To the postmaster and all its children: a machine that hangs, not one that is gone."""
    postmaster = int(pathlib.Path(f"{DIR}/data/postmaster.pid").read_text().split()[0])
    children = subprocess.run(["pgrep", "-P", str(postmaster)], capture_output=True, text=True).stdout.split()
    for process in [postmaster, *map(int, children)]:
        try:
            os.kill(process, which)
        except ProcessLookupError:
            pass


def run():
    server = Server(new_database("faults"), REQUEST_SECONDS_MAX=str(DEADLINE))
    server.run("keys", "create")
    people = People().settle(server)
    server.run("import", "agencies", "data/agencies.json")
    server.run("import", "results", *sorted(map(str, pathlib.Path("data/results/external").glob("*.json")))[:1])
    reader = Client(server.port)
    published = first_publication(reader)
    ranking = f"/publications/{published}/ranking"
    before = reader.good("GET", ranking).body
    for name, broken, mended in (
        ("stopped", lambda: control("stop", "-m", "immediate"), lambda: control("start")),
        ("frozen", lambda: signal_all(signal.SIGSTOP), lambda: signal_all(signal.SIGCONT)),
        ("connections broken", break_connections, lambda: None),
    ):
        yield played(server, people, name, broken, mended, lambda: reader.good("GET", ranking).body == before)
    server.stop()


def first_publication(reader):
    """The server learns within a second of what another process published."""
    end = time.monotonic() + 3
    while time.monotonic() < end:
        known = reader.good("GET", "/publications").json()["data"]
        if known:
            return known[0]["id"]
        time.sleep(0.05)
    raise Broken("a publication of another process was not seen")


def break_connections():
    for _ in range(20):
        sql("SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = 'faults'")
        time.sleep(0.1)


def played(server, people, name, broken, mended, still_published):
    load = Load(server, people.login(server, "submitter").token)
    begin_counting(server, people, load)
    load.start()
    time.sleep(1)
    broken()
    end, reads = time.monotonic() + 2 * DEADLINE, 0
    while time.monotonic() < end:
        must(still_published(), f"{name}: the published ranking differs")
        reads += 1
        time.sleep(0.02)
    mended()
    back = recovered(load)
    time.sleep(1)
    load.stop()
    refusals, slowest = load.refusals(), max(ledger.slowest for ledger in load.ledgers)
    must(set(refusals) <= {503}, f"{name}: answers besides 200 and 503: {refusals}")
    must(not any(ledger.without_retry_after for ledger in load.ledgers), f"{name}: a 503 came without Retry-After")
    must(slowest < DEADLINE + 2, f"{name}: a caller waited {slowest:.1f} s for its answer")
    again = load.check()
    check_audit(server, people, load)
    return (f"PostgreSQL {name}: {load.stored()} acknowledged saves, 0 lost, 0 twice; {refusals.get(503, 0)} answered 503, none 500; "
            f"{reads} published results read meanwhile; slowest answer {slowest:.1f} s; saves again {back:.2f} s after its return; "
            f"{again} sent again and answered as the first time")


def recovered(load):
    """Seconds until a save is stored again."""
    before, told = time.monotonic(), load.stored()
    while load.stored() == told:
        must(time.monotonic() - before < 1.0, "no save was stored within a second of the database's return")
        time.sleep(0.005)
    return time.monotonic() - before


def begin_counting(server, people, load):
    """Earlier faults left saves: the ledgers begin where these ended."""
    admin = people.login(server, "admin")
    for ledger in load.ledgers:
        ledger.told = ledger.number = ledger.shown(Client(server.port, ledger.token))
        ledger.entries_before = entries_of(admin, ledger.agency)
