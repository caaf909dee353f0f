import TestSupport
import Testing
import VaultCore

/// What holds for every rule because its row says so. What a rule means is tested where it is kept.
@Suite struct `Every rule of a gate` {
  /// A gate that each rule can be set in, with the rules that others need.
  static func gate(_ protection: Gate.Protection = Gate.alice.protection) -> Gate {
    Gate(protection: protection, requesters: .any, terms: GateTerms())
  }

  /// Values of a rule within its range: its bounds, and for a list one entry and as many as there may be.
  static func inside(_ rule: GateRule) -> [GateTerms] {
    switch rule.value {
    case .flag(let path, _, _, _): [false, true].map { with(path, $0) }
    case .duration(let path, let range):
      [range.lowerBound, range.upperBound].map { with(path, $0) }
    case .period(let path, let range):
      [nil, range.lowerBound, range.upperBound].map { with(path, $0) }
    case .limit(let path, let most): [nil, 1, most].map { with(path, $0) }
    case .entries(let list): [[], ["GIT_A"], (1...100).map { "GIT_\($0)" }].map { with(list, $0) }
    }
  }

  /// Values one beyond each bound.
  static func beyond(_ rule: GateRule) -> [GateTerms] {
    switch rule.value {
    case .flag: []
    case .duration(let path, let range):
      [range.lowerBound - 1, range.upperBound + 1].map { with(path, $0) }
    case .period(let path, let range):
      [range.lowerBound - 1, range.upperBound + 1].map { with(path, $0) }
    case .limit(let path, let most): [0, most + 1].map { with(path, $0) }
    case .entries(let list):
      [["GIT_A", "GIT_A"], (0...100).map { "GIT_\($0)" }].map { with(list, $0) }
    }
  }

  private static func with<Value>(
    _ path: WritableKeyPath<GateTerms, Value>, _ value: Value
  ) -> GateTerms {
    var terms = GateTerms()
    terms[keyPath: path] = value
    return terms
  }

  private static func with(_ list: any EntryList, _ texts: [String]) -> GateTerms {
    var terms = GateTerms()
    list.take(texts, into: &terms)
    return terms
  }

  private static func fault(_ terms: GateTerms) -> GateFault? {
    var gate = gate()
    gate.terms = terms
    // What another rule needs, it has.
    if gate.inOrder { gate.exclusive = true }
    do { try gate.check(people: Host.people) } catch { return error }
    return nil
  }

  @Test func `has a name, an option and a place of its own`() {
    #expect(Set(GateRule.all.map(\.text)).count == GateRule.all.count)
    #expect(Set(GateRule.all.map { "\($0.option)" }).count == GateRule.all.count)
    // A value that one row changes, no other row sees.
    for rule in GateRule.all {
      for terms in Self.inside(rule) where terms != GateTerms() {
        #expect(GateRule.all.filter { !$0.isDefault(terms) }.map(\.text) == [rule.text])
      }
    }
  }

  /// Stored properties without a row would be in no check, no byte and no judgement.
  @Test func `is a row, and every stored property of a gate is a list of people or has one`() {
    let people = ["protection", "requesters", "writers", "terms"]
    #expect(Mirror(reflecting: Self.gate()).children.compactMap(\.label) == people)
    func leaves(_ value: Any) -> Int {
      value is Clocks ? Mirror(reflecting: value).children.count : 1
    }
    let count = Mirror(reflecting: GateTerms()).children.reduce(0) { $0 + leaves($1.value) }
    #expect(count == GateRule.all.count)
    // A direct read asks no rule: what protects by itself must be kept by a grant.
    #expect(GateRule.all.allSatisfy { !$0.protects || $0.needsGrant != nil })
  }

