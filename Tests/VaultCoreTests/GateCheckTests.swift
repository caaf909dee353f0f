import Promises
import Testing
import VaultCore

@Suite struct `Closed by default: a gate is judged when it is written` {
  private func fault(_ gate: Gate, _ people: People = Host.people) -> GateFault? {
    do {
      try gate.check(people: people)
      return nil
    } catch {
      return error
    }
  }

  @Test func `who may ask must be said`() {
    #expect(fault(Gate(protection: .unprotected, requesters: .principals([]))) == .noRequesters)
    #expect(fault(Gate(protection: .unprotected, requesters: .any)) == nil)
    #expect(fault(Gate(protection: .unprotected, requesters: .principals([.uid(1)]))) == nil)
  }

  @Test(.promise(.emptyRulesMeanNo))
  func `a list without rules, and a rule without reviewers, cannot be written`() {
    #expect(fault(Gate(protection: .reviewers([]), requesters: .any)) == .noReviewers(rule: 1))
    #expect(fault(.rules((1, []))) == .noReviewers(rule: 1))
    #expect(fault(.rules((1, [Host.user(Host.alice)]), (1, []))) == .noReviewers(rule: 2))
  }

  @Test(arguments: [Int.min, -1, 0, 21, .max])
  func `a rule requires 1 to 20 people`(required: Int) {
    #expect(
      fault(.rules((1, [Host.opsGroup]), (required, [Host.opsGroup])))
        == .required(rule: 2, required))
    #expect(fault(.rules((20, [Host.opsGroup]))) == nil)
  }

  @Test func `the lists are bounded`() {
    let many = (0..<201).map { Principal.uid(UInt32($0)) }
    #expect(
      fault(Gate(protection: .unprotected, requesters: .principals(many)))
        == .tooMany("requesters", most: 200))
    #expect(
      fault(Gate(protection: .unprotected, requesters: .principals(Array(many.prefix(200))))) == nil
    )
    #expect(fault(.rules((1, Array(many.prefix(51))))) == .tooMany("reviewers", most: 50))
    #expect(fault(.rules((1, Array(many.prefix(50))))) == nil)
    let rules = { count in
      Gate(
        protection: .reviewers(
          Array(repeating: ReviewerRule(reviewers: [Host.opsGroup], required: 1), count: count)),
        requesters: .any)
    }
    #expect(fault(rules(11)) == .tooMany("rules", most: 10))
    #expect(fault(rules(10)) == nil)
    var gate = Gate(protection: .unprotected, requesters: .any)
    gate.writers = many
    #expect(fault(gate) == .tooMany("writers", most: 200))
    gate.writers.removeLast()
    #expect(fault(gate) == nil)
  }

  @Test(arguments: [Int.min, -1, 0, 1_000_001, .max])
  func `a limit of reads is 1 to 1000000, or not there`(outside: Int) {
    for protection in [Gate.Protection.unprotected, Gate.alice.protection] {
      var gate = Gate.alice
      gate.protection = protection
      gate.maxReads = outside
      #expect(fault(gate) == .limit("max_reads", outside, most: 1_000_000))
      for inside in [nil, 1, 1_000_000] {
        gate.maxReads = inside
        #expect(fault(gate) == nil)
      }
    }
  }

  @Test func `all names together fit one line of the wire`() {
    let names = (0..<95).map { number in
      Principal.user(
        name: String(repeating: "x", count: 247) + "\(100 + number)", uid: UInt32(number))
    }
    var gate = Gate.rules(
      (1, Array(names[..<30])), requesters: .principals(Array(names[30..<60])))
    gate.writers = Array(names[60...])
    // 95 names of 258 bytes with their punctuation, and one of the 66 bytes that are left.
    gate.writers.append(.user(name: String(repeating: "y", count: 58), uid: 1_000))
    #expect(fault(gate) == nil)
    gate.writers[gate.writers.count - 1] = .user(
      name: String(repeating: "y", count: 59), uid: 1_000)
    #expect(
      fault(gate) == .tooMany("bytes in the names of a gate", most: Gate.mostPrincipalBytes))
  }

  @Test func `a list names nobody twice`() {
    let alice = Host.user(Host.alice)
    #expect(fault(.rules((1, [alice, .uid(5), alice]))) == .repeated("user:alice"))
    #expect(
      fault(Gate(protection: .unprotected, requesters: .principals([.gid(5), .gid(5)])))
        == .repeated("gid:5"))
    #expect(fault(.rules((1, [alice, Host.user(Host.bob)]), (1, [alice]))) == nil)
    var gate = Gate.alice
    gate.writers = [Host.opsGroup, alice, Host.opsGroup]
    #expect(fault(gate) == .repeated("group:ops"))
    gate.writers = [Host.opsGroup, alice]
    #expect(fault(gate) == nil)
  }

  static let clocks: [(String, any WritableKeyPath<Clocks, Int64> & Sendable)] = [
    ("request_ttl", \.request), ("approval_ttl", \.approval), ("grant_ttl", \.grant),
  ]

  @Test(arguments: clocks.indices, [Int64.min, -1, 0, 999, 30 * 86_400_000 + 1, .max])
  func `every clock runs 1 second to 30 days`(clock: Int, outside: Int64) {
    let (name, path) = Self.clocks[clock]
    var gate = Gate.alice
    gate.clocks[keyPath: path] = outside
    #expect(fault(gate) == .clock(name))
    gate.protection = .unprotected
    #expect(fault(gate) == .clock(name))
    for inside in [1_000, 30 * 86_400_000] as [Int64] {
      gate.clocks[keyPath: path] = inside
      #expect(fault(gate) == nil)
    }
  }

  @Test(.promise(.rulesCanBeMet))
  func `a rule that its people could not fill is refused`() {
    #expect(
      fault(.rules((2, [Host.user(Host.bob)])))
        == .unsatisfiable(rule: 1, missing: 1, without: nil))
    #expect(
      fault(.rules((3, [Host.user(Host.bob)])))
        == .unsatisfiable(rule: 1, missing: 2, without: nil))
    #expect(fault(.rules((2, [Host.user(Host.bob), Host.user(Host.carol)]))) == nil)
  }

  @Test func `two accounts of one person are one person in a rule`() {
    let accounts = [Host.user(Host.alice), Host.user(Host.aliceAdmin)]
    #expect(fault(.rules((2, accounts))) == .unsatisfiable(rule: 1, missing: 1, without: nil))
    #expect(fault(.rules((2, accounts)), People()) == nil)
    #expect(
      fault(.rules((2, [Host.user(Host.bob), .uid(Host.bob)])))
        == .unsatisfiable(rule: 1, missing: 1, without: nil))
  }

  @Test func `the rules together need as many people as they have places`() {
    let alice = Host.user(Host.alice)
    #expect(
      fault(.rules((1, [alice]), (1, [alice])))
        == .unsatisfiable(rule: 2, missing: 1, without: nil))
    #expect(fault(.rules((1, [alice, Host.user(Host.bob)]), (1, [alice]))) == nil)
  }

  @Test(.promise(.rulesCanBeMet))
  func `each rule must be met without each requester that it names`() {
    let (alice, bob) = (Host.user(Host.alice), Host.user(Host.bob))
    let alone = Gate.rules((1, [alice]), requesters: .principals([bob, alice]))
    #expect(fault(alone) == .unsatisfiable(rule: 1, missing: 1, without: "user:alice"))
    let otherAccount = Gate.rules(
      (1, [alice]), requesters: .principals([Host.user(Host.aliceAdmin)]))
    #expect(
      fault(otherAccount) == .unsatisfiable(rule: 1, missing: 1, without: "user:alice-adm"))
    let each = Gate.rules((1, [alice, bob]), requesters: .principals([alice, bob]))
    #expect(fault(each) == nil)
    var selfReview = alone
    selfReview.allowSelfReview = true
    #expect(fault(selfReview) == nil)
  }

  @Test func `of a group only its existence is known, so it may supply whoever is needed`() {
    #expect(fault(.rules((5, [Host.opsGroup]))) == nil)
    #expect(fault(.rules((5, [.gid(9), Host.user(Host.alice)]))) == nil)
    #expect(
      fault(.rules((5, [Host.opsGroup]), (2, [Host.user(Host.alice)])))
        == .unsatisfiable(rule: 2, missing: 1, without: nil))
    let asked = Gate.rules((1, [Host.opsGroup]), requesters: .principals([Host.user(Host.alice)]))
    #expect(fault(asked) == nil)
  }

  @Test func `the same gate always has the same fault`() {
    let (a, b) = (Host.user(Host.alice), Host.user(Host.bob))
    let gate = Gate.rules((1, [a, b]), (1, [b]), (1, [a]), (1, [b]))
    let faults = Set((0..<64).map { _ in fault(gate) })
    #expect(faults == [.unsatisfiable(rule: 2, missing: 1, without: nil)])
  }

  @Test func `a fault says what to do`() {
    #expect(
      GateFault.unsatisfiable(rule: 1, missing: 1, without: "user:alice").sentence
        == "rule 1 could never be met: it needs 1 more person, because user:alice may be the requester, "
        + "whose approval does not count; name more reviewers or require fewer approvals")
    #expect(
      GateFault.unsatisfiable(rule: 2, missing: 2, without: nil).sentence.contains(
        "it needs 2 more people; name"))
    #expect(
      GateFault.limit("max_reads", 0, most: 1_000_000).sentence
        == "max_reads is 0; it must be 1 to 1000000, or be left out")
    #expect(
      GateFault.notOneRule(0).sentence
        == "no rule names reviewers yet; give the rules with --rule N:P,P")
    #expect(
      GateFault.notOneRule(2).sentence
        == "there are 2 rules; give all of them with --rule N:P,P")
    #expect(
      GateFault.notNamed("writers", principal: "user:bob").sentence
        == "user:bob is not among the writers")
  }
}
