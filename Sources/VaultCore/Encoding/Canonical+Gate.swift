extension Environment: Canonical {
  /// Appends the fields in the order of the format: the first while the environment has its first key.
  public func encode(into encoder: inout CanonicalEncoder) {
    let isFirst = keys == KeyGenerations(since: created)
    encoder.byte(isFirst ? 1 : 2)
    encoder.integer(id)
    encoder.text(name.text)
    encoder.integer(revision)
    gate.encode(into: &encoder)
    encoder.integer(created)
    encoder.integer(Int64(creator))
    encoder.integer(lastActivated)
    encoder.optional(deletion) { $1.encode(into: &$0) }
    names.encode(into: &encoder)
    if !isFirst { keys.encode(into: &encoder) }
  }

  /// Reads what ``encode(into:)`` wrote.
  public init(from decoder: inout CanonicalDecoder) throws(DecodingFault) {
    let format = try decoder.byte()
    guard format == 1 || format == 2 else { throw DecodingFault() }
    self.init(
      id: try decoder.integer(), name: try decoder.environmentName(),
      revision: try decoder.integer(), gate: try Gate(from: &decoder),
      created: try decoder.integer(), creator: try decoder.accountNumber(),
      lastActivated: try decoder.integer(),
      deletion: try decoder.optional { decoder throws(DecodingFault) in
        try NamedSubject(from: &decoder)
      }, names: try NameRegister(from: &decoder),
      keys: format == 1 ? nil : try KeyGenerations(from: &decoder))
    // Else one environment could be encoded in two ways.
    guard format == 1 || keys != KeyGenerations(since: created) else { throw DecodingFault() }
  }
}

extension KeyGenerations: Canonical {
  /// Appends the fields in the order of the format.
  public func encode(into encoder: inout CanonicalEncoder) {
    encoder.integer(Int64(current))
    encoder.integer(Int64(oldest))
    encoder.integer(since)
  }

  /// Reads what ``encode(into:)`` wrote.
  public init(from decoder: inout CanonicalDecoder) throws(DecodingFault) {
    guard
      let keys = KeyGenerations(
        current: try decoder.generation(), oldest: try decoder.generation(),
        since: try decoder.integer())
    else { throw DecodingFault() }
    self = keys
  }
}

extension CanonicalDecoder {
  /// Which of several keys; 0 where there is none.
  public mutating func generation() throws(DecodingFault) -> UInt32 { try accountNumber() }
}

extension NameRegister: Canonical {
  /// Appends the fields in the order of the format.
  public func encode(into encoder: inout CanonicalEncoder) {
    encoder.list(entries) { encoder, entry in
      encoder.text(entry.name.text)
      encoder.byte(entry.kind.rawValue)
      encoder.byte(entry.maker.rawValue)
      encoder.integer(entry.first)
      encoder.bool(entry.isApproved)
    }
  }

  /// Reads what ``encode(into:)`` wrote.
  public init(from decoder: inout CanonicalDecoder) throws(DecodingFault) {
    let entries = try decoder.list { decoder throws(DecodingFault) in
      let name = try decoder.secretName()
      guard let kind = NameKind(rawValue: try decoder.byte()),
        let maker = NameMaker(rawValue: try decoder.byte())
      else { throw DecodingFault() }
      return Entry(
        name: name, kind: kind, maker: maker, first: try decoder.integer(),
        isApproved: try decoder.bool())
    }
    // Each name once, in their order: else two registers that say the same would be two.
    for (name, next) in zip(entries, entries.dropFirst()) where name.name >= next.name {
      throw DecodingFault()
    }
    self.init(entries)
  }
}

extension Gate: Canonical {
  /// Appends the fields in the order of the format.
  public func encode(into encoder: inout CanonicalEncoder) {
    encode(into: &encoder, by: GateRule.all)
  }

  /// Reads what ``encode(into:)`` wrote.
  public init(from decoder: inout CanonicalDecoder) throws(DecodingFault) {
    try self.init(from: &decoder, by: GateRule.all)
  }

  func encodePeople(into encoder: inout CanonicalEncoder) {
    switch protection {
    case .unprotected: encoder.byte(1)
    case .reviewers(let rules):
      encoder.byte(2)
      encoder.list(rules) { encoder, rule in
        encoder.list(rule.reviewers) { $1.encode(into: &$0) }
        encoder.count(rule.required)
      }
    }
    switch requesters {
    case .any: encoder.byte(1)
    case .principals(let principals):
      encoder.byte(2)
      encoder.list(principals) { $1.encode(into: &$0) }
    }
    encoder.list(writers) { $1.encode(into: &$0) }
  }

  /// Reads what ``encodePeople(into:)`` wrote behind its first byte, the kind of protection.
  init(people decoder: inout CanonicalDecoder, protectedBy kind: UInt8) throws(DecodingFault) {
    let protection: Protection
    switch kind {
    case 1: protection = .unprotected
    case 2:
      let rules = try decoder.list { decoder throws(DecodingFault) in
        ReviewerRule(
          reviewers: try decoder.list { decoder throws(DecodingFault) in
            try Principal(from: &decoder)
          }, required: try decoder.count())
      }
      // An empty list must not come to mean "nothing is missing".
      guard !rules.isEmpty, rules.allSatisfy({ $0.required >= 1 && !$0.reviewers.isEmpty }) else {
        throw DecodingFault()
      }
      protection = .reviewers(rules)
    default: throw DecodingFault()
    }
    let requesters: Requesters
    switch try decoder.byte() {
    case 1: requesters = .any
    case 2:
      requesters = .principals(
        try decoder.list { decoder throws(DecodingFault) in try Principal(from: &decoder) })
    default: throw DecodingFault()
    }
    self.init(
      protection: protection, requesters: requesters,
      writers: try decoder.list { decoder throws(DecodingFault) in try Principal(from: &decoder) })
  }
}
