"""Submitters that save at once, what they were told, and whether all of it is there.

Each agency has one submitter, who saves all indicators again and again, each time with the number of the save in every
explanation and a key of its own. What was answered with 200 is kept here; what got no answer is sent again with its key.
"""

import secrets, threading, time

from house import AGENCIES, INDICATORS, ROUND, Broken, Client, Gone, must


class Ledger:
    """What one submitter sent and was told."""

    def __init__(self, agency, token):
        self.agency, self.token, self.run = agency, token, secrets.token_hex(6)
        self.number = 0  # of the last save that was sent
        self.told = 0  # of the last save that was answered with 200
        self.stored = 0  # saves that are known to be stored
        self.entries_before = 0  # entries of earlier saves in the audit trail
        self.answers = {}  # the latest answers, by number
        self.unanswered = None  # a save that got no answer
        self.refusals = {}  # how many answers had which other status
        self.without_retry_after = 0
        self.slowest = 0.0

    def path(self):
        return f"/api/v1/rounds/{ROUND}/submissions/{self.agency}"

    def send(self, client, number):
        value = {"kind": "yes_no", "yes": number % 2 == 0}
        items = [{"indicator": code, "value": value, "explanation": f"save {number}"} for code in INDICATORS]
        return client.call("PUT", f"{self.path()}/items", {"items": items}, Idempotency_Key=f"{self.run}-{number}")

    def save(self, client):
        """One save, or the one before once more if it got no answer. Tells whether it was stored."""
        number = self.unanswered or self.number + 1
        self.number, self.unanswered = number, number
        before = time.monotonic()
        try:
            answer = self.send(client, number)
        finally:
            self.slowest = max(self.slowest, time.monotonic() - before)
        if answer.status == 200:
            self.unanswered, self.told = None, number
            self.stored += 1
            self.answers = {number: answer.body}
            return True
        self.refusals[answer.status] = self.refusals.get(answer.status, 0) + 1
        if answer.status == 503 and not answer.headers.get("Retry-After"):
            self.without_retry_after += 1
        # Refused for now: the same save is sent again under its key.
        return False

    def shown(self, client):
        """The number that all items bear; all must bear the same."""
        answer = client.call("GET", self.path())
        must(answer.status == 200, f"reading {self.agency}: {answer}")
        lines = [(line["item"] or {}).get("explanation") for line in answer.json()["items"]]
        must(len(lines) == len(INDICATORS), f"{self.agency} shows {len(lines)} lines")
        numbers = set(lines)
        must(len(numbers) == 1, f"{self.agency} holds half a save: {sorted(map(str, numbers))}")
        told = numbers.pop()
        return int(told.split()[1]) if told else 0

    def check(self, client):
        """Nothing that was told is lost, nothing is half, and keys get their first answers. How many answers came again."""
        shown = self.shown(client)
        must(shown in (self.told, self.unanswered), f"{self.agency} shows save {shown}, told {self.told}, open {self.unanswered}")
        again = 0
        for number, body in self.answers.items():
            answer = self.send(client, number)
            must((answer.status, answer.body) == (200, body), f"{self.agency}: save {number} was answered otherwise: {answer}")
            again += 1
        if self.unanswered is not None:
            answer = self.send(client, self.unanswered)
            must(answer.status == 200, f"{self.agency}: the open save: {answer}")
            self.told, self.answers = self.unanswered, {self.unanswered: answer.body}
            self.stored, self.unanswered = self.stored + 1, None
            again += 1
        must(self.shown(client) == self.told, f"{self.agency} does not show save {self.told}")
        return again


class Load:
    """All submitters, each in a thread, until they are told to stop."""

    def __init__(self, server, token):
        self.server = server
        self.ledgers = [Ledger(agency, token) for agency in AGENCIES]
        self.threads, self.stopping, self.faults = [], threading.Event(), []

    def start(self, end_with_the_line=False):
        self.stopping.clear()
        self.threads = [threading.Thread(target=self.work, args=(ledger, end_with_the_line), daemon=True) for ledger in self.ledgers]
        for thread in self.threads:
            thread.start()

    def work(self, ledger, end_with_the_line):
        client = Client(self.server.port, ledger.token)
        while not self.stopping.is_set():
            try:
                if not ledger.save(client):
                    self.stopping.wait(0.02)
            except Gone:
                if end_with_the_line:
                    return
                self.stopping.wait(0.05)
            except Broken as broken:
                self.faults.append(broken)
                return
        client.close()

    def stop(self):
        self.stopping.set()
        self.join()

    def join(self):
        for thread in self.threads:
            thread.join()
        for fault in self.faults:
            raise fault

    def stored(self):
        return sum(ledger.stored for ledger in self.ledgers)

    def refusals(self):
        sums = {}
        for ledger in self.ledgers:
            for status, count in ledger.refusals.items():
                sums[status] = sums.get(status, 0) + count
        return sums

    def check(self):
        return sum(ledger.check(Client(self.server.port, ledger.token)) for ledger in self.ledgers)


def entries_of(admin, agency):
    """How many saves the audit trail holds of an agency."""
    count, cursor = 0, ""
    while cursor is not None:
        page = admin.good("GET", f"/audit?object_kind=submission&object_id={ROUND}/{agency}&limit=500{cursor}").json()
        count += sum(entry["action"] == "save_submission_items" for entry in page["data"])
        cursor = page["page"]["next"] and f"&cursor={page['page']['next']}"
    return count


def check_audit(server, people, load):
    """Each stored save left exactly one entry."""
    admin = people.login(server, "admin")
    for ledger in load.ledgers:
        count = entries_of(admin, ledger.agency) - ledger.entries_before
        must(count == ledger.stored, f"{ledger.agency}: {ledger.stored} saves are stored, the audit trail holds {count}")
