import Promises
import Testing

/// The line without its comment. A `//` inside a string literal is code: it ends the comment search
/// early only for a line that holds a URL, and then nothing but the URL's rest goes unread.
private func code(_ line: Substring) -> Substring {
  guard let comment = line.firstRange(of: "//") else { return line }
  return line[..<comment.lowerBound]
}

/// Whether a line calls a function that prints, or a `write` with the number of stdout or stderr.
private func writesToTerminal(_ code: Substring) -> Bool {
  let words = code.split { !$0.isLetter && !$0.isNumber && !"(._".contains($0) }
  return words.indices.contains { index in
    // What is declared is not called.
    if index > 0, words[index - 1] == "func" { return false }
    var call = words[index]
    for module in ["Swift.", "Glibc."] where call.hasPrefix(module) {
      call = call.dropFirst(module.count)
    }
    if ["print(", "debugPrint(", "fputs(", "puts(", "putchar(", "fwrite(", "printf(", "dprintf("]
      .contains(where: call.hasPrefix)
    {
      return true
    }
    guard call.hasPrefix("write(") || call.hasPrefix("WholeWrite.write(") else { return false }
    return ["write(1", "write(2", "write(STDOUT_FILENO", "write(STDERR_FILENO"]
      .contains { call.hasSuffix($0) }
      || words[index...].contains { $0 == "STDOUT_FILENO" || $0 == "STDERR_FILENO" }
  }
}

@Suite struct `the sources` {
  @Test(
    arguments: Checkout.files(under: "Sources", endings: [".swift", ".c", ".h"])
      + Checkout.files(under: "Tests", endings: [".swift", ".c", ".h"]))
  func `no file is longer than 400 lines`(path: String) {
    let count = (Checkout.text(path) ?? "").utf8.count { $0 == UInt8(ascii: "\n") }
    #expect(count <= 400, "\(path) has \(count) lines")
  }

  @Test(
    arguments: [
      ("try!", "a thrown error must not end the process"),
      ("fatalError(", "input must not reach a trap"),
      ("import Foundation", "Foundation brings ICU and a codec that is not strict"),
      ("as!", "a failed cast must not end the process"),
    ])
  func `Sources hold none of the forbidden words`(word: String, reason: String) {
    for path in Checkout.files(under: "Sources", endings: [".swift"]) {
      for (index, line) in Checkout.lines(path).enumerated() {
        #expect(!code(line).contains(word), "\(path):\(index + 1): \(word): \(reason)")
      }
    }
  }

  @Test func `the manifest uses no unsafe flags`() {
    #expect(Checkout.text("Package.swift")?.contains("unsafeFlags") == false)
  }

  @Test func `the command writes to its terminal in Console.swift alone`() {
    for path in Checkout.files(under: "Sources/envgate", endings: [".swift"])
    where !path.hasSuffix("/Console.swift") {
      for (index, line) in Checkout.lines(path).enumerated() {
        #expect(!writesToTerminal(code(line)), "\(path):\(index + 1)")
      }
    }
  }

  @Test(
    arguments: [
      ("print(x)", true), ("Swift.print(x)", true), ("debugPrint(x)", true),
      ("unsafe Glibc.write(1, p, 1)", true), ("_ = unsafe write(STDERR_FILENO, p, 1)", true),
      ("unsafe WholeWrite.write(bytes, to: STDOUT_FILENO)", true), ("fputs(x, stdout)", true),
      ("func f() { print(x) }", true), ("func print(_ lines: [String])", false),
      ("try Console.print(lines)", false), ("unsafe write(descriptor, p, 1)", false),
    ])
  func `a line that writes to the terminal is recognized`(line: String, writes: Bool) {
    #expect(writesToTerminal(line[...]) == writes)
  }

