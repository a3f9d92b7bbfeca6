#!/usr/bin/env python3
"""Makes what the bulk saves of benches/http.sh need, and prints it as shell exports. Everything of that measurement that depends
on the shape of the API stands here.
"""

import json, os, shlex, sys, urllib.error, urllib.request, uuid

BASE = os.environ["BASE"]
AGENCY_COUNT, INDICATOR_COUNT = int(os.environ["AGENCY_COUNT"]), int(os.environ["INDICATOR_COUNT"])
SET, ROUND, OWNER = "bench", "bench-round", "bench-owner"
AGENCIES = [f"bench-{number:03}" for number in range(1, AGENCY_COUNT + 1)]
RUN = uuid.uuid4().hex[:8]


def call(method, path, token=None, body=None, if_match=None):
    """Answers (ETag, document); stops with the server's own words on an error."""
    headers = {"Content-Type": "application/json"}
    if token:
        headers["Authorization"] = f"Bearer {token}"
    if if_match:
        headers["If-Match"] = if_match
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(f"{BASE}/api/v1{path}", data, headers, method=method)
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            text = answer.read()
            return answer.headers.get("ETag"), json.loads(text) if text else None
    except urllib.error.HTTPError as error:
        sys.exit(f"{method} {path}: {error.code} {error.read().decode()}")


def login(username, password):
    return call("POST", "/auth/login", body={"username": username, "password": password})[1]["access_token"]


def person(admin, username, grants):
    """A new user, logged in with a password of its own."""
    body = {"username": f"{username}-{RUN}", "display_name": username, "grants": grants}
    made = call("POST", "/users", admin, body)[1]
    first, own = made["initial_password"], "correct horse " + uuid.uuid4().hex
    token = login(body["username"], first)
    call("PUT", "/auth/password", token, {"current_password": first, "new_password": own})
    return login(body["username"], own)


def codes():
    """Ten domains; their indicators share 100 points equally."""
    per_domain = INDICATOR_COUNT // 10
    return {str(d): [f"{d}.{i}" for i in range(1, per_domain + 1)] for d in range(1, 11)}


def criteria_set():
    points = f"{100 / INDICATOR_COUNT:.2f}"
    return {
        "code": SET, "version": 1, "title_vi": "Bộ tiêu chí đo tốc độ", "title_en": "Bench criteria set",
        "level": "ministry", "maximum": "100", "combine": "sum",
        "rounding": {"decimals": 2, "mode": "half_up"}, "ranking": {"basis": "exact", "ties": "competition"},
        "children": [
            {
                "code": domain, "name_vi": f"Lĩnh vực {domain}", "maximum": "10", "combine": "sum",
                "children": [
                    {"code": leaf, "name_vi": f"Tiêu chí {leaf}", "maximum": points, "source": "assessment",
                     "rule": {"kind": "yes_no", "yes": points, "no": "0"}}
                    for leaf in leaves
                ],
            }
            for domain, leaves in codes().items()
        ],
    }


def items(value):
    value = {"kind": "yes_no", "yes": value}
    return {"items": [{"indicator": leaf, "value": value} for leaves in codes().values() for leaf in leaves]}


admin = login("admin", os.environ["BENCH_PASSWORD"])
call("POST", "/agency-imports", admin, {
    "levels": [], "regions": [],
    "agencies": [{"code": code, "level": "ministry", "names": [{"name_vi": f"Đơn vị {code}"}]} for code in [OWNER, *AGENCIES]],
})
call("POST", "/criteria-sets", admin, criteria_set())
evaluator = person(admin, "bench-evaluator", [{"role": "evaluator", "agency": OWNER}])
token = person(admin, "bench-submitter", [{"role": "submitter", "agency": code} for code in AGENCIES])
etag, _ = call("POST", "/rounds", evaluator, {
    "code": ROUND, "title_vi": "Kỳ đo tốc độ", "year": 2025, "owner": OWNER,
    "criteria_set": {"code": SET, "version": 1}, "deadlines": {"self_assessment": "2099-01-01T00:00:00Z"},
})
etag, _ = call("PUT", f"/rounds/{ROUND}/agencies", evaluator, {"agencies": [{"agency": code} for code in AGENCIES]}, etag)
assignments = [{"node": domain, "body": OWNER} for domain in codes()]
etag, _ = call("PUT", f"/rounds/{ROUND}/assignments", evaluator, {"assignments": assignments}, etag)
call("POST", f"/rounds/{ROUND}/transitions", evaluator, {"to": "self_assessment"}, etag)

# One save outside the measurement: a mistake shows here with the server's own words.
call("PUT", f"/rounds/{ROUND}/submissions/{AGENCIES[0]}/items", token, items(True))
for name, value in {
    "ROUND": ROUND, "AGENCIES": " ".join(AGENCIES), "TOKEN": token,
    "BODY_1": json.dumps(items(False)), "BODY_2": json.dumps(items(True)),
}.items():
    print(f"export {name}={shlex.quote(value)}")
