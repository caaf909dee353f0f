extension Gate {
  /// What has changed since another gate, in words, a line each; empty where nothing has.
  public func differences(from old: Gate) -> [String] {
    var lines: [String] = []
    if isUnprotected != old.isUnprotected {
      lines.append(
        isUnprotected ? "no approval is required any more" : "approvals are now required")
    }
    let count = max(rules.count, old.rules.count)
    for index in 0..<count {
      let before = old.rules.indices.contains(index) ? old.rules[index] : nil
      let now = rules.indices.contains(index) ? rules[index] : nil
      if before == now { continue }
      lines.append(
        "rule \(index + 1): \(before?.sentence ?? "none") -> \(now?.sentence ?? "none")")
    }
    switch (old.requesters, requesters) {
    case (.any, .any): break
    case (.principals, .any): lines.append("every account may request")
    case (.any, .principals(let now)): lines.append("only \(list(now, "and")) may request")
    case (.principals(let before), .principals(let now)):
      lines += Self.members("request", before, now)
    }
    lines += Self.members("set secrets", old.writers, writers)
    lines += GateRule.all.flatMap { $0.differences(from: old.terms, to: terms) }
    return lines
  }

  private static func members(
    _ what: String, _ before: [Principal], _ now: [Principal]
  ) -> [String] {
    // A name whose number is another now goes and comes: both are said.
    let (gone, new) = (
      before.filter { !now.contains($0) }, now.filter { !before.contains($0) }
    )
    return new.map { "\($0.text) may \(what)" } + gone.map { "\($0.text) may no longer \(what)" }
  }
}
