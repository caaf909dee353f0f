#!/usr/bin/env python3
"""envgate without envgate: client.py ENVIRONMENT NAME >file

Prints a secret, byte for byte. In a protected environment it asks, waits for the reviewers, reads, and
ends the grant. The connection is what the request and the grant live by, so no ticket is needed.
"""
import base64, json, os, socket, struct, sys, time

PATIENCE = 30  # seconds, for a daemon whose queue of connections is full


class Vault:
    def __init__(self, path):
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.connect(path)
        self.require_trust(path)
        self.buffer = b""
        self.calls = 0

    def connect(self, path):
        """A full queue is EAGAIN for who does not block; who blocks could wait there for ever."""
        self.socket.setblocking(False)
        end = time.monotonic() + PATIENCE
        busy = False
        while True:
            try:
                self.socket.connect(path)
                break
            except BlockingIOError:
                if time.monotonic() > end:
                    sys.exit(f"{path}: the daemon took no connection within {PATIENCE} seconds")
                if not busy:
                    print("the daemon is busy; trying again", file=sys.stderr)
                busy = True
                time.sleep(0.1)
            except OSError as error:
                sys.exit(f"{path}: {error.strerror}")
        self.socket.setblocking(True)

    def require_trust(self, path):
        """The kernel says who listens. Trusted are root, this account, and the system account that owns the socket."""
        size = struct.calcsize("3i")
        credentials = self.socket.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, size)
        _, listener, _ = struct.unpack("iII", credentials)
        owner = os.lstat(path).st_uid
        if listener not in (0, os.geteuid()) and not (listener < 1000 and listener == owner):
            sys.exit(f"{path}: uid {listener} listens there, which is not the vault")

    def call(self, method, **params):
        self.calls += 1
        message = {"jsonrpc": "2.0", "id": self.calls, "method": method, "params": params}
        self.socket.sendall(json.dumps(message).encode() + b"\n")
        reply = json.loads(self.line())
        if reply["id"] != self.calls:
            sys.exit("the answer is to another call")
        return reply

    def line(self):
        while b"\n" not in self.buffer:
            more = self.socket.recv(65536)
            if not more or len(self.buffer) > 4 << 20:
                sys.exit("the daemon sent no whole line")
            self.buffer += more
        line, self.buffer = self.buffer.split(b"\n", 1)
        return line

    def must(self, method, **params):
        reply = self.call(method, **params)
        if "error" in reply:
            sys.exit(f"{reply['error']['data']['reason']}: {reply['error']['message']}")
        return reply["result"]


environment, name = sys.argv[1:]
vault = Vault(os.environ.get("ENVGATE_SOCKET", "/run/envgate/envgate.sock"))
print("vault", vault.must("server.status")["version"], file=sys.stderr)
reply = vault.call("secret.get", environment=environment, name=name)
if reply.get("error", {}).get("data", {}).get("reason") == "gate.required":
    request = vault.must("request.create", environment=environment, secrets=[name], attended=True)
    number = request["id"]
    print("request", number, request["state"], file=sys.stderr)
    while request["state"] == "waiting":
        request = vault.must("request.wait", request=number, revision=request.get("revision", 0))
    if request["state"] != "approved":
        sys.exit(f"request {number} is {request['state']}")
    vault.must("grant.activate", request=number)
    value = vault.must("grant.read", request=number)["items"][0]["value"]
    vault.must("grant.close", request=number, outcome="success")
else:
    value = reply["result"]["value"] if "result" in reply else sys.exit(reply["error"]["message"])
sys.stdout.buffer.write(base64.b64decode(value["base64"]) if isinstance(value, dict) else value.encode())
