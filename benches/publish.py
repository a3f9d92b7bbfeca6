#!/usr/bin/env python3
"""Publishes a round of 1,000 agencies and one of 10,000, 88 indicators each, and prints how they compare.

    python3 benches/publish.py [--no-build] [AGENCIES]

Bounds: ten times the agencies cost at most ten times the bytes of every form and ten times the time of publishing; 10,000
agencies are published, ranking and domains in every form, in less than 10 seconds. The bytes that travel (brotli) are printed
beside. All points are entered, so that the round is made quickly; they are computed, ranked, frozen and rendered like any
others.
"""

import http.client, json, os, pathlib, secrets, socket, subprocess, sys, tempfile, time

ROOT = pathlib.Path(__file__).resolve().parent.parent
LARGE = next((int(word) for word in sys.argv[1:] if word.isdigit()), 10_000)
SMALL = LARGE // 10
SECONDS_MAX = 10.0
DOMAINS, LEAVES = 8, 11
ROWS = 10_000
FORMS = ["json", "csv", "xlsx", "jsonstat.json", "sdmx.csv"]


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Server:
    def __init__(self, folder):
        binary = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")) / "release" / "parindex"
        self.port = free_port()
        settings = {
            "PARINDEX_BIND": f"127.0.0.1:{self.port}", "PARINDEX_DATA_DIR": folder, "PARINDEX_SECOND_FACTOR_ROLES": "none", "PARINDEX_BODY_BYTES_MAX": "33554432",
            "PARINDEX_RATE_AUTHENTICATED_PER_MINUTE": "0", "PARINDEX_RATE_ANONYMOUS_PER_MINUTE": "0",
            "PARINDEX_REQUEST_SECONDS_MAX": "120", "PARINDEX_LOG": "warn",
        }
        env = {**os.environ, **settings}
        password = secrets.token_urlsafe(24)
        subprocess.run([binary, "admin", "create", "admin", "--password-file", "-"], input=password.encode(), env=env,
                       check=True, stdout=subprocess.DEVNULL)
        self.process = subprocess.Popen([binary, "serve"], env=env)
        for _ in range(200):
            try:
                self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=300)
                self.connection.connect()
                break
            except OSError:
                time.sleep(0.05)
        self.password = password

    def call(self, method, path, token=None, body=None, if_match=None, plain=False, encoding=None):
        headers = {"content-type": "application/json"}
        if encoding:
            headers["accept-encoding"] = encoding
        if token:
            headers["authorization"] = f"Bearer {token}"
        if if_match:
            headers["if-match"] = if_match
        data = None if body is None else json.dumps(body)
        self.connection.close()  # the server closes what rests
        self.connection.request(method, f"/api/v1{path}", data, headers)
        answer = self.connection.getresponse()
        text = answer.read()
        if answer.status >= 300:
            sys.exit(f"{method} {path}: {answer.status} {text.decode()[:1500]}")
        return (answer.headers.get("etag"), text if plain else json.loads(text) if text else None)

    def login(self, username, password):
        return self.call("POST", "/auth/login", body={"username": username, "password": password})[1]["access_token"]

    def person(self, admin, username, grants):
        made = self.call("POST", "/users", admin, {"username": username, "display_name": username, "grants": grants})[1]
        own = secrets.token_urlsafe(24)
        token = self.login(username, made["initial_password"])
        self.call("PUT", "/auth/password", token, {"current_password": made["initial_password"], "new_password": own})
        return self.login(username, own)


def leaves():
    return [f"{domain}.{leaf}" for domain in range(1, DOMAINS + 1) for leaf in range(1, LEAVES + 1)]


def criteria_set():
    return {
        "code": "bench", "version": 1, "title_vi": "Bộ tiêu chí đo tốc độ", "level": "ministry", "maximum": "88",
        "combine": "sum", "rounding": {"decimals": 2, "mode": "half_up"},
        "ranking": {"basis": "exact", "ties": "competition"},
        "children": [
            {"code": str(domain), "name_vi": f"Lĩnh vực {domain}", "maximum": str(LEAVES), "combine": "sum", "children": [
                {"code": f"{domain}.{leaf}", "name_vi": f"Tiêu chí {domain}.{leaf}", "maximum": "1", "source": "survey",
                 "rule": {"kind": "survey"}} for leaf in range(1, LEAVES + 1)]}
            for domain in range(1, DOMAINS + 1)],
    }


