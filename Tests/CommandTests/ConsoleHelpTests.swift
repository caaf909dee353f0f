import ArgumentParser
import Testing

@testable import envgate

@Suite struct ConsoleHelpTests {
  /// Every command that does something.
  static let commands = leaves(of: Envgate.self, [])

  static func leaves(
    of command: any ParsableCommand.Type, _ path: [String]
  ) -> [(path: [String], type: any ParsableCommand.Type)] {
    let subcommands = command.configuration.subcommands
    if subcommands.isEmpty { return [(path, command)] }
    return subcommands.flatMap { leaves(of: $0, path + [$0._commandName]) }
  }

  /// What a person is shown who asks for it.
  static func help(_ path: [String]) throws -> String {
    let error = try #require(throws: (any Error).self) {
      // Help is a command of its own, which ends by throwing its text.
      var command = try Envgate.command(path + ["--help"])
      try command.run()
    }
    return Failure(error, isExec: false).output.joined()
  }

  @Test func `help fits 80 columns in every locale`() throws {
    #expect(Self.commands.count > 30)
    for (path, _) in Self.commands + [([], Envgate.self), (["secret"], Secrets.self)] {
      for line in try Self.help(path).split(separator: "\n") {
        #expect(line.count <= 80, "\(path): \(line)")
        // Anything else is longer in some locale than it was when it was laid out.
        #expect(line.utf8.allSatisfy { $0 < 0x80 }, "\(path): \(line)")
      }
    }
  }

  @Test func `each command that people type has examples, and each example is understood`() throws {
    // What another program starts: nobody types it.
    for (path, command) in Self.commands where path != ["proxy"] {
      let examples = Self.examples(try Self.help(path))
      #expect((1...4).contains(examples.count), "\(path) has \(examples.count) examples")
      for example in examples {
        let words = Self.words(example)
        #expect(words.first == "envgate", "\(example)")
        do {
          let parsed = try Envgate.parseAsRoot(Array(words.dropFirst()))
          #expect(type(of: parsed) == command, "\(example)")
        } catch {
          Issue.record("\(example): \(Envgate.message(for: error))")
        }
      }
    }
  }

  /// The lines below `Examples:`, those that go on put together.
  static func examples(_ help: String) -> [String] {
    var examples: [String] = []
    var goesOn = false
    for line in help.split(separator: "\n", omittingEmptySubsequences: false)
      .drop(while: { $0 != "Examples:" }).dropFirst().prefix(while: { !$0.isEmpty })
    {
      let text = line.drop { $0 == " " }
      if goesOn {
        examples[examples.count - 1] += " " + text
      } else {
        examples.append(String(text))
      }
      goesOn = text.hasSuffix("\\")
      if goesOn { examples[examples.count - 1].removeLast() }
    }
    return examples
  }

  /// The words of a simple command, without what its shell does with its output.
  static func words(_ line: String) -> [String] {
    var words: [String] = []
    var word = ""
    var quote: Character?
    for character in line + " " {
      if character == quote {
        quote = nil
      } else if quote == nil, character == "\"" || character == "'" {
        quote = character
      } else if quote == nil, ["<", ">", "|"].contains(character) {
        break
      } else if quote == nil, character == " " {
        if !word.isEmpty { words.append(word) }
        word = ""
      } else {
        word.append(character)
      }
    }
    return words
  }
}
