import Testing

/// The line without its comment. A `//` inside a string literal is code: it ends the comment search
/// early only for a line that holds a URL, and then nothing but the URL's rest goes unread.
private func code(_ line: Substring) -> Substring {
  guard let comment = line.firstRange(of: "//") else { return line }
  return line[..<comment.lowerBound]
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
      for (index, line) in Checkout.lines(path).enumerated() where !line.contains("func ") {
        let words = code(line).split { !$0.isLetter && $0 != "(" && $0 != "." }
        #expect(
          !words.contains { $0.hasPrefix("print(") || $0.hasPrefix("fputs(") },
          "\(path):\(index + 1)")
      }
    }
  }

  @Test(
    arguments: [
      ("Envelope.open(", []),
      ("opener.open(", ["Sources/VaultEngine/Sealed/KeyRing.swift"]),
      ("keys.open(", ["Sources/VaultEngine/Decisions/OneDoor.swift"]),
      (" DurableRelease(", ["Sources/VaultEngine/Decisions/OneDoor.swift"]),
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

  @Test func `a document of a target lives in its DocC catalog`() {
    for path in Checkout.files(under: "Sources", endings: [".md"]) {
      #expect(path.contains(".docc/"), "\(path)")
    }
  }

  @Test(.enabled(if: Checkout.isClone, "not a clone: nothing to list"))
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
