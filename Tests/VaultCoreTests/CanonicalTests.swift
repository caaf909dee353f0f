import TestSupport
import Testing
import VaultCore

@Suite struct `Canonical encoding` {
  private static let rounds = 200

  /// Round trip, every truncation refused, a rest refused; for random values of one type.
  private func holds<Value: Canonical & Equatable>(
    _ seed: UInt64, _ make: (inout SeededRandom) throws -> Value
  ) throws {
    var random = SeededRandom(seed: seed)
    for round in 0..<Self.rounds {
      let value = try make(&random)
      let bytes = value.canonicalBytes
      let line: Comment = "seed \(seed) round \(round): \(value)"
      #expect(try Value(canonical: bytes) == value, line)
      #expect(try Value(canonical: bytes).canonicalBytes == bytes, line)
      for length in 0..<bytes.count {
        guard (try? Value(canonical: Array(bytes.prefix(length)))) == nil else {
          Issue.record("\(length) of \(bytes.count) bytes were enough: \(line)")
          return
        }
      }
      #expect(throws: DecodingFault.self, line) { try Value(canonical: bytes + [0]) }
    }
  }

  @Test(arguments: [11, 12, 13] as [UInt64])
  func `every value comes back, and neither a part of its bytes nor a rest is accepted`(
    seed: UInt64
  ) throws {
    try holds(seed) { $0.reading() }
    try holds(seed) { $0.clockState() }
    try holds(seed) { $0.deadline() }
    try holds(seed) { $0.principal() }
    try holds(seed) { $0.gate() }
    try holds(seed) { try $0.environment() }
    try holds(seed) { try $0.secret() }
    try holds(seed) { try $0.secretVersion() }
    try holds(seed) { try $0.variable() }
    try holds(seed) { $0.requester() }
    try holds(seed) { $0.context() }
    try holds(seed) { $0.state() }
    try holds(seed) { $0.review() }
    try holds(seed) { random in random.grant(counted: random.list { $0.below(200) }) }
    try holds(seed) { try $0.request() }
    try holds(seed) { try $0.auditRecord() }
  }

  @Test(arguments: [21, 22] as [UInt64])
  func `bytes that decode are the only bytes of what they decode to`(seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    for _ in 0..<40 {
      let bytes = try random.request().canonicalBytes
      for position in bytes.indices {
        var changed = bytes
        changed[position] ^= UInt8(1 + random.below(255))
        guard let other = try? AccessRequest(canonical: changed) else { continue }
        #expect(other.canonicalBytes == changed, "seed \(seed), byte \(position) of \(bytes)")
      }
    }
  }

  @Test func `what lies side by side cannot flow together`() {
    let split = { (parts: [String]) in RequestContext(command: parts).canonicalBytes }
    let all = [["ab", "c"], ["a", "bc"], ["abc"], ["abc", ""], ["", "abc"], ["a", "b", "c"]]
    #expect(Set(all.map(split)).count == all.count)
    let contexts = [
      RequestContext(reason: "x"), RequestContext(ref: "x"), RequestContext(commit: "x"),
      RequestContext(runURL: "x"), RequestContext(command: ["x"]), RequestContext(delivery: "x"),
      RequestContext(key: "x"), RequestContext(), RequestContext(reason: ""),
    ]
    #expect(Set(contexts.map(\.canonicalBytes)).count == contexts.count)
    let principals: [Principal] = [
      .uid(5), .gid(5), .user(name: "", uid: 5), .group(name: "", gid: 5),
      .user(name: "5", uid: 5),
    ]
    #expect(Set(principals.map(\.canonicalBytes)).count == principals.count)
    let (a, b) = (Principal.uid(1), Principal.uid(2))
    let gates = [
      Gate.rules((1, [a, b])), .rules((1, [a]), (1, [b])), .rules((2, [a, b])),
      .rules((1, [b, a])), Gate(protection: .unprotected, requesters: .principals([a, b])),
      Gate(protection: .unprotected, requesters: .principals([a]), writers: [b]),
      Gate(protection: .unprotected, requesters: .principals([]), writers: [a, b]),
      Gate(protection: .unprotected, requesters: .any),
      Gate(protection: .unprotected, requesters: .any, allowSelfReview: true),
      Gate(protection: .unprotected, requesters: .any, exclusive: true),
      Gate(protection: .unprotected, requesters: .any, maxReads: 1),
      Gate(protection: .unprotected, requesters: .any, maxReads: 0),
    ]
    #expect(Set(gates.map(\.canonicalBytes)).count == gates.count)
  }

