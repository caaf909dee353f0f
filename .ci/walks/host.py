"""A build host for the commands of the pages: accounts, a vault, and stand-ins for programs of other people.

Invariant: nothing of it is seen outside of the mount namespace that it is made in. /etc is a copy; /run, /var/lib,
/var/backups and /home are empty folders in memory; the account database has the accounts of the pages.
"""

import os
import shutil
import signal
import subprocess
import threading

from terminal import Terminal

# systemd-sysusers counts down from 999, adduser up from 100.
UIDS = {"envgate": 901, "alice": 2001, "gitlab-runner": 2002, "bob": 2003, "carol": 2004, "alice-adm": 2005}
GROUPS = {"envgate-admins": 2100, "ops": 2101}
MEMBERS = {"envgate": ["alice", "gitlab-runner", "bob", "carol"], "ops": ["bob", "alice"]}

CONFIGURATION = """{
  "socket": "/run/envgate/envgate.sock",
  "socket_group": "envgate",
  "state_directory": "/var/lib/envgate",
  "root_key": { "file": "/etc/envgate/root.key" },
  "admins": ["user:root"],
  "auditors": ["user:carol"],
  "service_accounts": ["user:gitlab-runner"]
}
"""


class Fault(Exception):
    """What was run does not do what its page says."""


class Host:
    def __init__(self, programs, checkout):
        self.checkout = checkout
        self.folder = "/run/walk"
        self._mount(programs)
        self._accounts()
        self.path = f"{self.folder}/stand-ins:{self.folder}/bin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

    # -- the place ------------------------------------------------------------------------------------

    def _mount(self, programs):
        programs = {name: self._bytes(f"{programs}/{name}") for name in ("envgate", "envgated")}
        copy = "/mnt"
        self._call("mount", "-t", "tmpfs", "-o", "mode=0755", "walk", copy)
        os.mkdir(copy + "/etc")
        self._call("cp", "-a", "/etc/.", copy + "/etc")
        self._call("mount", "--bind", copy + "/etc", "/etc")
        for folder in ("/run", "/var/lib", "/var/backups", "/home"):
            self._call("mount", "-t", "tmpfs", "-o", "mode=0755", "walk", folder)
        for folder in ("", "/bin", "/stand-ins"):
            os.mkdir(self.folder + folder, 0o755)
        for name, content in programs.items():
            self.write(f"{self.folder}/bin/{name}", content, mode=0o755)
        source = os.path.join(os.path.dirname(os.path.abspath(__file__)), "bin")
        for name in os.listdir(source):
            self.write(f"{self.folder}/stand-ins/{name}", self._bytes(f"{source}/{name}"), mode=0o755)

    def _accounts(self):
        passwd = [line for line in open("/etc/passwd") if line.split(":")[0] not in UIDS]
        group = [line for line in open("/etc/group") if line.split(":")[0] not in {**UIDS, **GROUPS}]
        taken = {int(line.split(":")[2]) for line in passwd + group}
        for name, number in {**UIDS, **GROUPS}.items():
            if number in taken:
                raise Fault(f"{number} is taken on this host; the walk wants it for {name}")
            group.append(f"{name}:x:{number}:{','.join(MEMBERS.get(name, []))}\n")
        for name, uid in UIDS.items():
            passwd.append(f"{name}:x:{uid}:{uid}::/home/{name}:/bin/bash\n")
        for path, lines in (("/etc/passwd", passwd), ("/etc/group", group)):
            self.write(path, "".join(lines))

    # -- the vault ------------------------------------------------------------------------------------

    def new_vault(self, configuration=CONFIGURATION):
        """Makes vault and homes anew, as a page begins with them: requests count from 1."""
        self.stop()
        for folder in ("/etc/envgate", "/run/envgate", "/var/lib/envgate"):
            shutil.rmtree(folder, ignore_errors=True)
            os.mkdir(folder, 0o755)
        for folder in ("/run/envgate", "/var/lib/envgate"):
            os.chown(folder, UIDS["envgate"], UIDS["envgate"])
        os.chmod("/var/lib/envgate", 0o700)
        for name, uid in UIDS.items():
            shutil.rmtree(f"/home/{name}", ignore_errors=True)
            os.mkdir(f"/home/{name}", 0o700)
            os.chown(f"/home/{name}", uid, uid)
        self.write("/etc/envgate/envgated.json", configuration)
        self.root("envgated init --config /etc/envgate/envgated.json")
        self.root("systemctl start envgated")

    def stop(self):
        self.root("systemctl stop envgated")

    # -- who does what ----------------------------------------------------------------------------------

    def root(self, script, **more):
        return self.run("root", script, **more)

    def run(self, who, script, typed=None, codes=(0,), timeout=30):
        """Runs a script as an account, in its home, and returns what it printed.

        Of a script with `typed` on a terminal, what the terminal showed: pairs of a text to wait for and of keys.
        """
        if typed is not None:
            shown = Terminal(self._command(who, script), typed, timeout)
            code, said = shown.code, shown
        else:
            job = self.start(who, script)
            code, said = job.wait(timeout), job
        if code not in codes:
            raise Fault(f"as {who}: {script}\nends with {code}\n{said}")
        return said

    def start(self, who, script):
        """Starts a script as an account, and goes on."""
        return Job(self._command(who, script))

    def approving(self):
        """A reviewer who approves whatever comes, until the end of a `with`."""
        return Approver(self)

    def home(self, who):
        return "/root" if who == "root" else f"/home/{who}"

    def file(self, who, name, text, mode=0o644):
        """Puts a file into the home of an account."""
        path = f"{self.folder if who == 'root' else self.home(who)}/{name}"
        for folder in self._missing(os.path.dirname(path)):
            os.mkdir(folder)
            self._own(who, folder)
        self.write(path, text, mode)
        self._own(who, path)
        return path

    def example(self, who, name, place):
        """Puts an example into the home of an account, as somebody who follows a page would."""
        return self.file(who, place, self._bytes(f"{self.checkout}/config/examples/{name}"), 0o755)

    def _command(self, who, script):
        uid = 0 if who == "root" else UIDS[who]
        home = self.folder if who == "root" else self.home(who)
        return [
            "/usr/bin/setpriv", f"--reuid={uid}", f"--regid={uid}", "--init-groups",
            "/usr/bin/env", "-i", "-C", home, f"HOME={home}", f"USER={who}", f"LOGNAME={who}", f"PATH={self.path}",
            "LANG=C.UTF-8", "TERM=xterm", "NO_COLOR=1", "bash", "-euo", "pipefail", "-c", script,
        ]

    def _own(self, who, path):
        uid = 0 if who == "root" else UIDS[who]
        os.chown(path, uid, uid)

    @staticmethod
    def _missing(folder):
        missing = []
        while not os.path.isdir(folder):
            missing.insert(0, folder)
            folder = os.path.dirname(folder)
        return missing

    @staticmethod
    def write(path, text, mode=0o644):
        with open(path, "wb") as file:
            file.write(text.encode() if isinstance(text, str) else text)
        os.chmod(path, mode)

    @staticmethod
    def _bytes(path):
        with open(path, "rb") as file:
            return file.read()

    @staticmethod
    def _call(*words):
        subprocess.run(words, check=True)


