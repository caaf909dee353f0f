import Glibc
import Testing

@testable import envgate

/// What somebody sends to `exec` is meant for its command.
@Suite(
  .serialized, .timeLimit(.minutes(10)),
  .enabled(if: Programs.isThere && Programs.isRoot, "needs ENVGATE_BIN and root"))
struct ExecSignalTests {
  @Test func `a signal that others take for a fault reaches the command when somebody sends it`()
    throws
  {
    let daemon = try HandOverTests.stage()
    for number in [SIGPIPE, SIGABRT, SIGXCPU, SIGXFSZ, SIGSYS, SIGSTKFLT] {
      let script = "trap 'exit 9' \(number); echo ready >&2; while :; do sleep 0.02; done"
      let running = try daemon.startEnvgate(
        ["exec", "-e", "dev", "--", "sh", "-c", script], as: TestDaemon.runner.uid)
      _ = try running.readErrors(until: "ready")
      running.signal(number)
      #expect(running.finish().code == 9, "signal \(number)")
    }
  }

  @Test func `a stop that the command has caught does not stop envgate after its end`() throws {
    let daemon = try HandOverTests.stage()
    let shell = try ExecTerminalTests.shell(daemon)
    for name in ["TTIN", "TTOU", "TSTP"] {
      try shell.type(
        ExecTerminalTests.run("trap \"echo caught\" \(name); kill -\(name) 0; exit 6")
          + " & wait $!; echo \(name)=$?\n")
      try shell.read(until: "caught\n")
      try shell.read(until: "\(name)=6\n")
    }
  }

  @Test func `what envgate itself has caused is none of the command's`() throws {
    let tests = ConsoleChildTests()
    let folder = try Folder()
    defer { folder.remove() }
    let gate = try Gate(folder.path + "/file")
    let broken = try Pipe()
    broken.closeNear()
    // As in the program.
    let previous = signal(SIGPIPE, SIG_IGN)
    defer { signal(SIGPIPE, previous) }
    var calls = 0
    let end = try tests.run("trap 'exit 9' PIPE; read line <\(gate.path); exit 4") {
      calls += 1
      if calls == 1 { #expect(write(broken.far, "x", 1) == -1 && errno == EPIPE) }
      // One look at what is pending lies in between.
      if calls == 3 { gate.open() }
    }
    #expect(end == .exited(4))
  }
}
