import Promises
import TestSupport
import Testing
import VaultCore

@Suite struct `An edit weakens a gate` {
  @Test(.promise(.weakerEditsAreMeant))
  func `where nothing is called weaker, whoever satisfies the new gate satisfied the old one`()
    throws
  {
    let gates = SmallGates.all
    let satisfied = try gates.map { try SmallGates.satisfied($0) }
    var silent = 0
    for old in gates.indices {
      for new in gates.indices where gates[new].weakenings(from: gates[old]).isEmpty {
        if old != new { silent += 1 }
        for (before, now) in zip(satisfied[old], satisfied[new]) where now & ~before != 0 {
          Issue.record("\(gates[old].rules) -> \(gates[new].rules) was not called weaker")
          return
        }
      }
    }
    // A judgement that calls everything weaker would be sound, and of no use.
    #expect(silent > 5 * gates.count)
  }

  @Test(arguments: 0..<6 as Range<UInt64>)
  func `nor does a second account, a group or a bare number open what was closed`(seed: UInt64)
    throws
  {
    var random = SeededRandom(seed: seed)
    let requests = try [Host.runner, Host.alice, Host.bob].map { try Sample.request(by: $0) }
    let sets = try (0..<1 << DrawnGates.accounts.count).map { try DrawnGates.reviews($0) }
    var silent = 0
    for round in 0..<400 {
      let old = DrawnGates.gate(&random)
      let new = DrawnGates.edited(old, &random)
      guard old != new, new.weakenings(from: old).isEmpty else { continue }
      silent += 1
      for request in requests {
        for reviews in sets where new.verdict(for: request, reviews: reviews).isSatisfied {
          #expect(
            old.verdict(for: request, reviews: reviews).isSatisfied,
            "seed \(seed) round \(round): \(old) -> \(new), by \(reviews.map(\.uid))")
        }
      }
    }
    #expect(silent > 40, "seed \(seed)")
  }

  @Test func `what is the same, and what only asks for more, is not weaker`() {
    for gate in SmallGates.all { #expect(gate.weakenings(from: gate).isEmpty) }
    let one = Gate.rules((1, [Host.user(Host.alice), Host.user(Host.bob)]))
    for stricter in [
      Gate.rules((2, [Host.user(Host.alice), Host.user(Host.bob)])),
      Gate.rules((1, [Host.user(Host.alice)])),
      Gate.rules((1, [Host.user(Host.alice), Host.user(Host.bob)]), (1, [Host.user(Host.carol)])),
    ] {
      #expect(stricter.weakenings(from: one).isEmpty)
      #expect(one.weakenings(from: stricter) == [.rule(stricter.rules.count)])
    }
    // Two of a list do what one each of two rules of it did.
    let all = SmallGates.people.map { Host.user($0) }
    #expect(Gate.rules((2, all)).weakenings(from: .rules((1, all), (1, all))).isEmpty)
    #expect(Gate.rules((1, all), (1, all)).weakenings(from: .rules((2, all))).isEmpty)
  }

  @Test func `the order of rules, and of names in them, is nothing`() {
    for gate in SmallGates.all {
      var turned = gate
      turned.protection = .reviewers(
        gate.rules.reversed().map {
          ReviewerRule(reviewers: $0.reviewers.reversed(), required: $0.required)
        })
      #expect(turned.weakenings(from: gate).isEmpty)
      #expect(gate.weakenings(from: turned).isEmpty)
    }
  }

  @Test func `it is sound and not complete: what it cannot show to be as strict is weaker`() throws
  {
    let (alice, bob, carol) = (
      Host.user(Host.alice), Host.user(Host.bob), Host.user(Host.carol)
    )
    // Of any two of three, one is Alice or Bob; no rule of now says so by itself.
    let old = Gate.rules((1, [alice, bob]))
    let new = Gate.rules((2, [alice, bob, carol]))
    for (before, now) in zip(try SmallGates.satisfied(old), try SmallGates.satisfied(new)) {
      #expect(now & ~before == 0)
    }
    #expect(new.weakenings(from: old) == [.rule(1)])
    // One number under two names: the account database could part them tomorrow.
    let bare = Gate.rules((1, [.uid(Host.alice)]))
    #expect(bare.weakenings(from: .rules((1, [alice]))) == [.rule(1)])
    #expect(Gate.rules((1, [alice])).weakenings(from: bare) == [.rule(1)])
  }

  @Test func `the rules that are not implied any more are named, by their old numbers`() {
    let (alice, bob, carol) = (
      Host.user(Host.alice), Host.user(Host.bob), Host.user(Host.carol)
    )
    let old = Gate.rules((1, [alice]), (2, [bob, carol]), (1, [Host.opsGroup]))
    for (new, gone) in [
      (.rules((2, [bob, carol]), (1, [Host.opsGroup])), [1]),
      (.rules((1, [alice]), (1, [Host.opsGroup])), [2]),
      (.rules((1, [alice]), (1, [bob]), (1, [Host.opsGroup])), [2]),
      (.rules((2, [carol, bob])), [1, 3]), (.rules((1, [alice]), (2, [bob, carol])), [3]),
      (.rules((3, [alice, bob, carol, Host.opsGroup])), [1, 2, 3]),
      (.rules((1, [Host.opsGroup]), (1, [bob]), (1, [carol]), (1, [alice])), []),
    ] as [(Gate, [Int])] {
      #expect(new.weakenings(from: old) == gone.map { .rule($0) }, "\(new.rules)")
    }
  }

  @Test func `the same name with another number is somebody else`() {
    let old = Gate.rules((2, [Host.user(Host.alice), Host.user(Host.bob)]))
    let now = Principal.user(name: "bob", uid: 4_711)
    let renamed = Gate.rules((2, [Host.user(Host.alice), now]))
    #expect(renamed.weakenings(from: old) == [.rule(1)])
    #expect(old.weakenings(from: renamed) == [.rule(1)])
    var asks = old
    asks.requesters = .principals([.user(name: "runner", uid: 4_712)])
    #expect(asks.weakenings(from: old) == [.requesters(["user:runner"])])
  }

  @Test func `a gate without somebody is never weaker`() {
    for gate in SmallGates.all {
      for person in SmallGates.people + [Host.runner] {
        guard let without = gate.without({ $0.uid == person }) else { continue }
        #expect(without.weakenings(from: gate).isEmpty, "\(gate) without \(person)")
      }
    }
  }
}

