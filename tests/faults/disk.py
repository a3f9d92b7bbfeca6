"""The disk under the embedded database is full."""

import os, pathlib, sqlite3, subprocess, time

from house import TMP, Client, People, Server, must
from load import Load, check_audit

SIZE = "128m"


def run():
    small = f"{TMP}/small"
    os.makedirs(small, exist_ok=True)
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={SIZE},mode=700", "tmpfs", small], capture_output=True, text=True)
    must(mounted.returncode == 0, f"a small disk can't be mounted here: {mounted.stderr.strip()}")
    try:
        yield played(small)
    finally:
        subprocess.run(["umount", "-l", small], check=False)


def fill(path):
    """Takes all the room that is left."""
    with open(path, "wb", buffering=0) as filler:
        for size in (1 << 16, 1 << 12, 1):
            try:
                while True:
                    filler.write(b"\0" * size)
            except OSError:
                pass


def played(small):
    server = Server(folder=small)
    people = People().settle(server)
    submitter = people.login(server, "submitter")
    load = Load(server, submitter.token)
    load.start()
    time.sleep(1)
    filler = pathlib.Path(small, "filler")
    end, reads = time.monotonic() + 4, 0
    reader = Client(server.port, submitter.token)
    while time.monotonic() < end:
        fill(filler)  # what the database gave back is taken again
        for ledger in load.ledgers:
            answer = reader.call("GET", ledger.path())
            must(answer.status == 200, f"reading while the disk is full: {answer}")
            reads += 1
    refused = dict(load.refusals())
    must(sum(refused.values()) > 0, "nothing was refused: the disk was never full")
    must(set(refused) <= {503, 507}, f"answers besides 200, 503 and 507: {refused}")
    filler.unlink()
    told = load.stored()
    before = time.monotonic()
    while load.stored() == told:
        must(time.monotonic() - before < 5, f"no save was stored within five seconds after there was room again: {server.said()}")
        time.sleep(0.01)
    back = time.monotonic() - before
    load.stop()
    again = load.check()
    check_audit(server, people, load)
    server.stop()
    with sqlite3.connect(f"{small}/parindex.sqlite") as database:
        found = database.execute("PRAGMA integrity_check").fetchall()
    must(found == [("ok",)], f"the database is damaged: {found[:3]}")
    return (f"SQLite on a full disk of {SIZE}: {load.stored()} acknowledged saves, 0 lost; refused {refused}, none 500; {reads} reads "
            f"meanwhile; saves again {back:.2f} s after there was room; {again} sent again and answered as the first time; integrity ok")
