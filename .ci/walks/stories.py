"""What goes on around the commands of each page: who types them, and what the others do meanwhile."""

AZURE = '{"clientId":"4a1c","clientSecret":"not-a-real-one","tenantId":"t-1","subscriptionId":"s-1"}'
DEPLOY = """#!/bin/sh
echo "deployed with ${#AZURE_CREDENTIALS} bytes of credentials"
"""


def production(host, *more, reviewers="--reviewer user:alice"):
    """An environment with a gate, a secret of 16 bytes, and a job of the runner."""
    host.root(f"envgate environment create production --requester user:gitlab-runner {reviewers} {' '.join(more)}")
    host.root("printf %s not-a-real-value | envgate secret set AZURE_CREDENTIALS -e production --raw")
    host.file("gitlab-runner", "deploy.sh", DEPLOY, 0o755)


def asked(host, *numbers):
    """Requests of the runner that wait, of these numbers; no two say the same, which would make twins of them."""
    for number in numbers:
        host.run(
            "gitlab-runner", f"envgate request create -e production --ticket-file ticket{number} --reason {number}")


def first(host):
    """A job that was approved: from now on no name is new."""
    with host.approving():
        host.run("gitlab-runner", "envgate exec -e production -- ./deploy.sh")


def readme(host, page):
    # The transcript at the top.
    host.new_vault()
    production(host)
    first(host)
    transcript = page.take("console")
    commands = [line.split("$ ", 1)[1] for line in transcript.text.split("\n") if "$ " in line]
    job = host.start("gitlab-runner", commands[0]).until("waits")
    alice = host.run("alice", commands[1], typed=[("[y/N]", "y\n")])
    job.wait()
    question = next(line for line in str(alice).split("\n") if "[y/N]" in line)
    transcript.isUsed = False
    page.shows("\n".join([
        "runner$ " + commands[0], job.log[0], "alice$ " + commands[1], question, *job.log[1:], *job.out]))

    # Five minutes, as one script.
    host.stop()
    script = []
    while not (script and "wait \"$daemon\"" in script[-1]):
        script.append(page.sh())
    host.root("mkdir minutes; cd minutes; " + "\n".join(script), timeout=120)

    # In CI.
    host.new_vault()
    production(host)
    host.root(f"envgate secret set AZURE_CREDENTIALS -e production <<<'{AZURE}'")
    host.example("gitlab-runner", "azure-run.sh", "ci/azure-run.sh")
    host.file("gitlab-runner", "ci/deploy.sh", DEPLOY, 0o755)
    with host.approving():
        host.run("gitlab-runner", page.sh())

    # You were asked to approve.
    jobs = [
        host.start("gitlab-runner", f"envgate exec -e production --reason {reason} -- ./deploy.sh").until("waits")
        for reason in ("mine", "another")]
    host.run("alice", page.sh(), typed=[("q quits", "q"), ("[y/N]", "y\n")])
    if sorted(job.wait() for job in jobs) != [0, 125]:
        raise AssertionError(f"one job was approved, one rejected: {jobs[0]} {jobs[1]}")


def jobs(host, page):
    host.new_vault()
    production(host)
    first(host)
    job = host.start("gitlab-runner", page.sh()).until("waits")
    host.run("alice", "envgate approve 2 --yes")
    job.wait()
    page.shows("\n".join(job.log))

    for name in ("KUBE", "TOKEN"):
        host.root(f"envgate secret set {name} -e production <<<'{name} value'")
    host.root(f"envgate secret set AZURE_CREDENTIALS -e production <<<'{AZURE}'")
    host.file("gitlab-runner", "publish.sh", '#!/bin/sh\ntest -s "$KUBECONFIG_FILE$KUBECONFIG" && test "$TOKEN"\n', 0o755)
    host.file("gitlab-runner", "sign-in.sh", '#!/bin/sh\ntest "$CLIENT_SECRET" = not-a-real-one\n', 0o755)
    for name in ("build.sh", "publish-all.sh"):
        host.file("gitlab-runner", name, "#!/bin/sh\ntest \"$TOKEN\"\n", 0o755)
    with host.approving():
        host.run("gitlab-runner", page.sh("envgate exec -e production -s KUBE"))
        asked(host, 5, 6)
        host.run("gitlab-runner", page.sh("envgate request create"))
        host.run("gitlab-runner", page.sh("envgate exec -e production --mask"))

    host.root("envgate environment create development --requester user:gitlab-runner --unprotected")
    host.root("envgate secret set KEY -e development <<<value")
    host.run("gitlab-runner", page.sh("line="))

    containers(host)
    host.root("envgate environment create staging --requester socket:gitlab --unprotected")
    host.root("envgate secret set AZURE_CREDENTIALS -e staging <<<value")
    host.file("root", "deploy.sh", DEPLOY, 0o755)
    host.root(page.sh("docker run"))


