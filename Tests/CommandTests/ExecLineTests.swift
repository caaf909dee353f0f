import Glibc
import Testing

/// What `exec` asks the daemon, line by line, as something between the two sees it.
@Suite(
  .serialized,
  .enabled(
    if: Programs.isThere && Programs.isRoot && access("/usr/bin/python3", X_OK) == 0,
    "needs ENVGATE_BIN, root and the package python3"))
struct ExecLineTests {
  /// Passes lines on to the daemon, says the method of each, and may run a command before one of them.
  private static let relay = """
    import json, os, socket, sys, threading
    path, daemon, meant, command = sys.argv[1:5]
    def copy(source, target):
        while data := source.recv(65536): target.sendall(data)
        target.shutdown(socket.SHUT_WR)
    def serve(client):
        server = socket.socket(socket.AF_UNIX); server.connect(daemon)
        threading.Thread(target=copy, args=(server, client), daemon=True).start()
        for line in client.makefile("rb"):
            method = json.loads(line)["method"]
            if method == meant: os.system(command)
            os.write(2, (method + "\\n").encode())
            server.sendall(line)
        server.shutdown(socket.SHUT_WR)
    listener = socket.socket(socket.AF_UNIX); listener.bind(path); listener.listen(16)
    os.write(2, b"ready\\n")
    while True:
        threading.Thread(target=serve, args=(listener.accept()[0],), daemon=True).start()
    """

  private struct Run {
    let methods: [String]
    let done: Finished
  }

  /// Runs `exec` as the runner, and answers what it asked.
  private static func exec(
    _ daemon: TestDaemon, _ environment: String, before method: String = "", _ command: String = "",
    while body: () throws -> Void = {}
  ) throws -> Run {
    let path = daemon.folder + "/run/relay-\(environment).sock"
    chmod(daemon.folder + "/run", 0o777)
    let relay = try RunningProcess(
      ["/usr/bin/python3", "-c", Self.relay, path, daemon.socket, method, command],
      uid: TestDaemon.runner.uid)
    _ = try relay.readErrors(until: "ready\n")
    let job = try RunningProcess(
      [try Programs.path("envgate"), "exec", "-e", environment, "-s", "KEY"]
        + ["--", "/bin/sh", "-c", "echo $KEY $SETTING"],
      environment: ["ENVGATE_SOCKET": path], uid: TestDaemon.runner.uid)
    try body()
    let done = job.finish()
    relay.signal(SIGTERM)
    let said = relay.finish().stderr
    return Run(methods: said.split(separator: "\n").map(String.init), done: done)
  }

  private static func stage() throws -> TestDaemon {
    let daemon = try TestDaemon()
    let runner = "user:\(TestDaemon.runner.name)"
    for (name, options) in [
      ("open", ["--unprotected"]), ("closed", ["--reviewer", "user:\(TestDaemon.bob.name)"]),
    ] {
      try daemon.must(["environment", "create", name, "--requester", runner] + options)
      try daemon.must(["secret", "set", "KEY", "-e", name], input: "value")
      try daemon.must(["variable", "set", "SETTING", "-e", name, "--value", "old"])
    }
    return daemon
  }

  @Test func `a job that waits for nobody asks six lines, and for nothing twice`() throws {
    let run = try Self.exec(try Self.stage(), "open")
    #expect(run.done.text == "value old\n", "\(run.done.stderr)")
    #expect(
      run.methods == [
        "environment.get", "request.create", "variable.list", "grant.activate", "grant.read",
        "grant.close",
      ])
  }

  @Test func `a job that waited asks again for what may have changed, and for nothing else`() throws
  {
    let daemon = try Self.stage()
    let run = try Self.exec(daemon, "closed") {
      try eventually("there is a request to approve") {
        try daemon.envgate(["approve", "1", "--yes", "--accept-new"], as: TestDaemon.bob.uid).code
          == 0
      }
    }
    #expect(run.done.text == "value old\n", "\(run.done.stderr)")
    #expect(
      run.methods == [
        "environment.get", "variable.list", "request.create", "request.get", "request.wait",
        "grant.activate", "environment.get", "variable.list", "grant.read", "grant.close",
      ])
  }

  @Test
  func
    `an environment that changes before the request is made is looked at again, with its variables`()
    throws
  {
    let daemon = try Self.stage()
    // The relay has the runner's account, which may not set it: an admin does, while the relay waits.
    let flag = daemon.folder + "/run/flag"
    let run = try Self.exec(
      daemon, "open", before: "request.create",
      "touch \(flag); while [ -e \(flag) ]; do sleep 0.05; done"
    ) {
      try eventually("the request is about to be made") { access(flag, F_OK) == 0 }
      try daemon.must(["variable", "set", "SETTING", "-e", "open", "--value", "new"])
      try daemon.must(["environment", "edit", "open", "--exclusive"])
      unlink(flag)
    }
    #expect(run.done.text == "value new\n", "\(run.done.stderr)")
    // It knows that others wait for it: they wait for whatever it leaves behind.
    #expect(run.methods.contains("grant.hold"), "\(run.methods)")
  }
}
