"""The clock jumps: forward past tokens and deadlines, and back."""

import pathlib, subprocess, time

from house import AGENCIES, INDICATORS, TMP, Client, People, Server, must, open_round

FAR = "fault-clock"


def run():
    told = subprocess.run(["find", "/usr/lib", "-name", "libfaketime.so.1"], capture_output=True, text=True).stdout
    found = sorted(told.split())
    must(found, "libfaketime is not installed")
    offset = pathlib.Path(TMP, "offset")
    offset.write_text("+0\n")
    server = Server()
    server.start(LD_PRELOAD=found[0], FAKETIME_TIMESTAMP_FILE=str(offset), FAKETIME_NO_CACHE="1", FAKETIME_DONT_FAKE_MONOTONIC="1")
    people = People().settle(server)
    in_an_hour = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 3600))
    open_round(people.login(server, "evaluator"), FAR, in_an_hour)
    yield played(server, people, lambda text: offset.write_text(f"{text}\n"))
    server.stop()


def played(server, people, set_clock):
    stored = 0

    def save(who, status, what):
        nonlocal stored
        stored += status == 200
        items = [{"indicator": INDICATORS[0], "value": {"kind": "yes_no", "yes": stored % 2 == 0}, "explanation": f"save {stored}"}]
        answer = who.call("PUT", f"/api/v1/rounds/{FAR}/submissions/{AGENCIES[0]}/items", {"items": items})
        must(answer.status == status, f"{what}: {answer.status} instead of {status}: {answer}")

    def again():
        return people.login(server, "submitter")

    first = again()
    save(first, 200, "at first")
    set_clock("+20m")
    save(first, 401, "a token of 20 minutes ago")
    save(again(), 200, "20 minutes later")
    set_clock("+2h")
    late = again()
    save(late, 409, "an hour after the deadline")
    set_clock("+0")
    save(first, 200, "the clock is right again, and the first token still young")
    save(Client(server.port, late.token), 401, "a token of two hours from now")
    set_clock("-1d")
    save(first, 401, "a token of tomorrow")
    save(again(), 200, "a day earlier")
    set_clock("+0")
    save(again(), 200, "the clock is right again")
    admin = people.login(server, "admin")
    page = admin.good("GET", f"/audit?object_kind=submission&object_id={FAR}/{AGENCIES[0]}&limit=500").json()["data"]
    saves = [entry for entry in page if entry["action"] == "save_submission_items"]
    must(len(saves) == stored, f"{stored} saves are stored, the audit trail holds {len(saves)}")
    return (f"+20 min, +2 h, back, -1 day, back: {stored} saves stored and in the audit trail, old and future tokens refused, "
            "the deadline held by the clock of the moment")
