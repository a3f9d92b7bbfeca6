"""kill -9 in the middle of writes, again and again, on both databases."""

import os, random

from database import new_database
from house import People, Server
from load import Load, check_audit

KILLS = int(os.environ.get("FAULT_KILLS", "50"))


def run():
    for engine, url in (("SQLite", None), ("PostgreSQL", new_database("kill"))):
        yield played(engine, url)


def played(engine, url):
    server = Server(url)
    server.run("keys", "create")
    people = People().settle(server)
    load = Load(server, people.login(server, "submitter").token)
    chance, again, slowest, in_flight = random.Random(2026), 0, 0.0, 0
    for number in range(KILLS):
        if number % 20 == 19:  # access tokens are good for a quarter of an hour
            token = people.login(server, "submitter").token
            for ledger in load.ledgers:
                ledger.token = token
        load.start(end_with_the_line=True)
        load.stopping.wait(chance.uniform(0.02, 0.5))
        server.kill()
        load.join()
        in_flight += sum(ledger.unanswered is not None for ledger in load.ledgers)
        slowest = max(slowest, server.start())
        again += load.check()
    check_audit(server, people, load)
    server.stop()
    return (f"{engine}: {KILLS} kills, {load.stored()} acknowledged saves of 20 items, 0 lost, 0 half; {in_flight} were in flight, "
            f"{again} sent again and answered as the first time; ready again after {slowest:.2f} s at most")
