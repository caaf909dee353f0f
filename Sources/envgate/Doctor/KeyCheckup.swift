/// Where the root key lies: whoever has it and the state directory has everything.
enum KeyCheckup {
  static func findings(_ path: String, _ facts: ConfigurationFacts) -> [Finding] {
    var findings: [Finding] = []
    if let file = try? FileFacts(path), file.isWritableByAll || file.isWritableByGroup {
      findings.append(
        .fail("configuration", "others may write \(path) (\(file.text))", "chmod go-w \(path)"))
    } else if let who = try? FileFacts.whoElseWrites(to: FileFacts.parent(of: path)) {
      let folder = FileFacts.parent(of: path)
      findings.append(
        .fail(
          "configuration", "\(who) may write to \(folder), and so replace \(path)",
          "chmod go-w \(folder)"))
    } else {
      findings.append(.ok("configuration", "nobody but its owner may change \(path)"))
    }
    if let key = facts.keyFile { findings.append(contentsOf: judge(key, facts.stateDirectory)) }
    return findings
  }

  private static func judge(_ path: String, _ state: String?) -> [Finding] {
    if let state, path.hasPrefix(state.hasSuffix("/") ? state : state + "/") {
      return [
        .fail(
          "key", "the root key lies in the state directory: one copy of that holds both",
          "move it, and name its place in the configuration")
      ]
    }
    let folder = FileFacts.parent(of: path)
    if let who = try? FileFacts.whoElseWrites(to: folder) {
      return [
        .fail(
          "key", "\(who) may write to \(folder), where the root key lies", "chmod go-w \(folder)")
      ]
    }
    do {
      let file = try FileFacts(path)
      if file.permissions & 0o077 != 0 {
        return [
          .fail(
            "key", "the root key is open to others (\(file.text))",
            "chmod 0600 \(path); if somebody may have read it, make a new vault")
        ]
      }
      return [.ok("key", "the root key is outside of the state directory, \(file.text)")]
    } catch {
      return error.isHidden
        ? [] : [.fail("key", "the root key \(path): \(SystemText.of(error.error))")]
    }
  }
}
