import Glibc
import Promises
import SecretMemory
import Testing
import VaultCore

@testable import envgate

/// Each test starts real commands; signals are blocked a thread at a time, so they run one by one.
@Suite(.serialized) struct ConsoleChildTests {
  /// The testing library's threads block all signals, and a child starts with its maker's mask.
  func withOpenSignals<R>(_ body: () throws -> R) rethrows -> R {
    var open = sigset_t()
    var previous = sigset_t()
    sigemptyset(&open)
    pthread_sigmask(SIG_SETMASK, &open, &previous)
    defer { pthread_sigmask(SIG_SETMASK, &previous, nil) }
    return try body()
  }

  @Test(
    arguments: [
      ("exit 0", .exited(0)), ("exit 3", .exited(3)), ("exit 125", .exited(125)),
      ("kill -TERM $$", .killed(signal: 15)), ("kill -KILL $$", .killed(signal: 9)),
    ] as [(String, ChildProcess.End)])
  func `a child's end is told as it was`(script: String, end: ChildProcess.End) throws {
    #expect(try run(script) == end)
  }

  @Test func `a signal is 128 and its number`() {
    #expect(ChildProcess.End.killed(signal: 15).code == 143)
    #expect(ChildProcess.End(status: 9).code == 137)
    #expect(ChildProcess.End(status: 0x0300).code == 3)
    #expect(ChildProcess.End(status: 0x80 | 11) == .killed(signal: 11))
  }

  @Test(.promise(.valuesReachTheChildAlone))
  func `a secret arrives byte for byte, and only in the child`() throws {
    let value = "line 1\nline 2 = \"x\" ’ü\n\n"
    let end = try run(
      #"test "$ENVTEST_SECRET." = "$(printf 'line 1\nline 2 = "x" ’ü\n\n.')""#,
      ["ENVTEST_SECRET": value])
    #expect(end == .exited(0))
    #expect(getenv("ENVTEST_SECRET") == nil)
  }

  @Test func `the rest of the environment is passed on`() throws {
    setenv("ENVTEST_PLAIN", "kept", 1)
    defer { unsetenv("ENVTEST_PLAIN") }
    #expect(try run(#"test "$ENVTEST_PLAIN" = kept"#) == .exited(0))
  }

  @Test func `a name that is there already is refused, or replaced when told so`() throws {
    setenv("ENVTEST_TAKEN", "old", 1)
    // A longer name with the same beginning is another name.
    setenv("ENVTEST_TAKEN_2", "other", 1)
    defer {
      unsetenv("ENVTEST_TAKEN")
      unsetenv("ENVTEST_TAKEN_2")
    }
    let fault = #expect(throws: CommandFault.self) { try run("true", ["ENVTEST_TAKEN": "new"]) }
    #expect(fault?.reason == "environment.conflict")
    let script =
      #"test "$ENVTEST_TAKEN$ENVTEST_TAKEN_2" = newother && test $(env | grep -c ^ENVTEST_TAKEN=) = 1"#
    #expect(try run(script, ["ENVTEST_TAKEN": "new"], overriding: true) == .exited(0))
  }

