import VaultProtocol

extension KeyView {
  /// Keys in a list, with how far a change of each is.
  static func table(of keys: [KeyView]) -> Table {
    let now = WallClock.now
    var table = Table(.name("KEY"), .number("GENERATION"), .whole("SINCE"), "STATE")
    for key in keys {
      table.add(
        .init(key.name), .init(key.generation.map { "\($0)" } ?? "-"),
        key.since.map { .init(time: $0, now: now) } ?? .init("-"),
        .init(key.stateInWords, key.kind == .recovery && key.state == .none ? .bad : .plain))
    }
    return table
  }

  private var name: String {
    switch kind {
    case .root: "root"
    case .nextRoot: "next root"
    case .backup: "backup"
    case .recovery: "recovery"
    case .environment: "environment \(environment ?? "")"
    }
  }

  private var stateInWords: String {
    switch state {
    case .none: kind == .recovery ? StatusView.noRecoveryKey : "none yet"
    case .settled: "in use"
    case .wrapping: "does not open everything yet"
    case .ready: "opens everything; as root: envgated rotate-root --finish"
    case .sweeping: "in use; what the older key encrypted is being deleted"
    case .rotating:
      "re-encrypting values"
        + (done.flatMap { done in total.map { ": \(done) of \($0) secrets" } } ?? "")
    }
  }
}

extension KeyRotatedView {
  /// What everybody is told after a leak.
  static let afterAll = [
    "the keys are new, but somebody who had the old ones may have read every secret: replace each secret where it was issued, then "
      + "set it with envgate secret set",
    "not replaced: the audit signing key, the key of the seals, the backup key and the recovery key; envgated recovery-key "
      + "replaces the last two",
  ]

  /// The new key, and what is still to be done, for a person.
  func lines() -> [String] {
    var facts = Facts()
    if let environment {
      facts.add("environment", environment)
      facts.add("key", "generation \(generation)")
      facts.add(
        "values",
        isComplete
          ? "encrypted under it; the older key is deleted"
          : "being encrypted under it; see envgate key status")
    } else {
      facts.add("root key", "generation \(generation) is next")
      facts.add(
        "now",
        isComplete
          ? "both root keys open everything"
          : "the new one does not open everything yet; see envgate key status")
      facts.add("next", "as root: stop envgated, run envgated rotate-root --finish, start envgated")
    }
    return facts.lines()
  }
}