def play(server, admin, evaluator, count):
    """A round up to the moment before it is published."""
    code, agencies = f"bench-{count}", [f"unit-{number:05}" for number in range(count)]
    # Nobody declares anything here: the self-assessment ends by the clock.
    ends = time.time() + 4
    until = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(ends))
    etag, _ = server.call("POST", "/rounds", evaluator, {
        "code": code, "title_vi": f"Kỳ {count}", "year": 2025, "owner": "owner",
        "criteria_set": {"code": "bench", "version": 1}, "deadlines": {"self_assessment": until}})
    rows = [{"agency": agency} for agency in agencies]
    etag, _ = server.call("PUT", f"/rounds/{code}/agencies", evaluator, {"agencies": rows}, etag)

    def go(to, more=None):
        etag, _ = server.call("GET", f"/rounds/{code}", evaluator)
        return server.call("POST", f"/rounds/{code}/transitions", evaluator, {"to": to, **(more or {})}, etag)

    go("self_assessment")
    time.sleep(max(0, ends + 1 - time.time()))
    go("appraisal")
    points = [
        {"agency": agency, "indicator": leaf, "sample_size": 400,
         "points": f"0.{(number * 7919 + at * 104729) % 10000:04}"}
        for number, agency in enumerate(agencies) for at, leaf in enumerate(leaves())]
    for start in range(0, len(points), ROWS):
        server.call("PUT", f"/rounds/{code}/survey-points", evaluator, {"points": points[start:start + ROWS]})
    go("council")
    server.call("POST", f"/rounds/{code}/minutes", evaluator, {
        "held_on": "2026-01-05", "number": "1/BB", "conclusion": "Thông qua.",
        "members": [{"name": name, "position": "Ủy viên"} for name in ("Nguyễn Văn A", "Trần Thị B")]})
    server.call("POST", f"/rounds/{code}/approvals", evaluator, {"note": "Thông qua"})
    return go


def measure(server, go, count):
    started = time.monotonic()
    go("published")
    published = time.monotonic() - started
    newest = server.call("GET", "/publications?limit=1")[1]["data"][0]
    path = f"/publications/{newest['id']}"
    sizes = {}
    for part in ("ranking", "domains"):
        for form in FORMS:
            sizes[f"{part}.{form}"] = [len(server.call("GET", f"{path}/{part}.{form}", plain=True, encoding=encoding)[1])
                                       for encoding in (None, "br")]
    ready = time.monotonic() - started
    print(f"{count:6} agencies: published in {published:.2f} s, every form read after {ready:.2f} s", flush=True)
    return published, ready, sizes


def main():
    if "--no-build" not in sys.argv:
        subprocess.run(["cargo", "build", "--quiet", "--release", "--locked"], cwd=ROOT, check=True)
    with tempfile.TemporaryDirectory() as folder:
        server = Server(folder)
        try:
            admin = server.login("admin", server.password)
            units = [{"code": f"unit-{number:05}", "level": "ministry", "names": [{"name_vi": f"Đơn vị {number:05}"}]}
                     for number in range(LARGE)]
            owner = {"code": "owner", "level": "ministry", "names": [{"name_vi": "Cơ quan chủ trì"}]}
            levels = [{"code": "ministry", "name_vi": "Bộ", "order": 1}]
            server.call("POST", "/agency-imports", admin, {"levels": levels, "agencies": [owner, *units]})
            server.call("POST", "/criteria-sets", admin, criteria_set())
            evaluator = server.person(admin, "evaluator", [{"role": "evaluator", "agency": "owner"}])
            small = measure(server, play(server, admin, evaluator, SMALL), SMALL)
            large = measure(server, play(server, admin, evaluator, LARGE), LARGE)
        finally:
            server.process.terminate()
            server.process.wait()
    growth = {form: [big / little for big, little in zip(large[2][form], small[2][form])] for form in small[2]}
    for form, (plain, travelling) in growth.items():
        print(f"{form:24} {large[2][form][0]:10} bytes, {plain:6.3f} times those of the small one; "
              f"{large[2][form][1]:10} travel, {travelling:6.3f} times")
    bounds = [
        (f"seconds until {LARGE} are published and every form is read", large[1], SECONDS_MAX),
        ("time of publishing, large / small", large[1] / small[1], 10.0),
        ("bytes of a form at most, large / small", max(plain for plain, _ in growth.values()), 10.0),
    ]
    missed = False
    for name, figure, bound in bounds:
        missed |= figure > bound
        print(f"{name:62} {figure:8.2f}  at most {bound:5.1f}  {'MISSED' if figure > bound else 'met'}")
    sys.exit(missed)


main()
