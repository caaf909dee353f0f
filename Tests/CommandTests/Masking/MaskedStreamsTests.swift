import Glibc
import Promises
import SecretMemory
import Testing

@testable import envgate

/// Real commands whose output passes a filter; one by one, as signals are blocked a thread at a time.
@Suite(.serialized, .timeLimit(.minutes(10))) struct MaskedStreamsTests {
  static let value = "s3cr3t value"

  /// Runs a script whose streams are filtered, and says how it ended.
  static func run(
    _ script: String, to output: Int32, _ errors: Int32, values: [String] = [value],
    whileRunning: ((MaskedStreams) throws -> Void)? = nil
  ) throws -> ChildProcess.End {
    let tests = ConsoleChildTests()
    return try tests.withOpenSignals {
      let streams = try MaskedStreams(
        values: MaskValues(all: values.map { try SecretBuffer(text: $0) }),
        on: OutputWays(to: output, errors))
      let child = try ChildProcess(
        ["sh", "-c", script].map(tests.cString), try ChildEnvironment([], overriding: false),
        output: streams.childOutput, errors: streams.childErrors)
      streams.childStarted()
      defer { streams.finish() }
      try whileRunning?(streams)
      return try child.wait(recheck: ConsoleChildTests.recheck)
    }
  }

  @Test func `both streams are filtered, each to its own`() throws {
    let (output, errors) = (try Pipe(), try Pipe())
    let end = try Self.run(
      "echo 'out s3cr3t value.'; echo 'err s3cr3t value.' >&2; exit 3", to: output.far, errors.far)
    #expect(end == .exited(3))
    #expect(output.rest() == "out ***.\n")
    #expect(errors.rest() == "err ***.\n")
  }

  @Test func `where both lead to the same place, lines keep their order`() throws {
    let both = try Pipe()
    let again = dup(both.far)
    defer { close(again) }
    let script = "for each in 1 2 3 4 5 6; do echo $each; echo s3cr3t value >&2; done"
    #expect(try Self.run(script, to: both.far, again) == .exited(0))
    #expect(both.rest() == (1...6).map { "\($0)\n***\n" }.joined())
  }

  @Test func `what a command wrote before it was killed comes out, a broken value too`() throws {
    let (output, errors) = (try Pipe(), try Pipe())
    let end = try Self.run(
      "printf 's3cr3t value and s3cr3t'; kill -KILL $$", to: output.far, errors.far)
    #expect(end == .killed(signal: SIGKILL))
    #expect(output.rest() == "*** and s3cr3t")
  }

  @Test func `a question is seen while its command waits, and a value in two halves is hidden`()
    throws
  {
    let (output, errors, folder) = (try Pipe(), try Pipe(), try Folder())
    defer { folder.remove() }
    let gate = try Gate(folder.path + "/file")
    // The question ends as the value begins, and the value is cut while everybody waits.
    let script =
      "printf 'Name? '; read x <\(gate.path); printf '? s3cr'; read x <\(gate.path); echo 3t"
    let end = try Self.run(script, to: output.far, errors.far, values: ["? s3cr3t"]) { _ in
      #expect(output.read(until: "? ") == "Name? ")
      gate.open()
      gate.open()
    }
    #expect(end == .exited(0))
    #expect(output.rest() == "***\n")
  }

  @Test(.promise(.maskedOutputOnly))
  func `a command whose stdout is closed learns of it as without a filter`() throws {
    let (output, errors) = (try Pipe(), try Pipe())
    output.closeNear()
    #expect(try Self.run("exec yes", to: output.far, errors.far) == .killed(signal: SIGPIPE))
    let terminal = try TestTerminal()
    let end = try Self.run("exec yes 2>/dev/null", to: terminal.far, errors.far) { _ in
      #expect(terminal.read(until: "\n").hasPrefix("y\r\n"))
      terminal.closeNear()
    }
    #expect(end == .exited(1), "EIO")
  }

  @Test(.promise(.maskedOutputOnly))
  func `a process in the background holds up neither the end nor what was written`() throws {
    let (output, errors, folder) = (try Pipe(), try Pipe(), try Folder())
    defer { folder.remove() }
    let gate = try Gate(folder.path + "/file")
    let script = "echo s3cr3t value; (read x <\(gate.path)) & exit 0"
    #expect(try Self.run(script, to: output.far, errors.far) == .exited(0))
    #expect(output.rest() == "***\n")
    gate.open()
    // One that never stops: it is cut off, and told so.
    let sink = open("/dev/null", O_WRONLY | O_CLOEXEC)
    defer { close(sink) }
    let endless = "(trap '' PIPE; yes 2>/dev/null; echo told >\(gate.path)) & exit 0"
    #expect(try Self.run(endless, to: sink, errors.far) == .exited(0))
    #expect(try gate.readLine(within: 10_000) == "told\n")
  }

  @Test(.promise(.maskedOutputOnly))
  func `a reader that is slow, on a descriptor that does not wait, gets every byte`() throws {
    let (output, errors) = (try Pipe(), try Pipe())
    _ = fcntl(output.far, F_SETFL, O_NONBLOCK)
    // More than all pipes and buffers in between hold; a value across every 4,096th byte.
    let script = """
      one=$(head -c 4090 /dev/zero | tr '\\0' x)
      for each in $(seq 400); do printf '%ss3cr3t value' "$one"; done; echo; echo END
      """
    var text = ""
    let end = try Self.run(script, to: output.far, errors.far) { _ in
      text = output.read(until: "END\n")
    }
    #expect(end == .exited(0))
    let line = String(repeating: "x", count: 4_090) + "***"
    #expect(text == String(repeating: line, count: 400) + "\nEND\n")
  }

  @Test func `nothing is left open, and a command that does not start leaves nothing behind`()
    throws
  {
    let (output, errors) = (try Pipe(), try Pipe())
    do {
      let streams = try MaskedStreams(
        values: MaskValues(all: []), on: OutputWays(to: output.far, errors.far))
      #expect(fcntl(streams.childOutput, F_GETFD) == FD_CLOEXEC)
      #expect(fcntl(streams.childErrors, F_GETFD) == FD_CLOEXEC)
      #expect(throws: CommandFault.self) {
        _ = try ChildProcess(
          [Array("/envtest-no-such-command".utf8CString)],
          try ChildEnvironment([], overriding: false),
          output: streams.childOutput, errors: streams.childErrors)
      }
      streams.finish()
      streams.finish()
    }
    #expect(output.rest() == "")
  }
}
