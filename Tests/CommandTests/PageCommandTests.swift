import ArgumentParser
import Glibc
import Testing

@testable import envgate

/// The command lines that README and the guides show, beside the parsers of today.
@Suite struct PageCommandTests {
  /// A call of one of our programs, and where a page shows it.
  struct Shown: CustomTestStringConvertible {
    let place: String
    let program: String
    let words: [String]

    var testDescription: String { "\(place): \(([program] + words).joined(separator: " "))" }
  }

  /// The root of the checkout, with the slash.
  static let root = String(ManualPage.path("").dropLast("Sources/".count))

  static let pages: [String] = {
    let guides = root + "Sources/envgate/envgate.docc"
    guard let folder = opendir(guides) else { return [] }
    defer { closedir(folder) }
    var names: [String] = []
    while let entry = readdir(folder) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) { field in
        field.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name.hasSuffix(".md") { names.append("Sources/envgate/envgate.docc/" + name) }
    }
    return ["README.md"] + names.sorted()
  }()

  static let shown = pages.flatMap { page in
    let text = (try? readFile(root + page)).map { String(decoding: $0, as: UTF8.self) } ?? ""
    return shown(in: text, page)
  }

  /// The calls in the blocks of shell of a page.
  static func shown(in text: String, _ page: String) -> [Shown] {
    var isShell = false
    // All else becomes an empty line, so that numbers of lines stay.
    let script = text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
      // `sh` is also run by .ci/walk, `shell` cannot be.
      if line.hasPrefix("```") { isShell = ["```sh", "```shell"].contains(line) && !isShell }
      return isShell && !line.hasPrefix("```") ? line : ""
    }
    return ShellCommands(script.joined(separator: "\n")).all.compactMap { command in
      let leading: Set = ["exec", "until", "while", "if", "!", "do", "then", "sudo", "env"]
      var words = command.words.drop { leading.contains($0) || $0.contains("=") }
      // What starts something elsewhere has words of its own before.
      if words.first == "docker" || words.first == "ssh" {
        words = words.drop { $0 != "envgate" }
      }
      guard let program = words.first, ["envgate", "envgated"].contains(program) else { return nil }
      // The shell puts a number there.
      let rest = words.dropFirst().map {
        ["$id", "$request"].contains($0) || $0.hasPrefix("$(") ? "2" : $0
      }
      return Shown(place: "\(page):\(command.line)", program: program, words: Array(rest))
    }
  }

  /// Why the client would not understand it; nil where it does.
  static func fault(in words: [String]) -> String? {
    do {
      _ = try Envgate.parseAsRoot(words)
      return nil
    } catch {
      return Envgate.exitCode(for: error) == .success ? nil : Envgate.message(for: error)
    }
  }

  @Test func `the pages show commands`() {
    #expect(Self.pages.count > 8)
    #expect(Self.shown.count { $0.program == "envgate" } > 50)
    #expect(Self.shown.count { $0.program == "envgated" } > 3)
  }

  @Test(arguments: shown.filter { $0.program == "envgate" })
  func `each command line of envgate that a page shows is understood`(shown: Shown) {
    let fault = Self.fault(in: shown.words)
    #expect(fault == nil, "\(shown.testDescription)")
  }

  @Test(
    .enabled(if: Programs.isThere, "needs ENVGATE_BIN"),
    arguments: shown.filter { $0.program == "envgated" })
  func `each command line of envgated that a page shows has its commands and options`(
    shown: Shown
  ) throws {
    let dump = try Programs.run([Programs.path("envgated"), "--experimental-dump-help"])
    let commands = try ParserShape(dump.stdout).commands
    let command = shown.words.first.flatMap { $0.hasPrefix("-") ? nil : $0 } ?? ""
    let options = try #require(commands[command], "\(shown.testDescription)")
    for word in shown.words where word.hasPrefix("-") {
      #expect(options.contains(word), "\(shown.testDescription): \(word)")
    }
  }

  @Test func `a command that does not exist is told with its file and line`() {
    let page = """
      # A page
      ```
      envgate no such block
      ```
      ```sh
      line=$(envgate secret frobnicate KEY) && eval "$line"
      jq . <file | FOO=1 envgate status \\
        --jsno
      ```
      """
    let shown = Self.shown(in: page, "page.md")
    #expect(shown.map(\.place) == ["page.md:6", "page.md:7"])
    #expect(shown.map(\.words) == [["secret", "frobnicate", "KEY"], ["status", "--jsno"]])
    #expect(shown.allSatisfy { Self.fault(in: $0.words) != nil })
  }

  @Test(
    arguments: [
      ("a 'b c' \"d $e\" # f", [["a", "b c", "d $e"]]),
      ("a <b >c 2>d 2>&1 e", [["a", "e"]]),
      ("a | b && c; d & e", [["a"], ["b"], ["c"], ["d"], ["e"]]),
      ("a=$(b c) '' \\\n d\\ e", [["a=$"], ["b", "c"], ["", "d e"]]),
    ] as [(String, [[String]])])
  func `a script falls into its simple commands`(script: String, commands: [[String]]) {
    #expect(ShellCommands(script).all.map(\.words) == commands)
  }
}
