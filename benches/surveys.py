#!/usr/bin/env python3
"""Measures surveys: a made-up population whose true values are known is sent in, read and counted anew on both engines.

    cargo build --release
    python3 benches/surveys.py [--responses 1000000] [--communes 3321] [--postgres postgres://…/empty_database]

Prints for each engine how many responses were taken in a second, how long results and rebuilding took, how many of the 95 %
intervals hold the true value, and whether the engines agree to the last digit. Standard library only. The PostgreSQL database
must be empty; without --postgres only SQLite is measured.
"""

import argparse, concurrent.futures, csv, glob, http.client, json, os, shutil, socket, subprocess, sys, tempfile, time
from decimal import Decimal

ROUND = "/api/v1/survey-rounds/do-toc-do"
PASSWORD = "correct horse battery staple"


def instrument():
    """Five factors of eight or nine items, 43 in all, on a scale of five."""
    scale = [{"code": str(v), "label": {"vi": f"Mức {v}"}, "value": v, **({"satisfied": True} if v > 3 else {})} for v in range(1, 6)]
    scale.append({"code": "none", "label": {"vi": "Không ý kiến"}})
    sizes, factors = [9, 9, 9, 8, 8], []
    for factor, size in enumerate(sizes, 1):
        items = [{"code": f"f{factor}.{n}", "kind": "satisfaction", "text": {"vi": f"Câu {factor}.{n}"}, "scale": "five"}
                 for n in range(1, size + 1)]
        factors.append({"code": f"f{factor}", "title": {"vi": f"Nhân tố {factor}"}, "items": items})
    return {
        "code": "do-toc-do", "version": 1, "title": {"vi": "Phiếu đo tốc độ"}, "audience": "citizens", "languages": ["vi"],
        "scales": [{"code": "five", "options": scale}],
        "parts": [{"code": "a", "title": {"vi": "Phần A"}, "weight": "0.4", "factors": factors[:2]},
                  {"code": "b", "title": {"vi": "Phần B"}, "weight": "0.6", "factors": factors[2:]}],
        "rule": {"measure": "top_two_share", "counted_kinds": ["satisfaction"], "minimum_n": 30, "decimals": 6, "rounding": "half_even"},
        "quality": {"straight_line_items_min": 20, "seconds_min": 90},
    }


class Client:
    """Speaks to a server over one connection that stays open."""

    def __init__(self, port):
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=600)
        self.token = None

    def call(self, method, path, body=None, if_match=None):
        headers = {"Content-Type": "application/json"}
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        if if_match:
            headers["If-Match"] = if_match
        data = body if isinstance(body, (bytes, type(None))) else json.dumps(body).encode()
        self.connection.request(method, path, data, headers)
        answer = self.connection.getresponse()
        text = answer.read()
        if answer.status >= 300:
            sys.exit(f"{method} {path}: {answer.status} {text.decode()[:2000]}")
        return answer.headers.get("ETag"), json.loads(text) if text else None

    def login(self, username, password):
        self.token = None
        self.token = self.call("POST", "/api/v1/auth/login", {"username": username, "password": password})[1]["access_token"]


class Server:
    """A server of its own on an engine, with a folder of its own."""

    def __init__(self, binary, url, work):
        self.folder = tempfile.mkdtemp(dir=work)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.env = {
            "PATH": os.environ["PATH"], "PARINDEX_BIND": f"127.0.0.1:{self.port}", "PARINDEX_DATA_DIR": self.folder,
            "PARINDEX_TOKEN_KEY_DIR": f"{self.folder}/keys", "PARINDEX_PUBLICATION_KEY_DIR": f"{self.folder}/publication-keys",
            "PARINDEX_AUDIT_KEY_DIR": f"{self.folder}/audit-keys",
            "PARINDEX_SECRET_KEY_DIR": f"{self.folder}/secret-keys",
            "PARINDEX_DATABASE_URL": url or f"sqlite:{self.folder}/parindex.sqlite",
            "PARINDEX_RATE_AUTHENTICATED_PER_MINUTE": "0", "PARINDEX_RATE_LOGIN_PER_MINUTE": "0", "PARINDEX_SECOND_FACTOR_ROLES": "none", "PARINDEX_LOG": "warn",
        }
        self.binary, self.process = binary, None

    def run(self, *arguments, given=None):
        subprocess.run([self.binary, *arguments], env=self.env, check=True, input=given, text=True, stdout=subprocess.DEVNULL)

    def start(self, agencies):
        self.run("migrate")
        self.run("keys", "create")
        self.run("import", "agencies", agencies)
        self.run("admin", "create", "admin", "--password-file", "-", given=PASSWORD)
        self.process = subprocess.Popen([self.binary, "serve"], env=self.env)
        for _ in range(200):
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
                return
            except OSError:
                time.sleep(0.05)
        sys.exit("the server did not start")

    def stop(self):
        if self.process:
            self.process.terminate()
            self.process.wait(timeout=60)


