import ArgumentParser
import Testing
import VaultServer

@testable import envgate
@testable import envgated

/// The parts of the manual pages and guides that follow from the programs.
@Suite struct `what the programs say of themselves` {
  static let client = Result { try ProgramHelp(Envgate._dumpHelp()) }
  static let daemon = Result { try ProgramHelp(Envgated._dumpHelp()) }

  /// Options that so many commands have are explained once.
  private static func shared(_ commands: [ProgramHelp.Command]) -> [ProgramHelp.Option] {
    var counts: [ProgramHelp.Option: Int] = [:]
    for option in commands.flatMap(\.options) { counts[option, default: 0] += 1 }
    var seen: Set<ProgramHelp.Option> = []
    return commands.flatMap(\.options).filter {
      counts[$0, default: 0] >= 10 && seen.insert($0).inserted
    }
  }

  /// The options of a request: what `exec` and `secret get` have in common, beside those.
  private static func request(
    _ commands: [ProgramHelp.Command], except shared: [ProgramHelp.Option]
  ) -> [ProgramHelp.Option] {
    let get = commands.first { $0.name == "secret get" }?.options ?? []
    let exec = commands.first { $0.name == "exec" }?.options ?? []
    return exec.filter { get.contains($0) && !shared.contains($0) }
  }

  @Test func `COMMANDS and OPTIONS of envgate(1) are the parser's`() throws {
    let commands = try Self.client.get().commands.filter { $0.name != "" }
    #expect(commands.count > 30)
    let shared = Self.shared(commands)
    let request = Self.request(commands, except: shared)
    #expect(
      Set(shared.flatMap(\.names)).isSuperset(of: ["--socket", "--host", "--json", "--help"]))
    #expect(Set(request.flatMap(\.names)).isSuperset(of: ["--reason", "--timeout", "--request"]))
    let elsewhere = Set(shared + request)
    let page = "Sources/envgate/man/envgate.1"
    GeneratedPart(page, "commands").check(
      commands.flatMap { command in
        let takesRequest = command.options.contains {
          request.contains($0) && $0.names == ["--reason"]
        }
        return ManualText.part(
          command, except: elsewhere,
          also: takesRequest ? ["It also takes", ".Sx Options of a request ."] : [])
      })
    GeneratedPart(page, "options of every command").check(ManualText.list(shared))
    GeneratedPart(page, "options of a request").check(ManualText.list(request))
  }

  @Test func `COMMANDS of envgated(8) is the parser's`() throws {
    let commands = try Self.daemon.get().commands.filter { $0.name != "" }
    #expect(
      commands.map(\.name) == ["init", "recovery-key", "rotate-root", "restore", "reset-clock"])
    GeneratedPart("Sources/envgated/man/envgated.8", "commands").check(
      commands.flatMap { command in
        ManualText.part(
          command, except: Set(command.options.filter { $0.names.contains("--help") }))
      })
  }

  @Test
  func `every command, argument and option has help, and every line of it ends as a sentence`()
    throws
  {
    for help in [try Self.client.get(), try Self.daemon.get()] {
      for command in help.commands {
        #expect(command.abstract.hasSuffix("."), "\(command.name): \(command.abstract)")
        let texts =
          command.options.map { ($0.names.joined(separator: ", "), $0.text) }
          + command.arguments.map { ($0.name, $0.text) }
        for (name, text) in texts {
          #expect(
            text.hasSuffix(".") || text.hasSuffix(")."), "\(command.name) \(name): no help: \(text)"
          )
        }
      }
    }
  }

  @Test func `the exit codes of the pages are the program's`() {
    let table = ["| code | meaning |", "|---|---|"]
    let client = envgate.ExitStatus.allCases
    GeneratedPart("Sources/envgate/man/envgate.1", "exit codes").check(
      [".Bl -tag -width Ds"]
        + client.flatMap { [".It \($0.rawValue)"] + ManualText.sentence($0.meaning) } + [".El"])
    GeneratedPart("Sources/envgate/envgate.docc/Jobs.md", "exit codes").check(
      table + client.map { "| \($0.rawValue) | \($0.meaning) |" })
    let daemon = DaemonExit.allCases
    GeneratedPart("Sources/envgated/man/envgated.8", "exit codes").check(
      [".Bl -tag -width Ds"]
        + daemon.flatMap { [".It \($0.rawValue)"] + ManualText.sentence($0.meaning) } + [".El"])
  }

  @Test func `a part that differs from the code is told with file and line`() {
    let part = GeneratedPart("Page.md", "numbers")
    let lines = ["# Page", "<!-- generated: numbers -->", "one", "two", "<!-- end of numbers -->"]
    #expect(part.difference(lines, from: ["one", "two"]) == nil)
    #expect(
      part.difference(lines, from: ["one", "three"])
        == "Page.md:4: the code says: three; run make generate")
    #expect(
      part.difference(lines, from: ["one"])
        == "Page.md:4: the code says: nothing; run make generate")
    #expect(
      part.difference(["one"], from: ["one"])
        == "Page.md: the marks of the part numbers are missing")
  }
}