class Job:
    """A script that runs: its output and its log, each line as soon as it is there."""

    def __init__(self, command):
        self._process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            start_new_session=True)
        self.out, self.log = [], []
        self._news = threading.Condition()
        self._readers = [
            threading.Thread(target=self._read, args=pair, daemon=True)
            for pair in ((self._process.stdout, self.out), (self._process.stderr, self.log))]
        for reader in self._readers:
            reader.start()

    def _read(self, stream, lines):
        for line in stream:
            with self._news:
                lines.append(line.rstrip("\n"))
                self._news.notify_all()

    def until(self, text, timeout=30):
        """Waits for a line with the text, in output or log."""
        with self._news:
            if not self._news.wait_for(lambda: any(text in line for line in self.out + self.log), timeout):
                raise Fault(f"no {text!r} in\n{self}")
        return self

    def wait(self, timeout=30):
        try:
            code = self._process.wait(timeout)
        except subprocess.TimeoutExpired:
            os.killpg(self._process.pid, signal.SIGKILL)
            raise Fault(f"does not end\n{self}") from None
        for reader in self._readers:
            reader.join(5)
        return code

    def end(self):
        os.killpg(self._process.pid, signal.SIGTERM)
        return self.wait()

    def __str__(self):
        return "\n".join(self.out + self.log)


class Approver:
    """Alice, who approves each request as soon as it waits."""

    SCRIPT = """envgate watch --json | while read -r line; do
      id=$(jq -r '.request | select(.state == "waiting") | .id' <<<"$line")
      if [[ $id ]]; then envgate approve "$id" --yes --accept-new || true; fi
    done"""

    def __init__(self, host):
        self._host = host

    def __enter__(self):
        self._job = self._host.start("alice", self.SCRIPT)
        return self

    def __exit__(self, *_):
        self._job.end()
