/// How the value of a rule stands in a gate at rest, once a kind.
extension GateRule {
  func encode(_ terms: GateTerms, into encoder: inout CanonicalEncoder) {
    switch value {
    case .flag(let path, _, _, _): encoder.bool(terms[keyPath: path])
    case .duration(let path, _): encoder.integer(terms[keyPath: path])
    case .period(let path, _): encoder.optional(terms[keyPath: path]) { $0.integer($1) }
    case .limit(let path, _): encoder.optional(terms[keyPath: path]) { $0.count($1) }
    case .entries(let list): encoder.list(list.texts(of: terms)) { $0.text($1) }
    }
  }

  func decode(
    into terms: inout GateTerms, from decoder: inout CanonicalDecoder
  ) throws(DecodingFault) {
    switch value {
    case .flag(let path, _, _, _): terms[keyPath: path] = try decoder.bool()
    case .duration(let path, _): terms[keyPath: path] = try decoder.integer()
    case .period(let path, _):
      terms[keyPath: path] = try decoder.optional { decoder throws(DecodingFault) in
        try decoder.integer()
      }
    case .limit(let path, _):
      terms[keyPath: path] = try decoder.optional { decoder throws(DecodingFault) in
        try decoder.number()
      }
    case .entries(let list):
      list.take(
        try decoder.list { decoder throws(DecodingFault) in try decoder.text() }, into: &terms)
    }
  }
}

extension Gate {
  /// Appends the fields in the order of the format, which is the lowest that holds this gate.
  package func encode(into encoder: inout CanonicalEncoder, by rules: [GateRule]) {
    let format = format(by: rules)
    if format > .first { encoder.byte(format.byte) }
    encodePeople(into: &encoder)
    for rule in rules where rule.since <= format { rule.encode(terms, into: &encoder) }
  }

  /// Reads what ``encode(into:by:)`` wrote: a rule that is newer than the format has its default.
  package init(
    from decoder: inout CanonicalDecoder, by rules: [GateRule]
  ) throws(DecodingFault) {
    var kind = try decoder.byte()
    let format = rules.map(\.since).first { $0 > .first && $0.byte == kind } ?? .first
    if format > .first { kind = try decoder.byte() }
    try self.init(people: &decoder, protectedBy: kind)
    for rule in rules where rule.since <= format { try rule.decode(into: &terms, from: &decoder) }
    // Else a gate would have two encodings.
    guard format == self.format(by: rules) else { throw DecodingFault() }
  }

  private func format(by rules: [GateRule]) -> GateFormat {
    rules.lazy.filter { !$0.isDefault(terms) }.map(\.since).max() ?? .first
  }
}
