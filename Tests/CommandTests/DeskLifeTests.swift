import Glibc
import Promises
import Testing

/// What becomes of waits and grants over ssh when something on the way ends.
@Suite(
  .serialized,
  .enabled(
    if: SSHServer.isThere,
    "needs ENVGATE_BIN, root, and sshd(8) and ssh(1) of Debian's openssh-server and openssh-client")
)
struct DeskLifeTests {
  private let server: SSHServer
  private let desk: Desk

  init() throws {
    server = try SSHServer()
    desk = try Desk([("build1", server, "alice")])
  }

  private func environment(_ name: String, _ options: [String]) throws {
    try server.daemon.must(
      ["environment", "create", name, "--requester", "user:alice"] + options)
    try server.daemon.must(["secret", "set", "KEY", "-e", name], input: "canary-desk-54")
  }

  /// The state of the one request there is; nil while there is none.
  private func state() throws -> String? {
    let columns = try server.daemon.must(["request", "list"]).split(separator: "\t")
    return columns.count > 1 ? String(columns[1]) : nil
  }

  /// Whether something comes true within ten seconds.
  private func eventually(_ isSo: () throws -> Bool) rethrows -> Bool {
    for _ in 0..<200 {
      if try isSo() { return true }
      usleep(50_000)
    }
    return false
  }

  /// The processes whose command line begins so.
  private func processes(_ beginning: String) -> [pid_t] {
    var found: [pid_t] = []
    guard let folder = opendir("/proc") else { return [] }
    defer { closedir(folder) }
    while let entry = readdir(folder) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      guard let pid = pid_t(name), let bytes = try? readFile("/proc/\(name)/cmdline") else {
        continue
      }
      let line = String(decoding: bytes.map { $0 == 0 ? 0x20 : $0 }, as: UTF8.self)
      if line.hasPrefix(beginning) { found.append(pid) }
    }
    return found
  }

  private var tunnels: [pid_t] { processes("/usr/bin/ssh -F \(desk.folder)/config ") }
  private var proxies: [pid_t] {
    processes("\((try? Programs.path("envgate")) ?? "") proxy --socket \(server.daemon.socket)")
  }

  @Test func `a job whose ssh is killed connects anew and goes on waiting`() throws {
    try environment("production", ["--reviewer", "user:dave"])
    let job = try desk.start(
      ["exec", "--host", "build1", "-e", "production", "--", "/bin/sh", "-c", "echo $KEY"])
    _ = try job.readErrors(until: "request 1 ")
    let killed = tunnels
    #expect(killed.count == 1)
    for pid in killed { kill(pid, SIGKILL) }
    #expect(eventually { tunnels.contains { !killed.contains($0) } })
    let other = try Desk([("build1", server, "dave")])
    #expect(try other.envgate(["approve", "build1:1", "--yes", "--accept-new"]).code == 0)
    let done = job.finish()
    #expect(done.code == 0 && done.text == "canary-desk-54\n", "\(done)")
    #expect(try state() == "closed")
    #expect(eventually { tunnels.isEmpty && proxies.isEmpty })
  }

  @Test(.promise(.remoteClientEndsGrant))
  func `a killed client leaves neither ssh nor proxy behind, and its grant ends`() throws {
    try environment("development", ["--reviewer", "user:dave"])
    let job = try desk.start(["exec", "--host", "build1", "-e", "development", "--", "sleep", "60"])
    _ = try job.readErrors(until: "request 1 ")
    let other = try Desk([("build1", server, "dave")])
    #expect(try other.envgate(["approve", "build1:1", "--yes", "--accept-new"]).code == 0)
    #expect(try eventually { try state() == "active" })
    job.signal(SIGKILL)
    job.wait()
    #expect(try eventually { try state() == "closed" })
    #expect(eventually { tunnels.isEmpty && proxies.isEmpty })
  }

  @Test(.promise(.remoteClientEndsGrant))
  func `a client that is killed while it waits waits no more over there`() throws {
    try environment("production", ["--reviewer", "user:dave"])
    let job = try desk.start(["exec", "--host", "build1", "-e", "production", "--", "true"])
    _ = try job.readErrors(until: "request 1 ")
    #expect(!proxies.isEmpty)
    job.signal(SIGKILL)
    job.wait()
    #expect(eventually { tunnels.isEmpty && proxies.isEmpty })
  }

  @Test(.promise(.remoteClientEndsGrant))
  func `an exclusive environment stays taken while the job of a killed client lives`() throws {
    try environment("production", ["--reviewer", "user:dave", "--exclusive"])
    let fifo = desk.folder + "/end"
    mkfifo(fifo, 0o600)
    let job = try desk.start([
      "exec", "--host", "build1", "-e", "production", "--", "/bin/sh", "-c",
      "trap '' TERM; cat '\(fifo)'",
    ])
    _ = try job.readErrors(until: "request 1 ")
    let other = try Desk([("build1", server, "dave")])
    #expect(try other.envgate(["approve", "build1:1", "--yes", "--accept-new"]).code == 0)
    #expect(try eventually { try state() == "active" && tunnels.count == 2 })
    let end = open(fifo, O_WRONLY)
    job.signal(SIGKILL)
    job.wait()
    #expect(try eventually { try state() == "unattended" })
    #expect(eventually { tunnels.count == 1 && proxies.count == 1 })
    close(end)
    #expect(try eventually { try state() == "closed" })
    #expect(eventually { tunnels.isEmpty && proxies.isEmpty })
  }

  @Test func `a command that replaces the client holds the grant to its end`() throws {
    try environment("production", ["--reviewer", "user:dave"])
    let fifo = desk.folder + "/end"
    mkfifo(fifo, 0o600)
    let job = try desk.start([
      "exec", "--host", "build1", "-e", "production", "--replace", "--", "/bin/sh", "-c",
      "echo running >&2; cat '\(fifo)'; exit 3",
    ])
    _ = try job.readErrors(until: "request 1 ")
    let other = try Desk([("build1", server, "dave")])
    #expect(try other.envgate(["approve", "build1:1", "--yes", "--accept-new"]).code == 0)
    _ = try job.readErrors(until: "running")
    let end = open(fifo, O_WRONLY)
    #expect(eventually { tunnels.count == 1 })
    #expect(try ["active", "unattended"].contains(state() ?? ""))
    close(end)
    #expect(job.finish().code == 3)
    #expect(try eventually { try state() == "closed" })
    #expect(eventually { tunnels.isEmpty && proxies.isEmpty })
  }

  @Test func `a vault that is gone is told by its own host, and by ours`() throws {
    let job = try desk.start(["status", "--host", "build1"])
    #expect(job.finish().code == 0)
    // The far daemon is stopped: its proxy says so, and the line is shown as the far end's.
    server.daemonProcess.signal(SIGTERM)
    server.daemonProcess.wait()
    let gone = try desk.envgate(["status", "--host", "build1"])
    #expect(gone.code == 69)
    #expect(gone.stderr.contains("build1: envgate: daemon.absent: no daemon"), "\(gone)")
    #expect(gone.stderr.contains("envgate: host.refused: envgate on build1"), "\(gone)")
  }
}
