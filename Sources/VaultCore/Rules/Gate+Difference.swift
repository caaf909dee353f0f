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
    if allowSelfReview != old.allowSelfReview {
      lines.append(
        "the requester's own approval \(allowSelfReview ? "counts" : "does not count")")
    }
    if exclusive != old.exclusive {
      lines.append(exclusive ? "one grant at a time" : "several grants at a time")
    }
    if inOrder != old.inOrder {
      lines.append(
        inOrder
          ? "a request is refused after a newer one was activated"
          : "a request may be activated after a newer one")
    }
    if maxReads != old.maxReads {
      lines.append("max_reads: \(Self.limit(old.maxReads)) -> \(Self.limit(maxReads))")
    }
    for (name, before, now) in [
      ("request_ttl", old.clocks.request, clocks.request),
      ("approval_ttl", old.clocks.approval, clocks.approval),
      ("grant_ttl", old.clocks.grant, clocks.grant),
    ] where before != now {
      lines.append("\(name): \(duration(before)) -> \(duration(now))")
    }
    let names = Self.change(old.allowedNames, allowedNames)
    lines += names.new.map { "the reserved name \($0.text) is allowed" }
    lines += names.gone.map { "the reserved name \($0.text) is no longer allowed" }
    return lines
  }

  private static func members(
    _ what: String, _ before: [Principal], _ now: [Principal]
  ) -> [String] {
    // A name whose number is another now goes and comes: both are said.
    let (gone, new) = change(before, now)
    return new.map { "\($0.text) may \(what)" } + gone.map { "\($0.text) may no longer \(what)" }
  }

  private static func change<Element: Equatable>(
    _ before: [Element], _ now: [Element]
  ) -> (gone: [Element], new: [Element]) {
    (before.filter { !now.contains($0) }, now.filter { !before.contains($0) })
  }

  private static func limit(_ number: Int?) -> String { number.map { "\($0)" } ?? "none" }
}