  @Test(arguments: GateRule.all.indices)
  func `takes what is in its range, and refuses what is beyond`(index: Int) {
    let rule = GateRule.all[index]
    for terms in Self.inside(rule) { #expect(Self.fault(terms) == nil, "\(rule.name)") }
    for terms in Self.beyond(rule) { #expect(Self.fault(terms) != nil, "\(rule.name): \(terms)") }
  }

  @Test(arguments: GateRule.all.indices)
  func `comes back from its bytes, within its range and beyond`(index: Int) throws {
    let rule = GateRule.all[index]
    for terms in Self.inside(rule) + Self.beyond(rule) {
      var gate = Self.gate()
      gate.terms = terms
      #expect(try Gate(canonical: gate.canonicalBytes) == gate)
      #expect((gate.canonicalBytes == Self.gate().canonicalBytes) == (terms == GateTerms()))
    }
  }

  @Test(arguments: GateRule.all.indices)
  func `is weaker in one direction or in both, and each change is told`(index: Int) {
    let rule = GateRule.all[index]
    for old in Self.inside(rule) {
      for new in Self.inside(rule) where new != old {
        let (before, now) = (Self.gate(old), Self.gate(new))
        let (there, back) = (now.weakenings(from: before), before.weakenings(from: now))
        let line: Comment = "\(rule.name): \(old) -> \(new)"
        #expect(there.count + back.count > 0, line)
        for case .value(let name, let sentence) in there + back {
          #expect(name == rule.text && !sentence.isEmpty, line)
        }
        #expect(!now.differences(from: before).isEmpty, line)
        #expect(now.differences(from: before) != before.differences(from: now), line)
      }
    }
  }

  private static func gate(_ terms: GateTerms) -> Gate {
    var gate = gate()
    gate.terms = terms
    return gate
  }

  @Test(arguments: GateRule.all.indices)
  func `one-door: leaves no direct read where it needs a grant, and else changes nothing there`(
    index: Int
  ) {
    let rule = GateRule.all[index]
    for terms in Self.inside(rule) {
      var gate = Self.gate(.unprotected)
      gate.terms = terms
      let isKeptByGrant = rule.needsGrant != nil && !rule.isDefault(terms)
      #expect(gate.allowsDirectReads != isKeptByGrant, "\(rule.name): \(terms)")
      gate.protection = Gate.alice.protection
      #expect(!gate.allowsDirectReads)
    }
  }

  @Test(arguments: GateRule.all.indices)
  func `is said by show where it is set`(index: Int) {
    let rule = GateRule.all[index]
    let usual = Self.gate().explanation(of: "production")
    for terms in Self.inside(rule) where !rule.isDefault(terms) {
      let lines = Self.gate(terms).explanation(of: "production")
      #expect(lines != usual, "\(rule.name): \(terms)")
      let sentence = rule.sentence(Self.gate(terms)) ?? ""
      #expect(lines.contains { $0.contains(sentence) } && !sentence.isEmpty)
    }
  }

  @Test(arguments: GateRule.all.indices)
  func `is edited alone, and an edit that does not name it leaves it`(index: Int) throws {
    let rule = GateRule.all[index]
    for old in Self.inside(rule) {
      for new in Self.inside(rule) {
        var named = TermsEdit(values: new, removed: old, named: [rule.text])
        #expect(try named.applied(to: old) == new)
        named = TermsEdit(values: new, removed: GateTerms(), named: [])
        if case .entries = rule.value { continue }
        #expect(try named.applied(to: old) == old)
      }
    }
  }

  @Test func `that protects by itself makes an open gate one that can be weakened`() {
    let protecting = GateRule.all.map { rule in
      var rule = rule
      rule.protects = rule.text == "exclusive"
      return rule
    }
    var closed = Self.gate(.unprotected)
    closed.exclusive = true
    var open = closed
    open.exclusive = false
    #expect(open.weakenings(from: closed, by: protecting) == [.exclusive])
    #expect(open.weakenings(from: closed).isEmpty)
    #expect(closed.weakenings(from: open, by: protecting).isEmpty)
    // Where it is set, another rule that becomes weaker is one, too.
    var longer = closed
    longer.clocks.grant = 7_200_000
    #expect(longer.weakenings(from: closed, by: protecting) == [.clock("grant_ttl")])
    longer.exclusive = false
    var short = open
    short.clocks.grant = 1_000
    #expect(longer.weakenings(from: short, by: protecting).isEmpty)
  }

  @Test func `whose order is not known is weaker whatever it becomes`() throws {
    var rule = GateRule.allowedNames
    for weaker in [GateRule.Weaker.changed("x"), .risen("x"), .fallen("x")] {
      rule.weaker = weaker
      for old in Self.inside(rule) {
        for new in Self.inside(rule) {
          let found = Self.gate(new).weakenings(from: Self.gate(old), by: [rule])
          #expect(found == (old == new ? [] : [.value(of: "allowed_names", "x")]))
        }
      }
    }
  }
}

/// A format that comes after the first one, as the next rule will make it: here one of today's rules stands for it.
@Suite struct `A later format of gates` {
  private static let later = GateFormat(byte: 16)

  /// The rows, as if `max_reads` and the allowed names had come later.
  private static let rules = GateRule.all.map { rule in
    var rule = rule
    if rule.since > .first { rule.since = GateFormat(byte: rule.since.byte + 2) }
    if rule.text == "max_reads" { rule.since = later }
    if rule.text == "allowed_names" { rule.since = GateFormat(byte: 17) }
    return rule
  }

  private static func bytes(_ gate: Gate) -> [UInt8] {
    var encoder = CanonicalEncoder()
    gate.encode(into: &encoder, by: rules)
    return encoder.output
  }

  private static func gate(_ bytes: [UInt8]) throws -> Gate {
    var decoder = CanonicalDecoder(bytes)
    let gate = try Gate(from: &decoder, by: rules)
    try decoder.finish()
    return gate
  }

  @Test
  func `is not used by a gate that needs nothing of it, whose newer rules have their defaults`()
    throws
  {
    let bytes = Self.bytes(Gate.alice)
    // The two fields are not there: one byte of the limit, four of the list.
    #expect(bytes.count == Gate.alice.canonicalBytes.count - 5)
    #expect(bytes[0] == 2)
    let gate = try Self.gate(bytes)
    #expect(gate == Gate.alice && gate.maxReads == nil && gate.allowedNames.isEmpty)
  }

  @Test func `is the lowest that holds the gate`() throws {
    var counted = Gate.alice
    counted.maxReads = 3
    #expect(Self.bytes(counted).prefix(2) == [16, 2])
    #expect(try Self.gate(Self.bytes(counted)) == counted)
    counted.allowedNames = [try SecretName("GIT_TOKEN")]
    #expect(Self.bytes(counted).prefix(2) == [17, 2])
    #expect(try Self.gate(Self.bytes(counted)) == counted)
    counted.maxReads = nil
    #expect(Self.bytes(counted).prefix(2) == [17, 2])
    #expect(try Self.gate(Self.bytes(counted)) == counted)
  }

  @Test
  func
    `closed-by-default: holds no gate that a lower one holds, and is unknown to a daemon before it`()
    throws
  {
    var counted = Gate.alice
    counted.maxReads = 3
    var bytes = Self.bytes(counted)
    #expect(throws: DecodingFault.self) { try Gate(canonical: bytes) }
    // The limit is its last field: taken away, the gate is one of the first format.
    bytes.removeLast(4)
    bytes[bytes.count - 1] = 0
    #expect(throws: DecodingFault.self) { try Self.gate(bytes) }
    let unknown = (Self.rules.map(\.since.byte).max() ?? 0) + 1
    for format in [unknown, 255] {
      #expect(throws: DecodingFault.self) { try Self.gate([format] + Self.bytes(Gate.alice)) }
    }
  }

  @Test(arguments: [61, 62] as [UInt64])
  func `holds every gate in one encoding`(seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    for round in 0..<200 {
      let gate = random.gate()
      let bytes = Self.bytes(gate)
      #expect(try Self.gate(bytes) == gate, "seed \(seed) round \(round): \(gate)")
      for position in bytes.indices {
        var changed = bytes
        changed[position] ^= UInt8(1 + random.below(255))
        guard let other = try? Self.gate(changed) else { continue }
        #expect(Self.bytes(other) == changed, "seed \(seed), byte \(position) of \(bytes)")
      }
    }
  }
}
