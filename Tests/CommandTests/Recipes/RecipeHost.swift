import Glibc
import Testing

/// A build host on which a recipe runs: a vault with a reviewer, a runner's account with a home of its own,
/// and a stand-in for `az` that keeps what it signs in with as the real one does.
///
/// The secret holds a canary. While a script runs, the command lines of all processes are searched for it;
/// afterwards the runner's home, the memory file systems and what was printed are.
final class RecipeHost {
  let daemon: TestDaemon
  let home: String
  /// What marks the secret wherever it turns up.
  let canary = "CANARY" + String(UInt64.random(in: .min ... .max), radix: 36)
  private let bin: String
  /// The runner's folder in memory, as systemd gives one to whoever is signed in.
  private let runtime: String
  private var reviewer: LineClient?
  private var answer = Answer.nothing
  private var commandLinesSeen = 0
  /// What was sent to jobs that were cancelled.
  private(set) var sentSignals: [Int32] = []
  /// Command lines that held the secret.
  private var tellingCommandLines: Set<String> = []

  /// The client's secret, with what shells, JSON and argument parsers mind.
  var clientSecret: String { "-\(canary)~'q\\$(id)" }
  /// What recipes deploy.
  var project: RecipeProject
  var workspace: String { project.workspace }
  /// What a copy of a recipe puts before the name of its job, stage or script.
  var jobPrefix = ""
  /// A GitHub job's place in its matrix, as JSON.
  var matrix = "null"
  /// Whether no daemon answers the jobs for now.
  var isDaemonAway = false

  init() throws {
    daemon = try TestDaemon(extra: JobSocketTests.configuration)
    home = daemon.folder + "/home"
    bin = daemon.folder + "/bin"
    runtime = "/dev/shm/" + (daemon.folder.split(separator: "/").last ?? "envgate-test")
    for folder in [bin, home, home + "/temp"] {
      mkdir(folder, 0o755)
      chown(folder, TestDaemon.runner.uid, TestDaemon.runner.uid)
    }
    chmod(home, 0o700)
    project = try RecipeProject(named: "app", id: 1, in: home)
    try daemon.must([
      "environment", "create", "production", "--requester", "user:daemon", "--requester",
      "socket:gitlab", "--reviewer", "user:backup",
    ])
    try daemon.must(
      ["secret", "set", "AZURE_CREDENTIALS", "-e", "production"],
      input: """
        {"clientId":"the-client","clientSecret":"\(clientSecret.replacing("\\", with: "\\\\"))",
         "tenantId":"the-tenant","subscriptionId":"the-subscription"}
        """)
    try program(
      bin + "/az", StandInAz.script(log: daemon.folder + "/az.log", password: clientSecret))
    try write("", daemon.folder + "/az.log")
    chmod(daemon.folder + "/az.log", 0o666)
    mkdir(runtime, 0o700)
    chown(runtime, TestDaemon.runner.uid, TestDaemon.runner.uid)
  }

  deinit { _ = try? Programs.run(["/bin/rm", "-rf", runtime]) }

  /// A file of config/examples.
  static func example(_ name: String) -> String {
    let root = "/" + #filePath.split(separator: "/").dropLast(4).joined(separator: "/")
    return root + "/config/examples/" + name
  }

  private func program(_ path: String, _ text: String) throws {
    try write(text, path)
    chmod(path, 0o755)
  }

  /// What the reviewer does from now on about whatever waits.
  enum Answer: String {
    case nothing
    case approve
    case reject
  }

  func setReviewer(_ answer: Answer) throws {
    self.answer = answer
    reviewer = answer == .nothing ? nil : try LineClient(daemon.socket, as: TestDaemon.bob.uid)
  }

  /// Makes deployments fail from now on, or not.
  func setDeploymentsFail(_ fail: Bool) throws {
    if fail { try write("", home + "/fails") } else { unlink(home + "/fails") }
  }

  /// Makes `envgate exec` fail from now on before anything runs, or not.
  func setExecFails(_ fail: Bool) throws {
    guard fail else {
      unlink(bin + "/envgate")
      return
    }
    try program(
      bin + "/envgate",
      """
      #!/bin/sh
      if [ "$1" = exec ]; then exit 70; fi
      exec '\(try Programs.path("envgate"))' "$@"
      """)
  }

