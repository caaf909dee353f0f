import Testing
import VaultCore

/// What a sealed row holds, byte for byte: a row of today must be read by a daemon of tomorrow.
@Suite struct `The format of sealed values` {
  private func number(_ value: Int64) -> [UInt8] {
    (0..<8).reversed().map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
  }

  private func count(_ value: UInt8) -> [UInt8] { [0, 0, 0, value] }

  private func text(_ value: String) -> [UInt8] { count(UInt8(value.utf8.count)) + value.utf8 }

  private func reading(_ at: ClockReading) -> [UInt8] {
    number(at.wall) + number(at.boot) + number(1) + number(2)
  }

  private func end(_ end: Deadline) -> [UInt8] { reading(end.at) + number(end.shown) }

  @Test func `a gate: protection, requesters, writers, shape, clocks, allowed names`() throws {
    let gate = Gate(
      protection: .reviewers([
        ReviewerRule(reviewers: [.user(name: "bob", uid: 7), .gid(8)], required: 2)
      ]), requesters: .principals([.uid(9)]), writers: [.group(name: "ops", gid: 10)],
      allowSelfReview: false, exclusive: true, inOrder: true, maxReads: 3,
      clocks: Clocks(request: 11, approval: 12, grant: 13),
      allowedNames: [try SecretName("GIT_TOKEN")])
    var bytes: [UInt8] = [2] + count(1) + count(2)
    bytes += [1] + text("bob") + number(7) + [4] + number(8) + count(2)
    bytes += [2] + count(1) + [3] + number(9)
    bytes += count(1) + [2] + text("ops") + number(10)
    bytes += [0, 1, 1, 1] + count(3) + number(11) + number(12) + number(13)
    bytes += count(1) + text("GIT_TOKEN")
    #expect(gate.canonicalBytes == bytes)
    let open = Gate(
      protection: .unprotected, requesters: .any, allowSelfReview: true,
      clocks: Clocks(request: 1, approval: 2, grant: 3))
    #expect(
      open.canonicalBytes == [1, 1] + count(0) + [1, 0, 0, 0] + number(1) + number(2) + number(3)
        + count(0))
  }

  @Test func `a register of names: name, kind, maker, whether approved`() throws {
    var register = NameRegister()
    register.add(try SecretName("B"), .secret, by: .writer, first: 3)
    register.add(try SecretName("A"), .variable, by: .admin)
    register.approve([])
    #expect(
      register.canonicalBytes == count(2) + text("A") + [2, 1] + number(1) + [1] + text("B") + [
        1, 2,
      ]
        + number(3) + [0])
    #expect(try NameRegister(canonical: register.canonicalBytes) == register)
    let unsorted =
      count(2) + text("B") + [1, 2] + number(3) + [0] + text("A") + [2, 1] + number(1) + [1]
    #expect(throws: DecodingFault.self) { try NameRegister(canonical: unsorted) }
  }

  @Test func `a secret, each state of its versions, a variable`() throws {
    let name = try SecretName("A_B")
    for (life, byte) in [(.set, 0), (.deleted, 1), (.empty, 2)] as [(Secret.Life, UInt8)] {
      let secret = Secret(
        environment: 7, name: name, revision: 2, current: 5, life: life, removed: 3, updated: 9,
        updater: 4)
      #expect(
        secret.canonicalBytes == [1] + number(7) + text("A_B") + number(2) + number(5)
          + [byte] + number(3) + number(9) + number(4))
      #expect(try Secret(canonical: secret.canonicalBytes) == secret)
    }
    for (state, byte) in [(.enabled, 1), (.disabled, 2), (.destroyed, 3)]
      as [(SecretVersion.State, UInt8)]
    {
      let version = SecretVersion(
        environment: 7, name: name, version: 5, revision: 2, state: state,
        recordDigest: state == .destroyed ? [] : [0xD1], fingerprint: [0xF1, 0xF2], created: 9,
        creator: 4)
      let digest: [UInt8] = state == .destroyed ? count(0) : count(1) + [0xD1]
      #expect(
        version.canonicalBytes == [1] + number(7) + text("A_B") + number(5) + number(2) + [byte]
          + digest + count(2) + [0xF1, 0xF2] + number(9) + number(4))
      #expect(try SecretVersion(canonical: version.canonicalBytes) == version)
    }
    let variable = Variable(
      environment: 7, name: name, revision: 2, value: "é=\n", updated: 9, updater: 4)
    #expect(
      variable.canonicalBytes == [1] + number(7) + text("A_B") + number(2) + text("é=\n")
        + number(9) + number(4))
  }

  @Test func `a grant: clocks, what counted, release, hold, reads`() throws {
    for (hold, byte) in [(.connection, 1), (.ticket, 2)] as [(Grant.Hold, UInt8)] {
      let end = Deadline(after: 5, from: Clock.start)
      let grant = Grant(
        activated: Clock.start.reading, expires: end, counted: [3], hold: hold, released: 17,
        reads: [1, 0])
      #expect(
        grant.canonicalBytes == reading(Clock.start.reading) + self.end(end) + count(1) + count(3)
          + [1] + number(17) + [byte] + count(2) + count(1) + count(0))
      #expect(try Grant(canonical: grant.canonicalBytes) == grant)
    }
  }

  @Test func `each state of a request, with its deadline or its outcome`() throws {
    let expected: [[UInt8]] =
      [[1], [2] + end(Deadline(after: 8_000, from: Clock.start)) + number(70), [3]]
      + ["success", "failure", "abandoned", "ended"].map { [4] + text($0) } + [
        [5], [6], [7], [8], [9],
      ]
    #expect(RequestState.every.map(\.canonicalBytes) == expected)
    for state in RequestState.every {
      #expect(try RequestState(canonical: state.canonicalBytes) == state)
    }
    #expect(throws: DecodingFault.self) { try RequestState(canonical: [4] + text("done")) }
  }

  @Test(arguments: [0, 4, 255] as [UInt8])
  func `a state, a hold or a protection without a name is a fault`(byte: UInt8) throws {
    let name = try SecretName("A")
    let version = SecretVersion(
      environment: 0, name: name, version: 0, revision: 0, state: .enabled, recordDigest: [],
      fingerprint: [], created: 0, creator: 0)
    var bytes = version.canonicalBytes
    bytes[1 + 8 + 5 + 8 + 8] = byte
    #expect(throws: DecodingFault.self) { try SecretVersion(canonical: bytes) }
    let grant = Grant(
      activated: Clock.start.reading, expires: Deadline(after: 5, from: Clock.start), counted: [])
    bytes = grant.canonicalBytes
    bytes[bytes.count - 5] = byte
    #expect(throws: DecodingFault.self) { try Grant(canonical: bytes) }
    bytes = Gate.alice.canonicalBytes
    bytes[0] = byte
    #expect(throws: DecodingFault.self) { try Gate(canonical: bytes) }
    #expect(throws: DecodingFault.self) { try RequestState(canonical: [byte == 4 ? 10 : byte]) }
  }

  @Test func `grants that differ in one thing differ in their bytes`() {
    let base = Grant(
      activated: Clock.start.reading, expires: Deadline(after: 5, from: Clock.start), counted: [1])
    let make = { (counted: [Int], hold: Grant.Hold, released: Int64?, reads: [Int]) in
      Grant(
        activated: base.activated, expires: base.expires, counted: counted, hold: hold,
        released: released, reads: reads)
    }
    let grants = [
      base, make([], .connection, nil, [1]), make([1], .ticket, nil, []),
      make([1], .connection, 0, []), make([1], .connection, nil, [0]),
      make([1], .connection, nil, [0, 0]), make([1, 0], .connection, nil, []),
      make([1], .connection, nil, [1]),
    ]
    #expect(Set(grants.map(\.canonicalBytes)).count == grants.count)
  }
}
