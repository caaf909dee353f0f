import Glibc
import Promises
import Testing
import VaultCore

@testable import envgate

/// `exec` and the command that it is given: any length, and the secrets that the line names.
@Suite(.serialized, .enabled(if: Programs.isThere && Programs.isRoot, "needs ENVGATE_BIN and root"))
struct ExecCommandTests {
  @Test func `a command runs however long it is`() throws {
    let daemon = try HandOverTests.stage()
    let numbers = (1...3_000).map(String.init)
    let many = try daemon.envgate(
      ["exec", "-e", "dev", "--", "/bin/echo"] + numbers, as: TestDaemon.runner.uid)
    #expect(many.code == 0, "\(many.stderr)")
    #expect(many.text == numbers.joined(separator: " ") + "\n")
    let script = "exit 7 #" + String(repeating: "ü", count: 30_000)
    let long = try daemon.envgate(
      ["exec", "-e", "dev", "--", "/bin/sh", "-c", script], as: TestDaemon.runner.uid)
    #expect(long.code == 7, "\(long.stderr)")
    let shown = try daemon.must(["request", "show", "2"])
    #expect(shown.contains("more bytes of 3 arguments"), "\(shown)")
  }

  @Test(arguments: [
    [String](repeating: "", count: 257), [String](repeating: "argument", count: 5_000),
    ["sh", "-c", String(repeating: "é", count: 16_383), "last"],
    [String(repeating: "€", count: 10_000)], ["a", String(repeating: "x", count: 16_384), "b"],
  ])
  func `what is claimed of a long command is what a request may say, and says that it is cut`(
    command: [String]
  ) throws {
    let shown = ClaimedCommand.shown(of: command)
    try RequestContext(command: shown).check()
    #expect(shown.last?.contains("more bytes of \(command.count) argument") == true)
    for (head, argument) in zip(shown.dropLast(), command) { #expect(argument.hasPrefix(head)) }
  }

  @Test func `a command that fits is claimed as it is`() {
    let command = [String](repeating: String(repeating: "x", count: 64), count: 256)
    #expect(ClaimedCommand.shown(of: command) == command)
  }

  @Test(.promise(.nothingHalfIsStarted))
  func `a step gets what it names of its job's request, and nothing that is not in it`()
    throws
  {
    let daemon = try HandOverTests.stage(["ONE": "1", "TWO": "2", "THREE": "3"])
    let ticket = daemon.folder + "/run/ticket"
    chmod(daemon.folder + "/run", 0o777)
    func runner(_ arguments: [String]) throws -> Finished {
      try daemon.envgate(arguments, as: TestDaemon.runner.uid)
    }
    let made = try runner([
      "request", "create", "-e", "dev", "-s", "ONE", "-s", "TWO", "--ticket-file", ticket,
    ])
    #expect(made.code == 0, "\(made)")
    #expect(try runner(["request", "activate", "1", "--ticket-file", ticket]).code == 0)
    let request = ["exec", "-e", "dev", "--request", "1", "--ticket-file", ticket]
    let command = ["--", "/bin/sh", "-c", "echo \"$ONE|$TWO|$THREE\""]
    let one = try runner(request + ["-s", "ONE"] + command)
    #expect(one.text == "1||\n", "\(one)")
    let record = try daemon.must(["audit", "list", "--json"])
    let released = record.split(separator: "\n").filter { $0.contains(#""secret.released""#) }
    #expect(released.count == 1 && !released[0].contains("TWO"), "\(released)")
    #expect(try runner(request + command).text == "1|2|\n")
    for name in ["THREE", "NOSUCH"] {
      let none = try runner(request + ["-s", name] + command)
      #expect(none.code == 125 && none.text.isEmpty)
      #expect(
        none.stderr.hasPrefix("envgate: secret.missing: request 1 does not ask for \(name)"),
        "\(none)")
    }
  }
}