  /// Makes deployments say `begun` from now on, and go on until they are told to end: they write each signal, how
  /// their request stands a second later, and that they have ended, to a file.
  func setDeploymentsCountSignals() throws { try write("", home + "/counts") }

  /// What a deployment has written since it was last asked for.
  func countedSignals() throws -> [String] {
    defer { unlink(home + "/signals") }
    return String(decoding: try readFile(home + "/signals"), as: UTF8.self)
      .split(separator: "\n").map(String.init)
  }

  /// Makes deployments say `begun` from now on, and not end by themselves.
  func setDeploymentsHang() throws { try write("", home + "/hangs") }

  /// Runs a script as a runner does: a shell with options, a file, and the runner's variables.
  /// - Parameters:
  ///   - arguments: the script's own.
  ///   - inContainer: whether through the job socket, at the place that a container has it.
  ///   - word: what the script prints when somebody cancels the job.
  ///   - cancel: how its runner then ends it.
  func run(
    _ script: String, shell: [String], arguments: [String] = [], variables: [String: String],
    inContainer: Bool = false, endedAt word: String? = nil, by cancel: Cancellation = .processGroup
  ) throws -> Finished {
    let file = home + "/temp/\(jobPrefix)step.sh"
    try write(script, file)
    chmod(file, 0o644)
    var environment = variables
    environment["HOME"] = home
    environment["PATH"] = "\(bin):\(try Programs.path("")):/usr/local/bin:/usr/bin:/bin"
    if !inContainer {
      environment["ENVGATE_SOCKET"] = isDaemonAway ? home + "/nowhere" : daemon.socket
      environment["XDG_RUNTIME_DIR"] = runtime
    }
    var command = ["/usr/bin/env", "-C", workspace] + shell + [file] + arguments
    if word != nil { command = ["/usr/bin/setsid"] + command }
    if inContainer {
      let uid = TestDaemon.runner.uid
      command =
        [
          "/usr/bin/unshare", "--mount", "--pid", "--fork", "--kill-child", "/bin/sh", "-ec",
          """
          mount -t tmpfs none /run; mkdir /run/envgate
          mount -t tmpfs none /dev/shm
          mount --bind '\(daemon.folder)/run/jobs/gitlab' /run/envgate
          exec setpriv --reuid=\(uid) --regid=\(uid) --clear-groups -- "$@"
          """, "sh",
        ] + command
    }
    let process = try RunningProcess(
      command, environment: environment, uid: inContainer ? nil : TestDaemon.runner.uid)
    return try watch(process, endedAt: word, by: cancel)
  }

  /// Reads what a process prints, reviews, and searches command lines, until it has ended.
  private func watch(
    _ process: RunningProcess, endedAt word: String?, by cancel: Cancellation
  ) throws -> Finished {
    var word = word
    var cancelled: timespec?
    var signals = cancel.signals[...]
    var printed: [Int32: [UInt8]] = [process.output: [], process.errors: []]
    var open = [process.output, process.errors]
    var chunk = [UInt8](repeating: 0, count: 65_536)
    let began = Self.now
    while !open.isEmpty {
      guard Self.now.since(began) < 150_000 else {
        kill(-process.pid, SIGKILL)
        throw HarnessFault("something goes on behind the recipe, or in it")
      }
      var polls = open.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
      poll(&polls, nfds_t(polls.count), 20)
      for entry in polls where entry.revents != 0 {
        let count = read(entry.fd, &chunk, chunk.count)
        if count > 0 { printed[entry.fd]?.append(contentsOf: chunk[..<count]) }
        if count == 0 { open.removeAll { $0 == entry.fd } }
      }
      if let text = word,
        printed.values.contains(where: { String(decoding: $0, as: UTF8.self).contains(text) })
      {
        cancelled = Self.now
        word = nil
      }
      if let cancelled, let next = signals.first, Self.now.since(cancelled) >= next.after {
        kill(next.isForGroup ? -process.pid : process.pid, next.number)
        sentSignals.append(next.number)
        signals.removeFirst()
      }
      try review()
      searchCommandLines()
    }
    return Finished(
      status: process.wait(), stdout: printed[process.output] ?? [],
      stderr: String(decoding: printed[process.errors] ?? [], as: UTF8.self))
  }

