#!/usr/bin/env python3
"""Saves a whole submission as JSON and as a workbook, in turns, and prints how they compare. The bound: below 3.

    python3 benches/workbook.py [ROUNDS] [--no-build]   builds the server, starts its demo in a temporary folder, and ends it

Every save changes every item: JSON sends a new explanation, the workbook is the template with that explanation replaced.
"""

import http.client, io, json, os, pathlib, re, socket, statistics, subprocess, sys, tempfile, time, zipfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
ROUNDS = next((int(word) for word in sys.argv[1:] if word.isdigit()), 40)
BOUND = 3.0
FORM = "/api/v1/rounds/try-provinces/submissions/quang-ninh"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def value_of(leaf):
    rule = leaf["rule"]
    kind = rule["kind"]
    if kind == "choice":
        return {"kind": "option", "option": rule["options"][0]["code"]}
    if kind == "yes_no":
        return {"kind": "yes_no", "yes": True}
    if kind in ("percentage_bands", "proportional"):
        return {"kind": "ratio", "numerator": "61.86", "denominator": "100"}
    if kind == "appraiser_points":
        return {"kind": "points", "points": leaf["maximum"]}
    return {"kind": "count", "count": 1}


def leaves(node):
    for child in node.get("children", []):
        yield from leaves(child) if "children" in child else [child]


class Server:
    def __init__(self, folder):
        self.port = free_port()
        binary = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")) / "release" / "parindex"
        settings = {"PARINDEX_BIND": f"127.0.0.1:{self.port}", "PARINDEX_RATE_AUTHENTICATED_PER_MINUTE": "0"}
        self.log = open(f"{folder}/log", "w+")
        self.process = subprocess.Popen([binary, "demo", "--data-dir", f"{folder}/demo"], stdout=self.log,
                                        stderr=subprocess.STDOUT, env={**os.environ, **settings})
        for _ in range(1200):
            if "Stop with Ctrl-C" in pathlib.Path(f"{folder}/log").read_text():
                break
            assert self.process.poll() is None, "the demo ended early"
            time.sleep(0.1)
        self.connection = http.client.HTTPConnection("127.0.0.1", self.port)
        self.token = None
        accounts = pathlib.Path(f"{folder}/demo/demo-accounts.json").read_text()
        password = re.search(r'"provinces.submitter": "(.*)"', accounts).group(1)
        login = {"username": "provinces.submitter", "password": password}
        self.token = json.loads(self.call("POST", "/api/v1/auth/login", "application/json", json.dumps(login)))["access_token"]

    def call(self, method, path, kind=None, body=None):
        headers = {"content-type": kind} if kind else {}
        if self.token:
            headers["authorization"] = f"Bearer {self.token}"
        if isinstance(body, str):
            body = body.encode()
        self.connection.request(method, path, body, headers)
        answer = self.connection.getresponse()
        content = answer.read()
        assert answer.status < 300, (method, path, answer.status, content[:2000])
        return content


def replaced(book, old, new):
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            content = source.read(name)
            if name == "xl/sharedStrings.xml":
                assert old.encode() in content
                content = content.replace(old.encode(), new.encode())
            target.writestr(name, content)
    return out.getvalue()


def main():
    if "--no-build" not in sys.argv:
        subprocess.run(["cargo", "build", "--release", "--quiet"], cwd=ROOT, check=True)
    with tempfile.TemporaryDirectory() as folder:
        server = Server(folder)
        try:
            document = json.loads(server.call("GET", "/api/v1/criteria-sets/par-illustrative-provinces/versions/1/document"))
            declared = [leaf for leaf in leaves(document) if leaf["source"] == "assessment"]
            times = {"json": [], "xlsx": []}
            sizes = {}
            for turn in range(ROUNDS):
                by_json, by_sheet = f"JSON {turn:04}", f"XLSX {turn:04}"
                items = [{"indicator": leaf["code"], "value": value_of(leaf), "explanation": by_json} for leaf in declared]
                body = json.dumps({"items": items})
                started = time.perf_counter()
                saved = json.loads(server.call("PUT", f"{FORM}/items", "application/json", body))
                times["json"].append(time.perf_counter() - started)
                assert saved["saved"] == len(items), saved
                book = replaced(server.call("GET", f"{FORM}/template.xlsx"), by_json, by_sheet)
                started = time.perf_counter()
                saved = json.loads(server.call("PUT", f"{FORM}/workbook", XLSX, book))
                times["xlsx"].append(time.perf_counter() - started)
                assert saved["saved"] == len(items), saved
                sizes = {"json": len(body.encode()), "xlsx": len(book)}
        finally:
            server.process.terminate()
            server.process.wait()
    median = {kind: statistics.median(taken) * 1000 for kind, taken in times.items()}
    ratio = median["xlsx"] / median["json"]
    for kind in times:
        print(f"{kind}: {len(declared)} items, {sizes[kind]} bytes, median {median[kind]:.2f} ms of {ROUNDS}")
    print(f"xlsx / json: {ratio:.2f} (bound {BOUND})")
    sys.exit(ratio >= BOUND)


main()