def prepare(client, plan):
    """An evaluator of the owner, and a survey round in which people are asked."""
    client.login("admin", PASSWORD)
    user = {"username": "do-toc-do", "display_name": "Đo", "grants": [{"role": "evaluator", "agency": "thu-nghiem"}]}
    first = client.call("POST", "/api/v1/users", user)[1]["initial_password"]
    client.login("do-toc-do", first)
    client.call("PUT", "/api/v1/auth/password", {"current_password": first, "new_password": PASSWORD + "!"})
    client.login("do-toc-do", PASSWORD + "!")
    client.call("POST", "/api/v1/instruments", instrument())
    client.call("POST", "/api/v1/survey-rounds", {
        "code": "do-toc-do", "title_vi": "Đo tốc độ", "year": 2025, "level": "trial_commune", "owner": "thu-nghiem",
        "instrument": {"code": "do-toc-do", "version": 1}})
    etag, _ = client.call("GET", ROUND)
    client.call("PUT", f"{ROUND}/sample-plan", plan, etag)
    etag, _ = client.call("GET", ROUND)
    client.call("POST", f"{ROUND}/moves", {"kind": "start"}, etag)


def send(port, token, batches):
    """Sends batches by two senders, each over one connection; the seconds that it took."""
    def sender(part):
        client = Client(port)
        client.token = token
        for number, body in part:
            client.call("PUT", f"{ROUND}/batches/b{number:05}", body)
    numbered = list(enumerate(batches, 1))
    before = time.monotonic()
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        list(pool.map(sender, [numbered[0::2], numbered[1::2]]))
    return time.monotonic() - before


def timed(client, method, path):
    before = time.monotonic()
    _, answer = client.call(method, path)
    return (time.monotonic() - before) * 1000, answer


def table(client, name):
    """All rows of a table with their items."""
    rows, cursor = [], ""
    while cursor is not None:
        _, page = client.call("GET", f"{ROUND}/results/{name}?items=true&limit=500{cursor and '&cursor=' + cursor}")
        rows += page["data"]
        cursor = page["page"]["next"]
    return rows


def figures(tables):
    return {(name, row["code"], at["code"]): (at["index"], at["low"], at["high"])
            for name, rows in tables.items() for row in rows for at in row["nodes"] + row["items"]}


def coverage(shown, truth, name):
    cells = [(key, shown[key]) for key in truth if key[0] == name and shown.get(key, (None,) * 3)[1] is not None]
    held = sum(Decimal(low) <= truth[key] <= Decimal(high) for key, (_, low, high) in cells)
    return f"{name} {held}/{len(cells)} = {100 * held / max(len(cells), 1):.2f} %"


def measure(engine, server, work, options):
    batches = [open(path, "rb").read() for path in sorted(glob.glob(f"{work}/batch-*.json"))]
    server.start(f"{work}/agencies.json")
    client = Client(server.port)
    prepare(client, json.load(open(f"{work}/plan.json")))
    seconds = send(server.port, client.token, batches)
    print(f"{engine}: intake {options.responses / seconds:,.0f} responses/s ({seconds:.1f} s)", flush=True)
    client = Client(server.port)  # the other connection was idle for too long
    client.login("do-toc-do", PASSWORD + "!")
    for name in ["overall", "parents", "agencies", "channels"]:
        first, _ = timed(client, "GET", f"{ROUND}/results/{name}?limit=500")
        again = min(timed(client, "GET", f"{ROUND}/results/{name}?limit=500")[0] for _ in range(5))
        print(f"{engine}: results {name}: first {first:.1f} ms, again {again:.1f} ms", flush=True)
    rebuilt, counted = timed(client, "POST", f"{ROUND}/counts/rebuild")
    print(f"{engine}: rebuild {rebuilt / 1000:.2f} s, {counted['responses']:,} responses, equal: {counted['equal']}", flush=True)
    shown = figures({name: table(client, name) for name in ["overall", "parents", "agencies"]})
    server.stop()
    return shown, counted


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--binary", default="target/release/parindex")
    parser.add_argument("--responses", type=int, default=1_000_000)
    parser.add_argument("--provinces", type=int, default=34)
    parser.add_argument("--communes", type=int, default=3_321)
    parser.add_argument("--seed", type=int, default=2025)
    parser.add_argument("--postgres")
    options = parser.parse_args()
    work = tempfile.mkdtemp()
    servers = []
    try:
        json.dump(instrument(), open(f"{work}/instrument.json", "w"))
        before = time.monotonic()
        subprocess.run([options.binary, "survey", "population", "--seed", str(options.seed), "--responses", str(options.responses),
                        "--provinces", str(options.provinces), "--communes", str(options.communes),
                        "--instrument", f"{work}/instrument.json", "--out", work], check=True)
        print(f"population made in {time.monotonic() - before:.1f} s", flush=True)
        truth = {(row["table"], row["code"], row["node"]): Decimal(row["index"]) for row in csv.DictReader(open(f"{work}/truth.csv"))}
        results = {}
        for engine, url in [("SQLite", None)] + ([("PostgreSQL", options.postgres)] if options.postgres else []):
            servers.append(Server(os.path.abspath(options.binary), url, work))
            results[engine], counted = measure(engine, servers[-1], work, options)
            assert counted["responses"] == options.responses, counted
            print(f"{engine}: true values held: " + "; ".join(coverage(results[engine], truth, name) for name in ["agencies", "parents", "overall"]))
        if len(results) == 2:
            print(f"engines equal to the last digit: {results['SQLite'] == results['PostgreSQL']} ({len(results['SQLite']):,} figures)")
    finally:
        for server in servers:
            server.stop()
        shutil.rmtree(work)


main()
