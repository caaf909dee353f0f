import Testing
import VaultCore

@Suite struct `A gate without somebody` {
  static let gate = Gate(
    protection: .reviewers([
      ReviewerRule(reviewers: [Host.user(Host.bob), Host.user(Host.alice)], required: 1),
      ReviewerRule(reviewers: [Host.opsGroup, Host.user(Host.bob)], required: 2),
    ]), requesters: .principals([Host.user(Host.runner), Host.user(Host.bob)]),
    writers: [Host.user(Host.bob), .uid(Host.bob)], exclusive: true, maxReads: 2)

  @Test func `names them nowhere, and is the same otherwise`() {
    var expected = Self.gate
    expected.protection = .reviewers([
      ReviewerRule(reviewers: [Host.user(Host.alice)], required: 1),
      ReviewerRule(reviewers: [Host.opsGroup], required: 2),
    ])
    expected.requesters = .principals([Host.user(Host.runner)])
    expected.writers = [.uid(Host.bob)]
    #expect(Self.gate.without { $0 == Host.user(Host.bob) } == expected)
    expected.writers = []
    #expect(Self.gate.without { $0.uid == Host.bob } == expected)
  }

  @Test func `is nothing to write where they were not named`() {
    #expect(Self.gate.without { _ in false } == nil)
    #expect(Self.gate.without { $0.uid == Host.carol } == nil)
    let any = Gate(protection: .unprotected, requesters: .any)
    #expect(any.without { _ in true } == nil)
    for gate in SmallGates.all {
      for uid in SmallGates.people {
        let isNamed = gate.rules.contains { $0.reviewers.contains(Host.user(uid)) }
        #expect((gate.without { $0.uid == uid } != nil) == isNamed)
      }
    }
  }

  @Test func `is found in each list alone`() {
    let carol = Host.user(Host.carol)
    var gates = [Gate.alice, Gate.rules((1, [Host.user(Host.alice), carol])), .alice]
    gates[0].writers = [carol]
    gates[2].requesters = .principals([Host.user(Host.runner), carol])
    for gate in gates { #expect(gate.without { $0 == carol } == .alice) }
  }

  @Test func `may be one that cannot be written: nobody is left, or too few`() throws {
    func fault(_ gate: Gate, without uid: UInt32) throws -> GateFault? {
      let next = try #require(gate.without { $0.uid == uid })
      do throws(GateFault) {
        try next.check(people: Host.people)
        return nil
      } catch { return error }
    }
    #expect(try fault(.alice, without: Host.alice) == .noReviewers(rule: 1))
    #expect(try fault(.alice, without: Host.runner) == .noRequesters)
    let two = Gate.rules((2, [Host.user(Host.alice), Host.user(Host.bob)]))
    #expect(
      try fault(two, without: Host.bob) == .unsatisfiable(rule: 1, missing: 1, without: nil))
    #expect(try fault(Self.gate, without: Host.bob) == nil)
  }
}
