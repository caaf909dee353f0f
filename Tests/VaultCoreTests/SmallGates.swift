import TestSupport
import VaultCore

/// Every gate of at most two rules over three people, and a requester who may be one of them.
enum SmallGates {
  static let people: [UInt32] = [Host.alice, Host.bob, Host.carol]

  static let lists: [[Principal]] = (1..<8).map { bits in
    people.enumerated().filter { bits & (1 << $0.offset) != 0 }.map { Host.user($0.element) }
  }

  static let rules: [ReviewerRule] = lists.flatMap { list in
    (1...list.count).map { ReviewerRule(reviewers: list, required: $0) }
  }

  static let all: [Gate] = {
    var lists: [[ReviewerRule]] = rules.map { [$0] }
    for (index, first) in rules.enumerated() {
      lists += rules[index...].map { [first, $0] }
    }
    return lists.flatMap { list in
      [false, true].map { allowSelfReview in
        Gate(
          protection: .reviewers(list), requesters: .principals([Host.user(Host.runner)]),
          allowSelfReview: allowSelfReview)
      }
    }
  }()

  /// By which of the eight sets of approvals each requester's request is satisfied: a bit for each.
  static func satisfied(_ gate: Gate) throws -> [UInt8] {
    try (people + [Host.runner]).map { requester in
      var bits: UInt8 = 0
      for set in 0..<8 {
        let request = try Sample.request(by: requester)
        let reviews = people.enumerated().filter { set & (1 << $0.offset) != 0 }.map {
          Sample.review($0.element)
        }
        if gate.verdict(for: request, reviews: reviews).isSatisfied { bits |= 1 << set }
      }
      return bits
    }
  }
}

/// Gates over people with two accounts, groups and bare numbers: too many to try all, so a seed draws
/// some, and edits of each.
enum DrawnGates {
  /// Accounts that may approve, with the groups that kernel and account database have them in.
  static let accounts: [(uid: UInt32, groups: [UInt32])] = [
    (Host.alice, []), (Host.aliceAdmin, [Host.ops]), (Host.bob, [Host.ops]),
    (Host.carol, [Host.ops]),
  ]

  static let principals: [Principal] = [
    Host.user(Host.alice), Host.user(Host.aliceAdmin), Host.user(Host.bob), .uid(Host.bob),
    Host.user(Host.carol), Host.opsGroup, .gid(Host.ops),
  ]

  static func gate(_ random: inout SeededRandom) -> Gate {
    Gate(
      protection: .reviewers((0...random.below(3)).map { _ in rule(&random) }),
      requesters: .any, allowSelfReview: random.flag())
  }

  static func rule(_ random: inout SeededRandom) -> ReviewerRule {
    var reviewers = principals.filter { _ in random.below(3) == 0 }
    if reviewers.isEmpty { reviewers = [principals[random.below(principals.count)]] }
    return ReviewerRule(reviewers: reviewers, required: 1 + random.below(2))
  }

  /// A gate a few steps away, most of which make it stricter.
  static func edited(_ gate: Gate, _ random: inout SeededRandom) -> Gate {
    var rules = gate.rules
    for _ in 0...random.below(3) {
      let at = random.below(rules.count)
      let (reviewers, required) = (rules[at].reviewers, rules[at].required)
      switch random.below(8) {
      case 0: rules.append(rule(&random))
      case 1: rules.append(rules[at])
      case 2: rules.shuffle(using: &random)
      case 3: rules[at] = ReviewerRule(reviewers: reviewers, required: required + 1)
      case 4 where reviewers.count > 1:
        let other = random.below(reviewers.count)
        rules[at] = ReviewerRule(
          reviewers: reviewers.indices.filter { $0 != other }.map { reviewers[$0] },
          required: required)
      case 5 where required > 1:
        // One rule of two places, as two rules of one.
        rules[at] = ReviewerRule(reviewers: reviewers, required: required - 1)
        rules.append(ReviewerRule(reviewers: reviewers, required: 1))
      case 6 where !reviewers.contains(.uid(Host.bob)):
        rules[at] = ReviewerRule(reviewers: reviewers + [.uid(Host.bob)], required: required)
      case 7 where rules.count > 1: rules.remove(at: at)
      default: break
      }
    }
    var next = gate
    next.protection = .reviewers(rules)
    if random.below(4) == 0 { next.allowSelfReview.toggle() }
    return next
  }

  /// The approvals of some of the accounts: a bit for each.
  static func reviews(_ set: Int) throws -> [Review] {
    try accounts.indices.filter { set & (1 << $0) != 0 }.map { index in
      let (uid, groups) = accounts[index]
      return Sample.review(uid, as: try principals.matching(Host.caller(uid, groups: groups)))
    }
  }
}