  @Test func `texts that Unicode calls equal stay different bytes`() {
    let composed = RequestContext(reason: "\u{E9}")
    let decomposed = RequestContext(reason: "e\u{301}")
    #expect(composed == decomposed)
    #expect(composed.canonicalBytes != decomposed.canonicalBytes)
  }

  @Test func `the encoding is what the format says, byte for byte`() {
    var encoder = CanonicalEncoder()
    encoder.byte(7)
    encoder.bool(true)
    encoder.integer(-2)
    encoder.word(0x0102_0304_0506_0708)
    encoder.count(258)
    encoder.bytes([9, 8])
    encoder.text("é")
    encoder.optional(Int64?.none) { $0.integer($1) }
    encoder.optional(Int64?.some(1)) { $0.integer($1) }
    encoder.list([UInt8(5), 6]) { $0.byte($1) }
    #expect(
      encoder.output == [7, 1] + [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFE]
        + [1, 2, 3, 4, 5, 6, 7, 8] + [0, 0, 1, 2] + [0, 0, 0, 2, 9, 8] + [0, 0, 0, 2, 0xC3, 0xA9]
        + [0] + [1, 0, 0, 0, 0, 0, 0, 0, 1] + [0, 0, 0, 2, 5, 6])
  }

  @Test(
    arguments: [
      [0, 0, 0, 1, 0x80], [0, 0, 0, 2, 0xC3, 0x28], [0, 0, 0, 3, 0xED, 0xA0, 0x80],
      [0, 0, 0, 2, 0xC0, 0x80], [0, 0, 0, 2, 0x61], [0xFF, 0xFF, 0xFF, 0xFF, 0x61], [0, 0, 0], [],
    ] as [[UInt8]])
  func `a text that is not UTF-8 or not there is a fault`(bytes: [UInt8]) {
    var decoder = CanonicalDecoder(bytes)
    #expect(throws: DecodingFault.self) { try decoder.text() }
  }

  @Test(arguments: 2...UInt8.max)
  func `a truth value is 0 or 1`(byte: UInt8) {
    var decoder = CanonicalDecoder([byte])
    #expect(throws: DecodingFault.self) { try decoder.bool() }
  }

  @Test(arguments: [-1, 4_294_967_296, .min, .max] as [Int64])
  func `an account number outside its range is a fault`(number: Int64) {
    var encoder = CanonicalEncoder()
    encoder.byte(3)
    encoder.integer(number)
    #expect(throws: DecodingFault.self) { try Principal(canonical: encoder.output) }
  }

  @Test func `closed-by-default: an empty list of rules, or a rule of nothing, does not decode`()
    throws
  {
    let rest = Array(Gate(protection: .unprotected, requesters: .any).canonicalBytes.dropFirst())
    let alice = Host.user(Host.alice)
    // Protection 2 with no rules; the same bytes with protection 1 are a gate.
    #expect(throws: DecodingFault.self) { try Gate(canonical: [2, 0, 0, 0, 0] + rest) }
    #expect(try Gate(canonical: [1] + rest).isUnprotected)
    for gate in [
      Gate(protection: .reviewers([]), requesters: .any), .rules((0, [alice])),
      .rules((-1, [alice])), .rules((1, [])), .rules((1, [alice]), (0, [alice])),
      .rules((1, [alice]), (1, [])),
    ] {
      #expect(throws: DecodingFault.self, "\(gate)") { try Gate(canonical: gate.canonicalBytes) }
      #expect(throws: DecodingFault.self, "\(gate)") {
        try Environment(canonical: try Sample.environment(gate).canonicalBytes)
      }
    }
  }

  @Test(arguments: [0, 2, 255] as [UInt8])
  func `a format from the future is a fault`(format: UInt8) throws {
    var random = SeededRandom(seed: 31)
    func refused<Value: Canonical>(_ value: Value) {
      let bytes = [format] + value.canonicalBytes.dropFirst()
      #expect(throws: DecodingFault.self, "\(Value.self)") { try Value(canonical: bytes) }
    }
    refused(try random.environment())
    refused(try random.secret())
    refused(try random.secretVersion())
    refused(try random.variable())
    refused(try random.request())
    refused(try random.auditRecord())
  }

  @Test func `the words of the audit record are distinct and stay as they are`() {
    #expect(Set(AuditEvent.allCases.map(\.rawValue)).count == AuditEvent.allCases.count)
    #expect(AuditEvent.secretReleased.rawValue == "secret.released")
  }
}
