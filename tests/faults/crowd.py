"""Ten thousand connections that rest, and clients that send too slowly."""

import os, resource, socket, time

from house import Client, People, Server, must

CONNECTIONS = int(os.environ.get("FAULT_CONNECTIONS", "10000"))
# Bytes of memory that a resting connection may cost.
WEIGHT_MAX = 32 * 1024
SLOW_SECONDS_MAX = 15
REQUEST = b"GET /health/live HTTP/1.1\r\nhost: crowd\r\n\r\n"


def memory(server):
    """Resident memory in bytes."""
    with open(f"/proc/{server.process.pid}/status") as status:
        return next(int(line.split()[1]) * 1024 for line in status if line.startswith("VmRSS:"))


def opened(server):
    return socket.create_connection(("127.0.0.1", server.port), timeout=30)


def answered_in(client):
    began = time.monotonic()
    answer = client.call("GET", "/health/ready")
    must(answer.status == 200, f"beside the crowd: {answer}")
    return time.monotonic() - began


def resting(server):
    """All of them ask once and stay; somebody else is served beside them."""
    before = memory(server)
    crowd = []
    for _ in range(CONNECTIONS):
        crowd.append(opened(server))
        crowd[-1].sendall(REQUEST)
    for connection in crowd:
        must(connection.recv(4096).startswith(b"HTTP/1.1 200"), "one of the crowd got no answer")
    beside = answered_in(Client(server.port))
    weight = (memory(server) - before) // CONNECTIONS
    must(weight <= WEIGHT_MAX, f"a resting connection costs {weight} bytes")
    for connection in crowd:
        connection.close()
    return beside, weight


def cut_off(server, head, more):
    """Sends the beginning of a request, then a byte now and then; after how many seconds the line is cut, and the status."""
    connection, began, answer = opened(server), time.monotonic(), b""
    connection.sendall(head)
    connection.settimeout(0.5)
    while time.monotonic() - began < 4 * SLOW_SECONDS_MAX:
        try:
            connection.sendall(more)
            part = connection.recv(4096)
            if not part:
                break
            answer += part
        except TimeoutError:
            continue
        except OSError:
            break
    connection.close()
    status = answer.split(b" ")[1].decode() if answer.startswith(b"HTTP/1.1 ") else "none"
    return time.monotonic() - began, status


def run():
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    must(hard >= 2 * CONNECTIONS or hard == resource.RLIM_INFINITY, f"only {hard} open files are allowed here: ulimit -n")
    # The server takes the limit over.
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    server = Server(REQUEST_SECONDS_MAX="10")
    server.run("keys", "create")
    People().settle(server)
    beside, weight = resting(server)
    yield (f"{CONNECTIONS} connections rest at once, {weight / 1024:.0f} kB each; another request is answered in "
           f"{beside * 1000:.0f} ms")
    start = b"POST /api/v1/auth/login HTTP/1.1\r\nhost: crowd\r\ncontent-type: application/json\r\n"
    for what, head, more in (("head", start, b"x"), ("body", start + b"content-length: 1000\r\n\r\n", b" ")):
        seconds, status = cut_off(server, head, more)
        must(seconds <= SLOW_SECONDS_MAX, f"a slow {what} held its place for {seconds:.0f} s")
        must(status == "408", f"a slow {what} was answered {status}")
        yield f"a {what} that comes too slowly is cut off after {seconds:.1f} s with {status}"
    server.stop()
