import Glibc
import Promises
import Testing

/// Sockets that somebody removes or replaces under the daemon.
@Suite(
  .serialized, .enabled(if: Programs.isThere && Programs.isRoot, "needs ENVGATE_BIN and root"))
struct SocketReplacedTests {
  private static let job = #"{"jsonrpc":"2.0","id":1,"method":"server.status"}"#

  private func daemon() throws -> TestDaemon { try TestDaemon(extra: JobSocketTests.configuration) }

  private func folder(_ daemon: TestDaemon) -> String { daemon.folder + "/run/jobs/gitlab" }

  private func sh(_ script: String, in folder: String) throws {
    let done = try Programs.run(["/bin/sh", "-c", "cd '\(folder)' && \(script)"])
    #expect(done.code == 0, "\(done.stderr)")
  }

  /// More changes than the kernel keeps (fs.inotify.max_queued_events).
  private func churn(_ folder: String) throws {
    for number in 0..<12_000 {
      let file = open("\(folder)/\(number)", O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
      try #require(file >= 0)
      close(file)
      unlink("\(folder)/\(number)")
    }
  }

  private func warnings(_ daemon: TestDaemon) -> String {
    (try? daemon.envgate(["status", "--json"]).text) ?? ""
  }

  @Test(
    .promise(.replacedSocket),
    arguments: [
      "mv envgate.sock .real",
      "mv envgate.sock .real && mv .real envgate.sock",
      "mv envgate.sock .real && touch envgate.sock",
      "rm envgate.sock && ln -s /run/other.sock envgate.sock",
      "rm envgate.sock && mkdir envgate.sock",
      "touch .new && mv .new envgate.sock",
      "mv ../gitlab ../elsewhere",
      "mv ../gitlab ../elsewhere && mkdir ../gitlab",
      "for i in $(seq 200); do mv envgate.sock .real; mv .real envgate.sock; done",
    ])
  func `a job socket that was replaced is closed, its connections end, and it is told`(
    script: String
  ) throws {
    let daemon = try daemon()
    let client = try LineClient(folder(daemon) + "/envgate.sock", as: 0)
    // A process of the host is refused there, which shows as well that the connection is served.
    #expect(try client.call(Self.job).contains("peer.refused"))
    let neighbour = try LineClient(daemon.socket, as: 0)
    #expect(try neighbour.call(Self.job).contains("result"))
    try sh(script, in: folder(daemon))
    #expect(eventually { warnings(daemon).contains("socket.replaced") }, "\(script)")
    // The connection is at its end, and nobody is behind any name of the socket.
    #expect(eventually { (try? client.call(Self.job)) == nil })
    for name in ["jobs/gitlab", "jobs/elsewhere"] {
      for file in ["envgate.sock", ".real"] {
        let other = try? LineClient(daemon.folder + "/run/\(name)/\(file)", as: 0)
        #expect((try? other?.call(Self.job)) == nil, "\(name)/\(file)")
      }
    }
    // The others are served, on the connections that they had, and only those who look after the daemon are told.
    #expect(try neighbour.call(Self.job).contains("result"))
    #expect(try daemon.envgate(["doctor"]).text.contains("socket.replaced"))
    #expect(
      try daemon.envgate(["status", "--json"], as: TestDaemon.stranger.uid).text
        .contains(#""warnings":[]"#))
  }

  @Test(
    .promise(.removedSocket),
    arguments: [
      "touch envgate.sock", "touch envgate.sock && rm envgate.sock", "ln -s /x envgate.sock",
    ])
  func `what somebody makes where a socket was removed is a replacement, though it is gone again`(
    script: String
  ) throws {
    let daemon = try daemon()
    let path = folder(daemon) + "/envgate.sock"
    unlink(path)
    #expect(eventually { (try? LineClient(path, as: 0).call(Self.job)) != nil })
    // It is not bound twice within a minute, and nobody but the daemon makes anything here.
    unlink(path)
    #expect(eventually { warnings(daemon).contains("socket.removed") })
    try sh(script, in: folder(daemon))
    #expect(eventually { warnings(daemon).contains("socket.replaced") }, "\(script)")
    #expect(!warnings(daemon).contains("socket.removed"))
  }

  @Test
  func `what was made where a socket was removed is a replacement, though nobody saw it there`()
    throws
  {
    let daemon = try daemon()
    try daemon.process?.freeze()
    try sh("rm envgate.sock && touch envgate.sock && rm envgate.sock", in: folder(daemon))
    daemon.process?.signal(SIGCONT)
    #expect(eventually { warnings(daemon).contains("socket.replaced") })
    #expect(access(folder(daemon) + "/envgate.sock", F_OK) != 0)
  }

  @Test func `what somebody does to a socket while it is made anew is a replacement`() throws {
    let daemon = try daemon()
    let path = folder(daemon) + "/envgate.sock"
    // Holds the daemon for a moment behind bind(2).
    let process = try #require(daemon.process)
    let tracer = try RunningProcess([
      "/usr/bin/strace", "-f", "-p", "\(process.pid)", "-e", "trace=bind", "-e",
      "inject=bind:delay_exit=3000000",
    ])
    _ = try tracer.readErrors(until: "attached")
    unlink(path)
    #expect(eventually { access(path, F_OK) == 0 })
    try sh("mv envgate.sock .real && mv .real envgate.sock", in: folder(daemon))
    #expect(eventually { warnings(daemon).contains("socket.replaced") })
    tracer.signal(SIGINT)
    _ = tracer.finish()
  }

  @Test(.promise(.hiddenReplacement))
  func `churn in one folder hides nothing that happens in another, and is told itself`()
    throws
  {
    let daemon = try daemon()
    let client = try LineClient(daemon.socket, as: 0)
    #expect(try client.call(Self.job).contains("\"result\""))
    try daemon.process?.freeze()
    try churn(folder(daemon))
    try sh("mv envgate.sock .real && mv .real envgate.sock", in: daemon.folder + "/run")
    daemon.process?.signal(SIGCONT)
    var told: Set<Bool> = []
    for _ in 0..<2 {
      let said = try daemon.process?.readErrors(until: "a socket was replaced") ?? ""
      told.insert(said.split(separator: "\n").last?.contains("jobs/gitlab") == true)
    }
    #expect(told == [true, false])
    #expect(eventually { (try? client.call(Self.job)) == nil })
  }

  @Test
  func `churn in a folder like tmp, where nobody can move what is another's, closes no socket`()
    throws
  {
    let daemon = try daemon()
    chmod(daemon.folder + "/run", 0o1777)
    let client = try LineClient(daemon.socket, as: 0)
    #expect(try client.call(Self.job).contains("\"result\""))
    try daemon.process?.freeze()
    try churn(daemon.folder + "/run")
    daemon.process?.signal(SIGCONT)
    usleep(1_500_000)
    #expect(try client.call(Self.job).contains("\"result\""))
    #expect(!warnings(daemon).contains("socket."))
  }

  @Test(.promise(.reloadBindsAnyway))
  func `a fault in the configuration keeps no replaced socket from being bound anew`() throws {
    let daemon = try daemon()
    let path = folder(daemon) + "/envgate.sock"
    try sh("touch .new && mv .new envgate.sock", in: folder(daemon))
    #expect(eventually { warnings(daemon).contains("socket.replaced") })
    unlink(path)
    try sh("echo '{' > envgated.json", in: daemon.folder)
    daemon.process?.signal(SIGHUP)
    _ = try daemon.process?.readErrors(until: "the configuration was not reloaded")
    #expect(eventually { (try? LineClient(path, as: 0).call(Self.job)) != nil })
    #expect(!warnings(daemon).contains("socket.replaced"))
  }

  @Test(.promise(.replacedSocket))
  func `the main socket, replaced, is closed and its connections end, until a reload`() throws {
    let daemon = try daemon()
    let client = try LineClient(daemon.socket, as: 0)
    #expect(try client.call(Self.job).contains("\"result\""))
    try sh("mv envgate.sock .real && touch envgate.sock", in: daemon.folder + "/run")
    _ = try daemon.process?.readErrors(until: "a socket was replaced")
    #expect(eventually { (try? client.call(Self.job)) == nil })
    for path in [daemon.socket, daemon.folder + "/run/.real"] {
      let late = try? LineClient(path, as: 0)
      #expect((try? late?.call(Self.job)) == nil, "\(path)")
    }
    // Whoever comes through another socket is served.
    #expect(
      try LineClient(folder(daemon) + "/envgate.sock", as: 0).call(Self.job)
        .contains("peer.refused"))
    unlink(daemon.socket)
    daemon.process?.signal(SIGHUP)
    #expect(eventually { (try? daemon.envgate(["status"]).code) == 0 })
    #expect(!warnings(daemon).contains("socket.replaced"))
  }

  @Test(.promise(.replacedSocket))
  func `a socket that was replaced is bound anew by a reload, once its path is free`() throws {
    let daemon = try daemon()
    let path = folder(daemon) + "/envgate.sock"
    try sh("touch .new && mv .new envgate.sock", in: folder(daemon))
    #expect(eventually { warnings(daemon).contains("socket.replaced") })
    daemon.process?.signal(SIGHUP)
    usleep(300_000)
    #expect(warnings(daemon).contains("socket.replaced"))
    unlink(path)
    usleep(1_500_000)
    #expect(access(path, F_OK) != 0, "bound anew without a reload")
    daemon.process?.signal(SIGHUP)
    #expect(eventually { (try? LineClient(path, as: 0).call(Self.job)) != nil })
    #expect(!warnings(daemon).contains("socket.replaced"))
    daemon.stop()
    #expect(access(path, F_OK) != 0)
  }

  @Test(.promise(.replacedSocket))
  func `a socket that was removed is made anew, at most once a minute`() throws {
    let daemon = try daemon()
    let path = folder(daemon) + "/envgate.sock"
    let client = try LineClient(path, as: 0)
    unlink(path)
    #expect(eventually { (try? LineClient(path, as: 0).call(Self.job)) != nil })
    #expect(try client.call(Self.job).contains("peer.refused"))
    unlink(path)
    #expect(eventually { warnings(daemon).contains("socket.removed") })
    usleep(2_500_000)
    #expect(access(path, F_OK) != 0, "bound twice in a minute")
    // The main one as well.
    unlink(daemon.socket)
    #expect(eventually { (try? daemon.envgate(["status"]).code) == 0 })
  }

  @Test(.promise(.replacedSocket))
  func
    `the socket for credentials is made anew where it was removed, and closed where it was replaced`()
    throws
  {
    let daemon = try TestDaemon(
      extra: ", \"credentials_socket\": \"FOLDER/run/own/credentials.sock\"")
    let path = daemon.folder + "/run/own/credentials.sock"
    func isServed(_ path: String) -> Bool {
      let script = "socat -u 'UNIX-CONNECT:\(path)' - 2>/dev/null | head -c 40"
      let said = try? Programs.run(["/bin/sh", "-c", script]).text
      return said?.contains("envgate refused this credential") == true
    }
    #expect(isServed(path))
    unlink(path)
    #expect(eventually { isServed(path) })
    #expect(!warnings(daemon).contains("socket.replaced"))
    try sh("mv credentials.sock .real && touch credentials.sock", in: daemon.folder + "/run/own")
    #expect(eventually { warnings(daemon).contains("socket.replaced") })
    #expect(eventually { !isServed(daemon.folder + "/run/own/.real") })
    unlink(path)
    daemon.process?.signal(SIGHUP)
    #expect(eventually { isServed(path) })
    #expect(!warnings(daemon).contains("socket.replaced"))
    #expect(try daemon.envgate(["status"]).code == 0)
  }

  @Test(.promise(.socketModeReachesNoOtherFile))
  func `group and mode of a socket reach no file that is put in its place while it is made`()
    throws
  {
    let folder = "/tmp/envgate-\(getpid())-race"
    mkdir(folder, 0o700)
    defer { _ = try? Programs.run(["/bin/rm", "-r", folder]) }
    let socket = folder + "/s"
    let configuration = """
      {"socket":"\(socket)","socket_mode":"0666","state_directory":"\(folder)/state",
       "root_key":{"file":"\(folder)/root.key"},"admins":["uid:0"]}
      """
    // Holds the daemon for a moment behind bind(2), in which the name is turned to the root key.
    let script = """
      set -e
      umask 077; cat >"$1/c.json"
      "$2" init --config "$1/c.json" 2>/dev/null
      strace -f -qq -o "$1/trace" -e trace=bind -e inject=bind:delay_exit=2000000 \\
        "$2" --config "$1/c.json" 2>"$1/log" & daemon=$!
      for i in $(seq 200); do test -S "$1/s" && break; sleep 0.02; done
      ln -s "$1/root.key" "$1/link"; mv -T "$1/link" "$1/s"
      wait $daemon && echo started || echo refused
      stat -c %a "$1/root.key"; cat "$1/log" >&2
      """
    let done = try Programs.run(
      ["/bin/bash", "-c", script, "race", folder, Programs.path("envgated")],
      input: Array(configuration.utf8))
    #expect(done.text == "refused\n600\n", "\(done.stderr)")
    #expect(done.stderr.contains("replaced"), "\(done.stderr)")
  }
}