  @Test(
    .promise(.oneFunctionOpensValues),
    arguments: [
      ("Envelope.open(", []),
      ("opener.open(", ["Sources/VaultEngine/Sealed/KeyRing.swift"]),
      ("keys.open(", ["Sources/VaultEngine/Decisions/OneDoor.swift"]),
      (" DurableRelease(", ["Sources/VaultEngine/Decisions/OneDoor.swift"]),
      // From what was let go to what travels.
      (
        "DurableRelease.Item",
        [
          "Sources/VaultEngine/Decisions/OneDoor.swift",
          "Sources/VaultServer/Sessions/Hub+Replies.swift",
        ]
      ),
    ])
  func `one-door: a value is opened in one place, behind the commit`(
    call: String, homes: [String]
  ) {
    var found: Set<String> = []
    for path in Checkout.files(under: "Sources", endings: [".swift"])
    where !path.hasPrefix("Sources/VaultCrypto/") {
      if Checkout.lines(path).contains(where: { code($0).contains(call) }) { found.insert(path) }
    }
    #expect(found == Set(homes), "\(call)")
  }

  /// Where the parameters of a call are text that somebody wrote: nobody compares it.
  static let freeText = [
    // Its 71 bytes are counted first.
    "Messages/Digest.swift: guard let digest = Digest(try value.string()) else {",
    // Entries of a gate, which are judged once all members were read.
    "Messages/GateTerms+Wire.swift: let texts = try value.strings()",
    "Messages/GateTerms+Wire.swift: entries.append((list, try value.strings(), []))",
    "Messages/GateTerms+Wire.swift: let added = try reader.optional(list.add)?.strings() ?? []",
    "Messages/GateTerms+Wire.swift: entries.append((list, added, try reader.optional(list.remove)?.strings() ?? []))",
    "Methods/Requests.swift: let comment = try text.read(value, direction)",
    "Methods/Variables.swift: Member(\"value\", \\.value, .text),",
    "Messages/RequestContext+Wire.swift: Member(optional: \"reason\", \\.reason, .text),",
    "Messages/RequestContext+Wire.swift: Member(optional: \"ref\", \\.ref, .text),",
    "Messages/RequestContext+Wire.swift: Member(optional: \"commit\", \\.commit, .text),",
    "Messages/RequestContext+Wire.swift: Member(optional: \"run_url\", \\.runURL, .text),",
    "Messages/RequestContext+Wire.swift: Member(unlessEmpty: \"command\", \\.command, .list(.text)),",
    "Messages/RequestContext+Wire.swift: Member(optional: \"delivery\", \\.delivery, .text),",
    "Messages/RequestContext+Wire.swift: Member(optional: \"key\", \\.key, .text),",
  ]

  @Test(.promise(.wordsAreBytes))
  func `fair-share: a call is read as text only where somebody speaks freely`() {
    var found: [String] = []
    for folder in ["Methods", "Messages"] {
      let root = "Sources/VaultProtocol/"
      for path in Checkout.files(under: root + folder, endings: [".swift"]) {
        for line in Checkout.lines(path).map(code) {
          if [".string()", ".strings()", " .text)", "(.text)", "text.read("].contains(
            where: line.contains)
          {
            found.append("\(path.dropFirst(root.count)): \(line.drop { $0 == " " })")
          }
        }
      }
    }
    #expect(found.sorted() == Self.freeText.sorted())
  }

  @Test func `a document of a target lives in its DocC catalog`() {
    for path in Checkout.files(under: "Sources", endings: [".md"]) {
      #expect(path.contains(".docc/"), "\(path)")
    }
  }

  @Test(.enabled(if: Checkout.isClone, "optional: not a clone, nothing to list"))
  func `the top level holds only what has its place there`() throws {
    // The checkout may belong to another user than the one who tests it.
    let listing = Checkout.output(
      of: "git -c safe.directory='*' -C '\(Checkout.root)' ls-files")
    try #require(listing.succeeded, "git ls-files failed")
    let allowed: Set<String> = [
      "Package.swift", "Sources", "Tests", "config", "systemd", "README.md", "Makefile", ".ci",
      ".swift-format", ".gitignore", "LICENSE", "SECURITY.md", "CHANGELOG.md",
    ]
    let present = Set(
      listing.text.split(separator: "\n").compactMap {
        $0.split(separator: "/").first.map(String.init)
      })
    #expect(present.subtracting(allowed) == [])
  }
}
