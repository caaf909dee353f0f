import Glibc
import Promises
import Testing

/// The turns of jobs in an environment with one grant at a time; with the programs that ship.
@Suite(.enabled(if: Programs.isThere && Programs.isRoot, "needs ENVGATE_BIN and root"))
struct JobTurnTests {
  private static let runner = TestDaemon.runner.uid

  /// A daemon with `open`, which nobody reviews and which has one grant at a time.
  private func stage(_ more: String...) throws -> TestDaemon {
    let daemon = try TestDaemon()
    try daemon.must(
      [
        "environment", "create", "open", "--requester", "user:daemon", "--unprotected",
        "--exclusive",
      ]
        + more)
    try daemon.must(["secret", "set", "KEY", "-e", "open"], input: "the value")
    mkdir(daemon.folder + "/job", 0o777)
    chmod(daemon.folder + "/job", 0o777)
    return daemon
  }

  private func start(
    _ daemon: TestDaemon, _ script: String, _ options: [String] = []
  ) throws -> RunningProcess {
    try daemon.startEnvgate(
      ["exec", "-e", "open"] + options + ["--", "/bin/sh", "-c", script], as: Self.runner)
  }

  /// A job that holds the grant until it is let go.
  private func hold(_ daemon: TestDaemon) throws -> RunningProcess {
    let job = try start(
      daemon, "echo started >&2; while test ! -e \(daemon.folder)/go; do sleep 0.05; done")
    _ = try job.readErrors(until: "started")
    return job
  }

  /// A job that writes its name when it has the grant, once it waits for its turn.
  private func queue(_ daemon: TestDaemon, _ name: String) throws -> RunningProcess {
    let job = try start(daemon, "echo \(name) >>\(daemon.folder)/job/order; test \"$KEY\"")
    _ = try job.readErrors(until: "waits for its turn")
    return job
  }

  private func order(_ daemon: TestDaemon) -> String {
    let bytes = (try? readFile(daemon.folder + "/job/order")) ?? []
    return String(decoding: bytes, as: UTF8.self).split(separator: "\n").joined(separator: " ")
  }

  private func state(_ daemon: TestDaemon, _ id: Int) throws -> String {
    try daemon.must(["request", "show", "\(id)"]).split(separator: "\n").first.map(String.init)
      ?? ""
  }

  @Test(.promise(.orderOfApprovals))
  func `turns: jobs go in their order, behind a killed holder, past one that is gone`() throws {
    let daemon = try stage()
    let holder = try hold(daemon)
    let jobs = try ["first", "gone", "second", "third"].map { try queue(daemon, $0) }
    let gone = jobs[1]
    gone.signal(SIGKILL)
    gone.wait()
    // The job of a killed client is told to end, and its environment is free once it has.
    holder.signal(SIGKILL)
    holder.wait()
    for index in [0, 2, 3] {
      let done = jobs[index].finish()
      #expect(done.code == 0, "\(done.stderr)")
    }
    #expect(order(daemon) == "first second third")
  }