def containers(host, part='"job_sockets": { "gitlab": { "path": "/run/envgate/jobs/gitlab/envgate.sock" } }'):
    """Adds a job socket to the configuration, as the guides tell."""
    from host import CONFIGURATION

    host.write("/etc/envgate/envgated.json", CONFIGURATION.rstrip().removesuffix("}") + "," + part + "}")
    host.root("systemctl restart envgated")


def reviewing(host, page):
    host.new_vault()
    production(host)
    job = host.start(
        "gitlab-runner", 'envgate exec -e production --reason "deploy 4f2c" -- ./deploy.sh').until("waits")
    screen = host.run("alice", page.sh(), typed=[("q quits", "q")])
    page.shows(screen.screens[0])
    page.shows(host.run("alice", "envgate request show 1", typed=[]))
    host.run("alice", page.sh("envgate approve 1"), typed=[("Type AZURE_CREDENTIALS to", "AZURE_CREDENTIALS\n"), ("[y/N]", "y\n")])
    job.wait()

    asked(host, 2, 3, 4)
    host.run("alice", "envgate approve 3 --yes --accept-new && envgate approve 4 --yes --accept-new")
    host.run("alice", page.sh("envgate reject 2"))
    host.run("alice", page.sh("envgate revoke 3"))

    asked(host, 5, 6, 7, 8)
    host.run("alice", page.sh("export ENVGATE_HOST"), typed=[("q quits", "q"), ("[y/N]", "y\n"), ("[y/N]", "y\n")])


def operating(host, page):
    host.new_vault()
    # What doctor finds on a host without systemd differs; it must find something and end.
    host.root(page.sh().replace("envgate doctor", "envgate doctor || (($? == 78))"))

    host.root(page.sh("usermod"))
    page.shows(host.root("envgate environment show production", typed=[]))
    host.root(page.sh("envgate principal show"), typed=[("[y/N]", "y\n")])
    host.file("root", "value", "one\n")
    host.root(page.sh("envgate secret create"))

    containers(host, page.take("json").text)
    host.root(page.sh("envgate environment create staging"))
    host.root(page.sh("systemctl reload"))
    host.root("mkdir -p /var/backups && touch /var/backups/envgate.bak")
    host.root(page.sh("envgate backup"))
    host.root(page.sh("systemctl stop envgated.socket envgated.service\nenvgated recovery-key"))
    host.root(page.sh("envgate backup /var/backups/drill.bak"))
    drill = host.root("exec 2>&1\n" + page.sh("systemctl stop envgated.socket envgated.service\nrm -r"))
    page.shows("\n".join(drill.out), "envgated: the backup is of")
    host.root(page.sh("envgated rotate-root"))
    host.root(page.sh("systemctl stop envgated.socket envgated.service\nenvgated reset-clock"))

    for number in range(3):
        host.root(f"envgate secret set KEY -e production <<<{number}")
    host.file("root", "new", "four\n")
    host.root(page.sh("envgate revoke --all"))
    host.run("alice", page.sh("mkdir -p"))


def auditing(host, page):
    host.new_vault()
    production(host)
    first(host)
    for _ in range(4):
        host.run("carol", page.sh())


def configuration(host, page):
    host.new_vault()
    host.write("/etc/envgate/envgated.json", page.take("json").text)
    host.root(page.sh())
    host.root("systemctl restart envgated")


def migrating(host, page):
    host.new_vault()
    host.file("root", "production.env", "SMTP_PASSWORD='a $b'\nTOKEN=c\n")
    host.root(page.sh())
    host.file("root", "tls.key", "-----BEGIN\n")
    host.root(page.sh())
    for beginning in ("gh", "vault", "for"):
        host.root(page.sh(beginning))
    names = host.root("envgate secret list -e production --json | jq -r '.[].name'")
    for name in ("DB_PASSWORD", "API_KEY", "TLS_KEY", "SMTP_PASSWORD"):
        if name not in str(names):
            raise AssertionError(f"{name} was not stored: {names}")


def comparison(host, page):
    host.new_vault()
    host.file("root", "value", "one value\n")
    host.root(page.sh("envgate environment create"))
    host.file("gitlab-runner", "deploy.sh", "#!/bin/sh\necho \"the token is $TOKEN\"\n", 0o755)
    # A first job, so that the name is not new; then the one of the page.
    for script, answer in (
        ("envgate exec -e live -- ./deploy.sh", "envgate approve 1 --yes --accept-new"),
        (page.sh("envgate exec"), page.sh("envgate request show")),
    ):
        job = host.start("gitlab-runner", script).until("waits")
        for who in ("alice", "bob"):
            host.run(who, answer)
        job.wait()
    if job.out != ["the token is ***"]:
        raise AssertionError(f"the output is not masked: {job}")
    host.run("alice", page.sh("envgate revoke"))
    host.run("carol", page.sh("envgate history"))
    host.run("alice", page.sh("timeout"))


STORIES = {
    "README": readme, "Jobs": jobs, "Reviewing": reviewing, "Operating": operating, "Auditing": auditing,
    "Comparison": comparison, "Configuration": configuration, "Migrating": migrating,
}
