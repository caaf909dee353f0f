extension Environment: Canonical {
  /// Appends the fields in the order of the format.
  public func encode(into encoder: inout CanonicalEncoder) {
    encoder.byte(1)
    encoder.integer(id)
    encoder.text(name.text)
    encoder.integer(revision)
    gate.encode(into: &encoder)
    encoder.integer(created)
    encoder.integer(Int64(creator))
    encoder.optional(deletion) { $1.encode(into: &$0) }
    names.encode(into: &encoder)
  }

  /// Reads what ``encode(into:)`` wrote.
  public init(from decoder: inout CanonicalDecoder) throws(DecodingFault) {
    guard try decoder.byte() == 1 else { throw DecodingFault() }
    self.init(
      id: try decoder.integer(), name: try decoder.environmentName(),
      revision: try decoder.integer(), gate: try Gate(from: &decoder),
      created: try decoder.integer(), creator: try decoder.accountNumber(),
      deletion: try decoder.optional { decoder throws(DecodingFault) in
        try NamedSubject(from: &decoder)
      }, names: try NameRegister(from: &decoder))
  }
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
    encoder.bool(allowSelfReview)
    encoder.bool(exclusive)
    encoder.optional(maxReads) { $0.count($1) }
    encoder.integer(clocks.request)
    encoder.integer(clocks.approval)
    encoder.integer(clocks.grant)
    encoder.list(allowedNames) { $0.text($1.text) }
  }

  /// Reads what ``encode(into:)`` wrote.
  public init(from decoder: inout CanonicalDecoder) throws(DecodingFault) {
    let protection: Protection
    switch try decoder.byte() {
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
      writers: try decoder.list { decoder throws(DecodingFault) in try Principal(from: &decoder) },
      allowSelfReview: try decoder.bool(), exclusive: try decoder.bool(),
      maxReads: try decoder.optional { decoder throws(DecodingFault) in try decoder.number() },
      clocks: Clocks(
        request: try decoder.integer(), approval: try decoder.integer(),
        grant: try decoder.integer()),
      allowedNames: try decoder.list { decoder throws(DecodingFault) in
        try decoder.secretName()
      })
  }
}