  @Test(.promise(.orderOfApprovals))
  func `turns: the order is that of the approvals, and whoever waits is told its place`()
    throws
  {
    let daemon = try JobLifeTests.stage()
    mkdir(daemon.folder + "/job", 0o777)
    chmod(daemon.folder + "/job", 0o777)
    let holder = try JobLifeTests.job(
      daemon, "echo started >&2; while test ! -e \(daemon.folder)/go; do sleep 0.05; done")
    try JobLifeTests.approve(daemon, try MainJobTests.waitingRequest(holder))
    _ = try holder.readErrors(until: "started")
    let jobs = try ["a", "b", "c"].map { name in
      let job = try JobLifeTests.job(daemon, "echo \(name) >>\(daemon.folder)/job/order")
      return (job: job, id: try MainJobTests.waitingRequest(job))
    }
    for index in [2, 0, 1] { try JobLifeTests.approve(daemon, jobs[index].id) }
    let told = try jobs[1].job.readErrors(until: "jobs wait before this one")
    #expect(told.contains("request 1 has held it since 20"), "\(told)")
    #expect(told.contains("2 jobs wait before this one"), "\(told)")
    let shown = try daemon.must(["request", "show", jobs[1].id])
    #expect(shown.contains("request 1 has held it since") && shown.contains("2 jobs wait before"))
    try write("", daemon.folder + "/go")
    for job in jobs { #expect(job.job.finish().code == 0) }
    #expect(order(daemon) == "c a b")
  }

  @Test(.promise(.orderOfApprovals))
  func `turns: a wait that its time ends is 75, and is taken back`() throws {
    let daemon = try stage()
    let holder = try hold(daemon)
    let got = try daemon.envgate(
      ["secret", "get", "KEY", "-e", "open", "--timeout", "1s"], as: Self.runner)
    #expect(got.code == 75, "\(got.stderr)")
    let ran = try daemon.envgate(
      ["exec", "-e", "open", "--timeout", "1s", "--", "/bin/true"], as: Self.runner)
    #expect(ran.code == 125, "\(ran.stderr)")
    for done in [got, ran] {
      #expect(done.stderr.contains("envgate: grant.busy: request "), "\(done.stderr)")
      #expect(done.stderr.contains("request 1 has held it since"), "\(done.stderr)")
    }
    for id in [2, 3] { #expect(try state(daemon, id).hasSuffix(": cancelled")) }
    try write("", daemon.folder + "/go")
    #expect(holder.finish().code == 0)
  }

  @Test(.promise(.orderOfApprovals))
  func `turns: a job inside another of the same environment is refused at once`() throws {
    let daemon = try stage()
    let inner = try Programs.path("envgate") + " exec -e open --"
    let done = try daemon.envgate(
      ["exec", "-e", "open", "--", "/bin/sh", "-c", "\(inner) /bin/echo in; echo \"code $?\""],
      as: Self.runner)
    #expect(done.text == "code 125\n", "\(done.stderr)")
    #expect(done.stderr.contains("grant.nested: this command runs under request 1 of open"))
    // Nobody was asked, and where the outer one has ended nothing is in the way.
    let list = try daemon.must(["request", "list"])
    #expect(list.split(separator: "\n").count == 1, "\(list)")
    let held = try daemon.must(
      ["exec", "-e", "open", "--", "/bin/sh", "-c", "printf %s \"$ENVGATE_HELD\""], as: Self.runner)
    #expect(held.hasPrefix("2:open:sha256:"), "\(held)")
    try daemon.must(
      ["exec", "-e", "open", "--", "/bin/true"], as: Self.runner,
      environment: ["ENVGATE_HELD": held])
  }

  @Test(.promise(.orderOfApprovals))
  func `turns: after a restart jobs go on in their order, and the holder keeps its grant`()
    throws
  {
    let daemon = try stage()
    let holder = try hold(daemon)
    let jobs = try ["first", "second"].map { try queue(daemon, $0) }
    daemon.stop()
    try daemon.start()
    for job in jobs { _ = try job.readErrors(until: "the daemon is back") }
    let said = try holder.readErrors(until: "the grant of request 1 ")
    #expect(said.contains("the grant of request 1 continues"), "\(said)")
    try write("", daemon.folder + "/go")
    #expect(holder.finish().code == 0)
    for job in jobs { #expect(job.finish().code == 0) }
    #expect(order(daemon) == "first second")
  }

  @Test(.promise(.orderOfApprovals))
  func `turns: after a restart a job that does not come back is waited for a minute`() throws {
    let daemon = try stage()
    let holder = try hold(daemon)
    let jobs = try ["gone", "back"].map { try queue(daemon, $0) }
    daemon.stop()
    jobs[0].signal(SIGKILL)
    jobs[0].wait()
    try daemon.start()
    let started = time(nil)
    let said = try holder.readErrors(until: "the grant of request 1 ")
    #expect(said.contains("the grant of request 1 continues"), "\(said)")
    try write("", daemon.folder + "/go")
    #expect(holder.finish().code == 0)
    #expect(jobs[1].finish().code == 0)
    #expect((55...75).contains(time(nil) - started), "\(time(nil) - started) s")
    #expect(order(daemon) == "back")
    #expect(try state(daemon, 2).hasSuffix(": cancelled"))
  }

  @Test(.promise(.orderOfApprovals))
  func `turns: a stopped client at the head of the queue keeps it for a minute`() throws {
    let daemon = try stage()
    let holder = try hold(daemon)
    let jobs = try ["stopped", "next"].map { try queue(daemon, $0) }
    jobs[0].signal(SIGSTOP)
    let began = time(nil)
    try write("", daemon.folder + "/go")
    #expect(holder.finish().code == 0)
    let done = jobs[1].finish()
    #expect(done.code == 0, "\(done.stderr)")
    #expect((55...75).contains(time(nil) - began), "\(time(nil) - began) s")
    #expect(try state(daemon, 2).contains("closed (abandoned)"))
    jobs[0].signal(SIGCONT)
    #expect(jobs[0].finish().code == 125)
    #expect(order(daemon) == "next")
  }

  @Test func `in_order: an older request is refused once a newer one ran, and shown to be`() throws
  {
    let daemon = try stage("--in-order")
    #expect(
      try daemon.must(["environment", "show", "open"]).contains(
        "In order: after a request is activated, every older request is refused."))
    let ticket = daemon.folder + "/job/ticket"
    try daemon.must(
      ["request", "create", "-e", "open", "--ticket-file", ticket], as: Self.runner)
    try daemon.must(["exec", "-e", "open", "--", "/bin/true"], as: Self.runner)
    let shown = try daemon.must(["request", "show", "1"])
    #expect(shown.contains("the newer request 2 was activated"), "\(shown)")
    let late = try daemon.envgate(
      ["exec", "-e", "open", "--request", "1", "--ticket-file", ticket, "--", "/bin/true"],
      as: Self.runner)
    #expect(
      late.stderr.contains(
        "request 1 is cancelled, since the newer request 2 was activated; make a new one"),
      "\(late.stderr)")
    #expect(late.code != 0)
  }
}
