"""The real server in a process of its own, a client that speaks to it, and a round in which agencies save."""

import http.client, json, os, pathlib, secrets, signal, socket, subprocess, tempfile, time

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
BINARY = os.environ["FAULT_BINARY"]
TMP = os.environ["FAULT_TMP"]
AGENCIES = [f"unit-{number}" for number in range(1, 7)]
INDICATORS = [f"{domain}.{leaf}" for domain in range(1, 5) for leaf in range(1, 6)]
ROUND = "fault-round"


class Broken(Exception):
    """A promise that did not hold."""


def must(holds, sentence):
    if not holds:
        raise Broken(sentence)


class Gone(Exception):
    """No answer: the line broke before one came."""


class Answer:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    def json(self):
        return json.loads(self.body)

    def __repr__(self):
        return f"{self.status} {self.body[:300]!r}"


class Client:
    """Speaks to one server over a connection that it opens again when it broke."""

    def __init__(self, port, token=None, timeout=30):
        self.port, self.token, self.timeout, self.connection = port, token, timeout, None

    def call(self, method, path, body=None, **headers):
        sent = {"Content-Type": "application/json", "Accept-Language": "en"}
        if self.token:
            sent["Authorization"] = f"Bearer {self.token}"
        sent.update({name.replace("_", "-"): value for name, value in headers.items()})
        data = None if body is None else json.dumps(body).encode()
        if method == "GET" and self.connection is not None and time.monotonic() - self.used > 2:
            self.close()  # the server closes what rests
        self.used = time.monotonic()
        try:
            if self.connection is None:
                self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=self.timeout)
            self.connection.request(method, path, data, sent)
            answer = self.connection.getresponse()
            read = Answer(answer.status, answer.headers, answer.read())
            if answer.will_close:
                self.close()
            return read
        except (OSError, http.client.HTTPException) as error:
            self.close()
            raise Gone(repr(error)) from error

    def close(self):
        if self.connection is not None:
            self.connection.close()
        self.connection = None

    def good(self, method, path, body=None, **headers):
        answer = self.call(method, f"/api/v1{path}", body, **headers)
        must(answer.status < 300, f"{method} {path}: {answer}")
        return answer

    def login(self, username, password):
        self.token = None
        self.token = self.good("POST", "/auth/login", {"username": username, "password": password}).json()["access_token"]
        return self


class Server:
    """A server of its own, with a folder of its own."""

    def __init__(self, url=None, folder=None, **settings):
        self.folder = folder or tempfile.mkdtemp(dir=TMP)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        keys = {name: f"{self.folder}/{name.lower()}" for name in ("TOKEN_KEY_DIR", "PUBLICATION_KEY_DIR", "AUDIT_KEY_DIR", "SECRET_KEY_DIR")}
        self.env = {
            "PATH": os.environ["PATH"],
            **{f"PARINDEX_{name}": value for name, value in {
                "BIND": f"127.0.0.1:{self.port}", "DATA_DIR": self.folder, "LOG": "warn",
                "DATABASE_URL": url or f"sqlite:{self.folder}/parindex.sqlite",
                "RATE_AUTHENTICATED_PER_MINUTE": "0", "RATE_ANONYMOUS_PER_MINUTE": "0", "RATE_LOGIN_PER_MINUTE": "0",
                "SECOND_FACTOR_ROLES": "none",
                **keys, **settings,
            }.items() if self.knows(f"PARINDEX_{name}")},
        }
        self.all.append(self)
        self.process, self.log = None, open(f"{TMP}/server-{self.port}.log", "ab")

    known = None
    all = []

    @classmethod
    def knows(cls, name):
        """An unknown setting refuses to start, and an earlier version knows fewer."""
        if cls.known is None:
            text = subprocess.run([BINARY, "settings"], capture_output=True, text=True, check=True).stdout
            cls.known = {word for word in text.split() if word.startswith("PARINDEX_")}
        return name in cls.known

    def run(self, *arguments, given=None):
        done = subprocess.run([BINARY, *arguments], env=self.env, input=given, text=True, capture_output=True, cwd=ROOT)
        must(done.returncode == 0, f"parindex {' '.join(arguments)}: {done.stderr[-600:]}")
        return done.stdout

    def start(self, **more):
        self.process = subprocess.Popen([BINARY, "serve"], env={**self.env, **more}, stdout=self.log, stderr=self.log)
        return self.wait_ready()

    def wait_ready(self, seconds=60):
        """The seconds until it says that it is ready."""
        before = time.monotonic()
        while time.monotonic() - before < seconds:
            try:
                if Client(self.port, timeout=5).call("GET", "/health/ready").status == 200:
                    return time.monotonic() - before
            except Gone:
                pass
            must(self.process.poll() is None, f"the server ended: {self.said()}")
            time.sleep(0.01)
        raise Broken(f"the server was not ready within {seconds} s: {self.said()}")

    def said(self):
        return pathlib.Path(self.log.name).read_text(errors="replace")[-800:]

    def kill(self):
        self.process.kill()
        self.process.wait()

    def stop(self):
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(timeout=60)


