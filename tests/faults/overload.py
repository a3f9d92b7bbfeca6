"""Many more at once than the server can serve: who is let in is served as if the others were not there."""

import json, os, pathlib, subprocess

from database import new_database
from house import AGENCIES, INDICATORS, ROUND, TMP, Client, People, Server, must

LOAD = pathlib.Path(os.environ["FAULT_BINARY"]).parent / "examples" / "load"
SECONDS = int(os.environ.get("FAULT_OVERLOAD_SECONDS", "20"))
# So many keep the server busy. The crowd asks ten times as often as these are served, and who is refused asks again.
BUSY, CROWD, TIMES = 16, 320, 10
SLOWER_MAX = 5
# Of the memory of the busy server.
MEMORY_MAX = 1.5


def memory(server, field="VmRSS"):
    """Resident memory in MB."""
    with open(f"/proc/{server.process.pid}/status") as status:
        return next(int(line.split()[1]) / 1024 for line in status if line.startswith(f"{field}:"))


def written(name, method, path, token, body=None):
    """A request as it goes over the line, in a file."""
    data = b"" if body is None else json.dumps(body).encode()
    head = [f"{method} /api/v1{path} HTTP/1.1", "host: overload", f"authorization: Bearer {token}"]
    if body is not None:
        head += ["content-type: application/json", f"content-length: {len(data)}", "idempotency-key: @@@@@@@@@@@@@@@@"]
    file = pathlib.Path(TMP) / name
    file.write_bytes("\r\n".join([*head, "", ""]).encode() + data)
    return str(file)


def save(agency, token):
    value = {"kind": "yes_no", "yes": True}
    items = [{"indicator": code, "value": value, "explanation": "save @@@@@@@@@@@@@@@@"} for code in INDICATORS]
    return written(f"save-{agency}", "PUT", f"/rounds/{ROUND}/submissions/{agency}/items", token, {"items": items})


def read(agency, token):
    return written(f"read-{agency}", "GET", f"/rounds/{ROUND}/submissions/{agency}", token)


def load(server, connections, files, pause=0):
    """The answers of so many connections; who is refused comes again after a pause (ms)."""
    done = subprocess.run([LOAD, f"127.0.0.1:{server.port}", *map(str, (connections, SECONDS, pause)), *files],
                          capture_output=True, text=True)
    must(done.returncode == 0, f"load: {done.stderr[-600:]}")
    return json.loads(done.stdout)


def served(told, what):
    """The answers to who was let in; the others must be refused with 503, and nobody by anything else."""
    others = {status: of["first"] + of["count"] for status, of in told.items() if status not in ("200", "503")}
    must(not others, f"{what} under load: {others}")
    return told["200"]


def measured(server, what, files, slower_max):
    alone = served(load(server, 1, files), what)
    full = served(load(server, BUSY, files), what)
    before = memory(server)
    told = load(server, CROWD, files, round(1000 * CROWD / (TIMES * full["count"] / SECONDS)))
    crowd, refused = served(told, what), told.get("503", {"count": 0, "p50": 0.0, "p99": 0.0})
    offered = (crowd["count"] + refused["count"]) / full["count"]
    grown = memory(server, "VmHWM") / before
    figures = (
        f"alone p99 {alone['p99']:.1f} ms; {BUSY} at once {full['count'] / SECONDS:.0f}/s, p99 {full['p99']:.1f} ms; "
        f"{CROWD} at once, {offered:.1f} times what was served: {crowd['count'] / SECONDS:.0f}/s, p99 {crowd['p99']:.1f} ms "
        f"({crowd['p99'] / alone['p99']:.1f} times that of one alone), the others refused in {refused['p50']:.1f} ms, "
        f"p99 {refused['p99']:.1f} ms; memory {before:.0f} MB, {grown:.2f} times that at most")
    must(grown <= MEMORY_MAX, f"{what}: memory grew: {figures}")
    must(slower_max is None or crowd["p99"] <= slower_max * alone["p99"], f"{what}: who was let in waited: {figures}")
    return f"{what}: {figures}"


def run():
    for where, url in (("SQLite", None), ("PostgreSQL", new_database("overload"))):
        server = Server(url)
        server.run("keys", "create")
        people = People().settle(server)
        token = people.login(server, "submitter").token
        yield f"{where}, {measured(server, 'saves', [save(agency, token) for agency in AGENCIES], SLOWER_MAX)}"
        # A read takes so little that this machine, which sends them too, is full before ten times as many are asked for.
        yield f"{where}, {measured(server, 'reads', [read(agency, token) for agency in AGENCIES], None)}"
        server.stop()
