import Glibc

/// Where the root key lies: whoever has it and the state directory has everything.
enum KeyCheckup {
  static func findings(_ path: String, _ facts: ConfigurationFacts) -> [Finding] {
    [
      configuration(path),
      facts.keyFile.map { judge($0, facts.stateDirectory) }
        ?? .notLookedAt(
          "key", "the root key", "\(path) does not name its file",
          "see root_key in envgated.json(5)"),
    ]
  }

  /// What is said where the configuration tells nothing.
  static func unread(_ path: String) -> Finding {
    do throws(FileFacts.Unseen) {
      _ = try FileFacts(path)
    } catch {
      if !error.isHidden {
        return .notLookedAt(
          "key", "the root key", "\(path): \(error.text)",
          "name the daemon's configuration with --config")
      }
    }
    // Safety: the path is lent for the call.
    guard unsafe access(path, R_OK) == 0 else {
      return .notLookedAt("key", "the root key", "\(path) cannot be read")
    }
    return .notLookedAt(
      "key", "the root key", "\(path) cannot be read as a configuration",
      "see envgated --check --config \(path)")
  }

  private static func configuration(_ path: String) -> Finding {
    let folder = ParentFolder.of(path)
    do throws(FileFacts.Unseen) {
      let file = try FileFacts(path)
      if file.isWritableByAll || file.isWritableByGroup {
        return .fail(
          "configuration", "other accounts may write \(path) (\(file.text))", "chmod go-w \(path)")
      }
      if let who = try FileFacts.whoElseWrites(to: folder) {
        return .fail(
          "configuration", "\(who) may write to \(folder), and so replace \(path)",
          "chmod go-w \(folder)")
      }
      return .ok("configuration", "only its owner may change \(path)")
    } catch {
      return .notLookedAt("configuration", "who may change \(path)", error.text)
    }
  }

  private static func judge(_ path: String, _ state: String?) -> Finding {
    if let state, path.hasPrefix(state.hasSuffix("/") ? state : state + "/") {
      return .fail(
        "key", "the root key is in the state directory, so a copy of the directory holds both",
        "move it, and set root_key in the configuration")
    }
    let folder = ParentFolder.of(path)
    do throws(FileFacts.Unseen) {
      if let who = try FileFacts.whoElseWrites(to: folder) {
        return .fail(
          "key", "\(who) may write to \(folder), which holds the root key", "chmod go-w \(folder)")
      }
      let file = try FileFacts(path)
      if file.permissions & 0o077 != 0 {
        return .fail(
          "key", "the root key is open to other accounts (\(file.text))",
          "chmod 0600 \(path); if another account may have read it, run envgate key rotate --all")
      }
      return .ok("key", "the root key is outside the state directory, \(file.text)")
    } catch {
      return error.isHidden
        ? .notLookedAt("key", "the root key \(path)", error.text)
        : .fail("key", "the root key \(path): \(error.text)")
    }
  }
}
