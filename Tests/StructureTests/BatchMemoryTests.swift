import Testing

/// Where the engine remembers anything.
@Suite struct `a batch's memory` {
  /// The stored variables of the classes of a source, by class: what a value holds belongs to whoever holds it.
  private func variables(_ path: String) -> [String: Set<String>] {
    var found: [String: Set<String>] = [:]
    var type: String?
    for line in Checkout.lines(path) {
      let words = line.split(separator: " ")
      if !line.hasPrefix(" "), line.hasSuffix("{") {
        let name = words.firstIndex(of: "class").flatMap { words[$0...].dropFirst().first }
        type = name.map { String($0.prefix { $0.isLetter || $0.isNumber }) }
        if let type { found[type] = [] }
      }
      guard let type, line.hasPrefix("  "), !line.hasPrefix("   "), !line.hasSuffix("{"),
        let variable = words.firstIndex(of: "var"), !line.contains("{ "),
        let name = words[variable...].dropFirst().first
      else { continue }
      found[type]?.insert(String(name.prefix { $0.isLetter || $0.isNumber }))
    }
    return found
  }

  @Test func `no variable of the engine stands outside of the draft and of what lasts`() {
    var found: [String: Set<String>] = [:]
    for path in Checkout.files(under: "Sources/VaultEngine", endings: [".swift"]) {
      found.merge(variables(path)) { $0.union($1) }
    }
    #expect(found["VaultEngine"] == ["draft", "lasting"])
    let others: [String: Set<String>] = [
      // Caches of keys, what libcrypto computes with, and a test's look.
      "KeyRing": ["entries", "opener", "fingerprinter", "onOpening"],
      "WrapKeys": ["loaded"],
      "Chain": ["hasher"],
      // What another thread makes a backup with.
      "BackupWarrant": ["key"], "BackupMaker": ["file"],
      // The part of the draft that stands with the rows.
      "Seals": ["set", "sealer"],
    ]
    // In the rows and tables all is a cache: the engine's tests ask that a failed batch drops it.
    for (type, variables) in found
    where !variables.isEmpty && type != "VaultEngine" && !type.hasPrefix("Sealed") {
      #expect(others[type] == variables, "\(type): does a failed batch take this back?")
    }
  }
}