@Suite struct `Whoever may ask after an edit might before` {
  /// A uid that no account has: a subordinate one of a container, say.
  static let subordinate: UInt32 = 100_001

  static let lists: [Requesters] = {
    let principals: [Principal] = [
      Host.user(Host.alice), .user(name: "alice", uid: Host.bob), .uid(Host.bob), Host.opsGroup,
      .gid(Host.ops), .uid(subordinate),
    ]
    return [.any]
      + (1..<1 << principals.count).map { bits in
        .principals(principals.indices.filter { bits & (1 << $0) != 0 }.map { principals[$0] })
      }
  }()

  static let callers: [Caller] = [
    Host.caller(Host.alice), Host.caller(Host.bob), Host.caller(Host.carol, groups: [Host.ops]),
    Host.caller(Host.runner), Host.caller(subordinate), Host.caller(0),
  ]

  @Test func `or they are named`() throws {
    let included = try Self.lists.map { list in try Self.callers.map { try list.include($0) } }
    var silent = 0
    for (old, before) in zip(Self.lists, included) {
      for (new, now) in zip(Self.lists, included) {
        let gate = Gate.rules((1, [Host.user(Host.carol)]), requesters: new)
        let from = Gate.rules((1, [Host.user(Host.carol)]), requesters: old)
        guard gate.weakenings(from: from).isEmpty else { continue }
        silent += 1
        for (index, caller) in Self.callers.enumerated() where now[index] && !before[index] {
          Issue.record("\(old) -> \(new) lets uid \(caller.uid) ask and was not called weaker")
          return
        }
      }
    }
    #expect(silent > Self.lists.count)
  }

  @Test(.promise(.bareNumbersAreWeaker))
  func `a bare number lets somebody ask whom any leaves out`() throws {
    let any = Gate.rules((1, [Host.user(Host.carol)]), requesters: .any)
    let bare = Gate.rules(
      (1, [Host.user(Host.carol)]), requesters: .principals([.uid(Self.subordinate)]))
    #expect(try !any.requesters.include(Host.caller(Self.subordinate)))
    #expect(try bare.requesters.include(Host.caller(Self.subordinate)))
    #expect(bare.weakenings(from: any) == [.requesters(["uid:100001"])])
    #expect(any.weakenings(from: bare) == [.requesters(["every account"])])
    let known = Gate.rules(
      (1, [Host.user(Host.carol)]),
      requesters: .principals([Host.user(Host.bob), Host.opsGroup, .gid(Host.ops)]))
    #expect(known.weakenings(from: any).isEmpty)
  }
}
