"""Two instances are asked for the same transition at the same moment."""

import os, threading

from database import new_database
from house import People, Server, must, new_round

RACES = int(os.environ.get("FAULT_RACES", "30"))


def run():
    url = new_database("race")
    first = Server(url)
    first.run("keys", "create")
    people = People().settle(first)
    # The second instance shares the folder, and so the keys.
    second = Server(url, folder=first.folder)
    second.start()
    askers = [people.login(first, "evaluator"), people.login(second, "evaluator")]
    lost = {}
    for number in range(RACES):
        code = f"race-{number}"
        etag = new_round(askers[0], code, "2099-01-01T00:00:00Z")
        barrier, answers = threading.Barrier(2), [None, None]

        def ask(place):
            barrier.wait()
            answers[place] = askers[place].call(
                "POST", f"/api/v1/rounds/{code}/transitions", {"to": "self_assessment"}, If_Match=etag)

        threads = [threading.Thread(target=ask, args=(place,)) for place in (0, 1)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        statuses = sorted(answer.status for answer in answers)
        must(statuses[0] == 200 and statuses[1] in (409, 412), f"{code}: answered {statuses}")
        lost[statuses[1]] = lost.get(statuses[1], 0) + 1
    admin = people.login(first, "admin")
    entries = admin.good("GET", "/audit?object_kind=round&limit=500").json()["data"]
    for number in range(RACES):
        moves = [entry for entry in entries if entry["object_id"] == f"race-{number}" and entry["action"] == "move_round"]
        must(len(moves) == 1, f"race-{number}: {len(moves)} transitions in the audit trail")
    first.stop()
    second.stop()
    yield f"two instances, one transition: {RACES} races, each won by exactly one; the other was answered {lost}"