class People:
    """Who works on the round: an administrator, an evaluator, and a submitter of all agencies."""

    def __init__(self):
        self.passwords = {}

    def login(self, server, name):
        return Client(server.port).login(name, self.passwords[name])

    def settle(self, server):
        """Sets everything up through the API, up to an open round."""
        self.passwords["admin"] = secrets.token_urlsafe(24)
        server.run("admin", "create", "admin", "--password-file", "-", given=self.passwords["admin"])
        if server.process is None:
            server.start()
        admin = self.login(server, "admin")
        agencies = [{"code": code, "level": "ministry", "names": [{"name_vi": f"Đơn vị {code}"}]} for code in ["owner", *AGENCIES]]
        levels = [{"code": "ministry", "name_vi": "Bộ", "order": 1}]
        admin.good("POST", "/agency-imports", {"levels": levels, "agencies": agencies})
        admin.good("POST", "/criteria-sets", criteria_set())
        self.add(server, admin, "evaluator", [{"role": "evaluator", "agency": "owner"}])
        self.add(server, admin, "submitter", [{"role": "submitter", "agency": code} for code in AGENCIES])
        open_round(self.login(server, "evaluator"), ROUND, "2099-01-01T00:00:00Z")
        return self

    def add(self, server, admin, name, grants):
        made = admin.good("POST", "/users", {"username": name, "display_name": name, "grants": grants}).json()
        own = secrets.token_urlsafe(24)
        first = Client(server.port).login(name, made["initial_password"])
        first.good("PUT", "/auth/password", {"current_password": made["initial_password"], "new_password": own})
        self.passwords[name] = own


def criteria_set():
    def leaf(code):
        return {"code": code, "name_vi": f"Tiêu chí {code}", "maximum": "5", "source": "assessment",
                "rule": {"kind": "yes_no", "yes": "5", "no": "0"}}

    return {
        "code": "faults", "version": 1, "title_vi": "Bộ tiêu chí thử sự cố", "level": "ministry", "maximum": "100",
        "combine": "sum", "rounding": {"decimals": 2, "mode": "half_up"}, "ranking": {"basis": "exact", "ties": "competition"},
        "children": [{"code": str(domain), "name_vi": f"Lĩnh vực {domain}", "maximum": "25", "combine": "sum",
                      "children": [leaf(code) for code in INDICATORS if code.startswith(f"{domain}.")]} for domain in range(1, 5)],
    }


def new_round(evaluator, code, deadline):
    etag = evaluator.good("POST", "/rounds", {
        "code": code, "title_vi": "Kỳ thử sự cố", "year": 2025, "owner": "owner",
        "criteria_set": {"code": "faults", "version": 1}, "deadlines": {"self_assessment": deadline}}).headers["ETag"]
    rows = [{"agency": agency} for agency in AGENCIES]
    etag = evaluator.good("PUT", f"/rounds/{code}/agencies", {"agencies": rows}, If_Match=etag).headers["ETag"]
    nodes = [{"node": str(domain), "body": "owner"} for domain in range(1, 5)]
    return evaluator.good("PUT", f"/rounds/{code}/assignments", {"assignments": nodes}, If_Match=etag).headers["ETag"]


def open_round(evaluator, code, deadline):
    etag = new_round(evaluator, code, deadline)
    evaluator.good("POST", f"/rounds/{code}/transitions", {"to": "self_assessment"}, If_Match=etag)
