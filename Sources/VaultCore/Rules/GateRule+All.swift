extension GateRule {
  /// All rules, in the order in which they are written, compared and told.
  package static let all: [GateRule] = [
    allowSelfReview, exclusive, inOrder, maxReads, requestTTL, approvalTTL, grantTTL, allowedNames,
    rotationPeriod,
  ]

  /// What ``needsGrant`` says of each rule: asked at every direct read.
  static let grantNeeds = all.compactMap(\.needsGrant)

  package static let allowSelfReview = GateRule(
    name: "prevent_self_review", option: "allow-self-review", since: .first,
    value: .flag(
      \.allowSelfReview, isDenied: true, on: "the requester's own approval counts",
      off: "the requester's own approval does not count"),
    protects: false, needsGrant: nil, weaker: .risen("the requester's own approval counts")
  ) { gate in
    if gate.isUnprotected { return nil }
    return gate.allowSelfReview
      ? "Self-review is allowed: the requester's own approval counts."
      : "Self-review is not allowed: the requester's own approval does not count."
  }

  package static let exclusive = GateRule(
    name: "exclusive", option: "exclusive", since: .first,
    value: .flag(
      \.exclusive, on: "one grant at a time", off: "several grants at a time"),
    protects: false, needsGrant: { $0.exclusive },
    weaker: .fallen("several grants may be active at once")
  ) { gate in
    guard gate.exclusive else { return nil }
    return "One grant at a time: waiting jobs take turns in the order in which their requests were "
      + (gate.isUnprotected ? "made." : "approved.")
  }

  package static let inOrder = GateRule(
    name: "in_order", option: "in-order", since: .first,
    value: .flag(
      \.inOrder, on: "a request is refused after a newer one was activated",
      off: "a request may be activated after a newer one"),
    protects: false, needsGrant: nil,
    weaker: .fallen("a request may be activated after a newer one"),
    fault: { $0.inOrder && !$0.exclusive ? .orderOfSeveral : nil }
  ) { gate in
    gate.inOrder
      ? "In order: after a request is activated, every older request is refused." : nil
  }

  package static let maxReads = GateRule(
    name: "max_reads", option: "max-reads", since: .first,
    value: .limit(\.maxReads, most: Gate.mostReads), protects: false,
    needsGrant: { $0.maxReads != nil },
    weaker: .risen("each secret can be read more often under one grant")
  ) { gate in
    gate.maxReads.map {
      "Under one grant each secret can be read at most \($0 == 1 ? "once" : "\($0) times")."
    }
  }

  package static let requestTTL = GateRule(
    name: "request_ttl", option: "request-ttl", since: .first,
    value: .duration(\.clocks.request, in: Clocks.range), protects: false, needsGrant: nil,
    weaker: .risen("request_ttl is longer")
  ) { "A request waits at most \(duration($0.clocks.request))." }

  package static let approvalTTL = GateRule(
    name: "approval_ttl", option: "approval-ttl", since: .first,
    value: .duration(\.clocks.approval, in: Clocks.range), protects: false, needsGrant: nil,
    weaker: .risen("approval_ttl is longer")
  ) { "An approval is valid for \(duration($0.clocks.approval))." }

  package static let grantTTL = GateRule(
    name: "grant_ttl", option: "grant-ttl", since: .first,
    value: .duration(\.clocks.grant, in: Clocks.range), protects: false, needsGrant: nil,
    weaker: .risen("grant_ttl is longer")
  ) { "A grant can be read for \(duration($0.clocks.grant))." }

  package static let allowedNames = GateRule(
    name: "allowed_names", option: "allow-name", since: .first,
    value: .entries(
      Entries(
        \.allowedNames, most: Gate.mostAllowedNames, of: "allowed names", "reserved name",
        add: "add_allowed_names", remove: "remove_allowed_names")),
    protects: false, needsGrant: nil,
    weaker: .judged { old, new in
      let names = new.allowedNames.filter { !old.allowedNames.contains($0) }.map(\.text)
      return switch names.count {
      case 0: nil
      case 1: "the reserved name \(names.joined()) is allowed"
      default: "the reserved names \(names.joined(separator: ", ")) are allowed"
      }
    },
    fault: { terms in
      let reserved = terms.allowedNames.lazy.compactMap { ReservedNames.reservation(of: $0.text) }
      return reserved.first { $0.grade == .never }.map { .neverAllowed($0) }
    }
  ) { gate in
    if gate.allowedNames.isEmpty { return nil }
    return "Reserved names allowed here: \(gate.allowedNames.map(\.text).joined(separator: ", "))."
  }
  package static let rotationPeriod = GateRule(
    name: "rotation_period", option: "rotation-period", since: GateFormat(byte: 16),
    value: .period(\.rotationPeriod, in: 86_400_000...3_650 * 86_400_000), protects: false,
    needsGrant: nil, weaker: .risen("secrets may keep their values longer")
  ) { gate in
    gate.rotationPeriod.map {
      "Each secret is due for a new value \(spelled($0)) after it was set."
    }
  }
}
