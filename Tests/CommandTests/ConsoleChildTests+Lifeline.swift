import Glibc
import Testing

@testable import envgate

extension ConsoleChildTests {
  @Test func `a lifeline lasts as long as the child and all that it leaves behind`() throws {
    let folder = try Folder()
    defer { folder.remove() }
    let gate = try Gate(folder.path + "/file")
    let line = try Line()
    let isOpen = "test \"$(readlink /proc/$$/fd/\(line.near))\" = '\(line.nearName)'"
    let script = """
      \(isOpen) || exit 1
      sh -c '\(isOpen.replacing("'", with: "'\\''"))' || exit 2
      (read line <\(gate.path)) &
      exit 0
      """
    #expect(try run(script, lifeline: line.near) == .exited(0))
    #expect(fcntl(line.near, F_GETFD) == FD_CLOEXEC, "ours stays as it was")
    line.closeNear()
    #expect(!line.hasEnded(within: 0), "the process in the background holds it")
    gate.open()
    #expect(line.hasEnded(within: 10_000))
  }

  @Test(arguments: [true, false])
  func `a child has a lifeline where it is given one, and nothing else of ours`(isGiven: Bool)
    throws
  {
    let folder = try Folder()
    defer { folder.remove() }
    let list = folder.path + "/out"
    let line = try Line()
    #expect(
      try run("ls -l /proc/$$/fd >\(list); exit 0", lifeline: isGiven ? line.near : nil)
        == .exited(0))
    let descriptors = String(decoding: try readFile(list), as: UTF8.self)
    #expect(descriptors.contains("0 -> "), "the list says something")
    #expect(descriptors.contains(line.nearName) == isGiven)
    #expect(!descriptors.contains(line.farName))
  }

  @Test func `without its lifeline a command does not start`() throws {
    let fault = #expect(throws: CommandFault.self) { try run("true", lifeline: .max) }
    #expect(fault?.status == .cannotInvoke)
  }

  @Test func `whoever is killed takes the child along`() async throws {
    let folder = try Folder()
    defer { folder.remove() }
    let gate = try Gate(folder.path + "/file")
    await #expect(processExitsWith: .signal(SIGKILL)) { [path = gate.path as String] in
      // The child kills its parent, and is told of it by the kernel alone.
      _ = try ConsoleChildTests().run(
        """
        trap 'kill -KILL $!; echo told >\(path); exit 0' TERM
        sleep 20 &
        kill -KILL $PPID
        wait
        """)
    }
    #expect(try gate.readLine(within: 10_000) == "told\n")
  }
}

/// The same with the client that ships.
@Suite(.serialized, .enabled(if: Programs.isThere && Programs.isRoot, "needs ENVGATE_BIN and root"))
struct KilledClientTests {
  @Test func `an exec that is killed has its command told`() throws {
    let daemon = try TestDaemon()
    try MainJobTests.furnished(daemon)
    let job = try daemon.startEnvgate(
      [
        "exec", "-e", "development", "--", "/bin/sh", "-c",
        "trap 'kill -KILL $!; echo told >&2; exit 0' TERM; sleep 20 & echo started >&2; wait",
      ], as: TestDaemon.runner.uid)
    _ = try job.readErrors(until: "started")
    job.signal(SIGKILL)
    #expect(try job.readErrors(until: "told").contains("told"))
  }

  @Test func `a command gets no descriptor of envgate's`() throws {
    let daemon = try TestDaemon()
    try MainJobTests.furnished(daemon)
    // What the test itself has open in this moment may be on both lists, but not on one of them alone.
    let list = "for each in /proc/$$/fd/*; do readlink $each; done"
    let outer =
      "\(list); echo; exec '\(try Programs.path("envgate"))' exec -e development -- /bin/sh -c '\(list)'"
    let done = try Programs.run(
      ["/bin/sh", "-c", outer], environment: ["ENVGATE_SOCKET": daemon.socket],
      uid: TestDaemon.runner.uid)
    #expect(done.code == 0, "\(done.stderr)")
    let lists = done.text.split(separator: "\n\n").map { $0.split(separator: "\n") }
    try #require(lists.count == 2)
    #expect(lists[0] == lists[1], "before, and in the child")
  }
}

/// A pair of connected sockets, close-on-exec: one end for a child, the other to see its end.
private final class Line {
  let near: Int32
  let far: Int32
  let nearName: String
  let farName: String
  private var isNearOpen = true

  init() throws {
    var ends: [Int32] = [0, 0]
    let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
    try #require(socketpair(AF_UNIX, kind, 0, &ends) == 0)
    (near, far) = (ends[0], ends[1])
    (nearName, farName) = (try Self.name(near), try Self.name(far))
  }

  deinit {
    closeNear()
    close(far)
  }

  func closeNear() {
    if isNearOpen { close(near) }
    isNearOpen = false
  }

  func hasEnded(within milliseconds: Int32) -> Bool {
    var entry = pollfd(fd: far, events: Int16(POLLIN), revents: 0)
    return poll(&entry, 1, milliseconds) == 1 && entry.revents & Int16(POLLHUP) != 0
  }

  private static func name(_ descriptor: Int32) throws -> String {
    var status = stat()
    try #require(fstat(descriptor, &status) == 0)
    return "socket:[\(status.st_ino)]"
  }
}

/// A named pipe that a command waits at.
final class Gate {
  let path: String
  private let descriptor: Int32

  init(_ path: String) throws {
    self.path = path
    try #require(mkfifo(path, 0o600) == 0)
    // For both directions, so that neither waits for the other to open it.
    descriptor = Glibc.open(path, O_RDWR | O_CLOEXEC)
    try #require(descriptor >= 0)
  }

  deinit { close(descriptor) }

  /// Lets one command go on.
  func open() { write(descriptor, "\n", 1) }

  /// What a command said.
  func readLine(within milliseconds: Int32) throws -> String {
    var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    try #require(poll(&entry, 1, milliseconds) == 1, "nothing came")
    var bytes = [UInt8](repeating: 0, count: 64)
    let count = read(descriptor, &bytes, bytes.count)
    return String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
  }
}