  @Test func `a value with a NUL is refused, and not shown`() throws {
    let fault = try #require(throws: CommandFault.self) {
      try run("true", ["ENVTEST_NUL": "top\0secret"])
    }
    #expect(fault.reason == "value.nul")
    #expect(!fault.sentence.contains("top"))
  }

  @Test func `what cannot be found or run is told as env tells it`() throws {
    let missing = #expect(throws: CommandFault.self) {
      try start(["/envtest-no-such-folder/no-such-command"])
    }
    #expect(missing?.status == .notFound)
    let folder = #expect(throws: CommandFault.self) { try start(["/tmp"]) }
    #expect(folder?.status == .cannotInvoke)
  }

  @Test func `a child starts with the signals as we found them`() throws {
    // As in the program, where SIGPIPE is ignored and SIGTERM blocked; neither may be inherited.
    let previous = signal(SIGPIPE, SIG_IGN)
    defer { signal(SIGPIPE, previous) }
    #expect(try run("kill -PIPE $$; exit 7") == .killed(signal: SIGPIPE))
    #expect(try run("kill -TERM $$; exit 7") == .killed(signal: SIGTERM))
  }

  @Test func `a child starts with the mask that we were started with`() throws {
    var held = sigset_t()
    sigemptyset(&held)
    sigaddset(&held, SIGUSR2)
    try withOpenSignals {
      pthread_sigmask(SIG_BLOCK, &held, nil)
      let environment = try ChildEnvironment([], overriding: false)
      // grep tells of itself: what a shell blocks while it waits is its own affair.
      let mask = String(1 << (SIGUSR2 - 1), radix: 16)
      let child = try ChildProcess(
        ["grep", "-q", "^SigBlk:\t0*\(mask)$", "/proc/self/status"].map(cString), environment)
      #expect(try child.wait(recheck: Self.recheck) == .exited(0))
    }
  }

  @Test func `a script without an interpreter runs in the shell, with all its arguments`() throws {
    let folder = try Folder()
    defer { folder.remove() }
    let path = folder.path + "/file"
    try write("test $# = 50000", path)
    chmod(path, 0o700)
    let command = [path] + [String](repeating: "x", count: 50_000)
    let environment = try ChildEnvironment([], overriding: false)
    #expect(
      try ChildProcess(command.map(cString), environment).wait(recheck: Self.recheck) == .exited(0))
  }

  @Test func `the caller is called while the child runs, and not after its end`() throws {
    let folder = try Folder()
    defer { folder.remove() }
    let gate = try Gate(folder.path + "/file")
    var calls = 0
    let end = try run("read line <\(gate.path)") {
      calls += 1
      // The child ends by the third call, so without one this test would not.
      if calls == 3 { gate.open() }
    }
    #expect(end == .exited(0))
    #expect(calls >= 3)
    let before = calls
    #expect(try run("true", whileRunning: nil) == .exited(0))
    #expect(calls == before)
  }

  @Test func `a signal that is sent to us reaches the child`() throws {
    let end = try withOpenSignals {
      let child = try ChildProcess(
        ["sleep", "60"].map(cString), try ChildEnvironment([], overriding: false))
      // To this thread, which alone waits for it: the others belong to the testing library.
      pthread_kill(pthread_self(), SIGTERM)
      return try child.wait(recheck: Self.recheck)
    }
    #expect(end == .killed(signal: SIGTERM))
  }

  @Test func `bytes that are no UTF-8 reach the command unchanged`() throws {
    let odd: [CChar] = [CChar(bitPattern: 0xFF), CChar(bitPattern: 0xC3), 0]
    let command =
      ["sh", "-c", #"test "$(printf %s "$1" | od -An -tx1)" = " ff c3""#, "x"].map(cString) + [odd]
    let environment = try ChildEnvironment([], overriding: false)
    #expect(try ChildProcess(command, environment).wait(recheck: Self.recheck) == .exited(0))
  }

  /// The testing library's threads swallow what tells of a child's end.
  static let recheck = timespec(tv_sec: 0, tv_nsec: 2_000_000)

  func run(
    _ script: String, _ secrets: [String: String] = [:], overriding: Bool = false,
    lifeline: Int32? = nil, whileRunning: (() -> Void)? = nil
  ) throws -> ChildProcess.End {
    let values = try secrets.map { name, text in
      (name: try SecretName(name).text, value: try SecretBuffer(text: text))
    }
    let environment = try ChildEnvironment(values, overriding: overriding)
    return try withOpenSignals {
      try ChildProcess(
        ["sh", "-c", script].map(cString), environment, kept: lifeline.map { [$0] } ?? []
      )
      .wait(recheck: Self.recheck, whileRunning: whileRunning)
    }
  }

  private func start(_ command: [String]) throws {
    _ = try ChildProcess(command.map(cString), try ChildEnvironment([], overriding: false))
  }

  func cString(_ text: String) -> [CChar] { Array(text.utf8CString) }
}

extension SecretBuffer {
  /// A value in secret memory.
  convenience init(text: String) throws {
    let bytes = Array(text.utf8)
    try self.init(capacity: bytes.count) { room in
      room.copyBytes(from: bytes)
      return bytes.count
    }
  }

  /// The value as text again.
  var text: String { withUnsafeBytes { String(decoding: $0, as: UTF8.self) } }
}