  /// How a runner ends a job that was cancelled.
  enum Cancellation {
    /// SIGTERM to the process group of its shell.
    case processGroup
    /// As GitHub's: SIGINT to the shell alone, 7.5 seconds later SIGTERM, and 2.5 seconds later all is killed.
    case shellAlone
    /// One signal to the shell alone.
    case once(Int32)

    /// Each with the milliseconds after which it is sent.
    var signals: [(after: Int, number: Int32, isForGroup: Bool)] {
      switch self {
      case .processGroup: [(0, SIGTERM, true)]
      case .once(let number): [(0, number, false)]
      case .shellAlone:
        [(0, SIGINT, false), (7_500, SIGTERM, false), (10_000, SIGKILL, true)]
      }
    }
  }

  private static var now: timespec {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return time
  }

  private func review() throws {
    guard let reviewer else { return }
    let list = try reviewer.call(
      #"{"jsonrpc":"2.0","id":1,"method":"request.list","params":{"state":"waiting"}}"#)
    guard
      let id = list.firstRange(of: #"{"id":"#).map({ list[$0.upperBound...].prefix { $0.isNumber } }
      ),
      let digest = list.firstRange(of: #""digest":""#)
        .map({ list[$0.upperBound...].prefix { $0 != "\"" } })
    else { return }
    let rest = answer == .approve ? #""digest":"\#(digest)""# : #""comment":"not today""#
    _ = try reviewer.call(
      #"{"jsonrpc":"2.0","id":2,"method":"request.\#(answer.rawValue)","params":{"request":\#(id),\#(rest)}}"#
    )
  }

  private func searchCommandLines() {
    guard let folder = opendir("/proc") else { return }
    defer { closedir(folder) }
    while let entry = readdir(folder) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) { field in
        field.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      guard name.first?.isNumber == true, let line = try? readFile("/proc/\(name)/cmdline") else {
        continue
      }
      commandLinesSeen += 1
      let text = String(decoding: line, as: UTF8.self)
      if text.contains(canary) {
        tellingCommandLines.insert("command line: " + text.replacing("\0", with: " "))
      }
    }
  }

  /// What `az` was called with, a line a call.
  var azureCalls: [String] {
    get throws {
      String(decoding: try readFile(daemon.folder + "/az.log"), as: UTF8.self)
        .split(separator: "\n").map(String.init)
    }
  }

  /// How the requests stand, in the order in which they were made.
  var states: [String] {
    get throws {
      let all = try Programs.run(
        [
          "/usr/bin/jq", "-r",
          "sort_by(.id)[] | .state + (if .outcome then \" \" + .outcome else \"\" end)",
        ],
        input: Array(try daemon.must(["request", "list", "--json"]).utf8))
      return all.text.split(separator: "\n").map(String.init)
    }
  }

  private func leftInMemory() throws -> Finished {
    try Programs.run([
      "/usr/bin/find", runtime, "/dev/shm", "(", "-path", runtime + "/*", "-o", "-user",
      "\(TestDaemon.runner.uid)", "-type", "f", "-exec", "/bin/grep", "-qaF", canary, "{}", ";",
      ")",
      "-print",
    ])
  }

  /// Where the secret was found: in a command line, in what was printed, in the home, the workspace or the
  /// runner's files, in a memory file system, in what `az` was called with; and what `az` left behind.
  func traces(of runs: [Finished]) throws -> [String] {
    guard commandLinesSeen > 0 else { throw HarnessFault("no command line was searched") }
    var found = tellingCommandLines.sorted()
    for run in runs {
      if run.text.contains(canary) { found.append("stdout: \(run.text)") }
      if run.stderr.contains(canary) { found.append("stderr: \(run.stderr)") }
    }
    for call in try azureCalls where call.contains(canary) { found.append("az: \(call)") }
    let files = try Programs.run(["/bin/grep", "-rlaF", canary, home])
    var left = try leftInMemory()
    // The folder of az is gone a moment after its command.
    for _ in 0..<100 where !left.text.isEmpty {
      usleep(50_000)
      left = try leftInMemory()
    }
    return found + (files.text + left.text).split(separator: "\n").map { "file: \($0)" }
  }
}

extension timespec {
  /// Milliseconds since an earlier time.
  fileprivate func since(_ earlier: timespec) -> Int {
    (tv_sec - earlier.tv_sec) * 1_000 + (tv_nsec - earlier.tv_nsec) / 1_000_000
  }
}
