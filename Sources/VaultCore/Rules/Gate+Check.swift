/// Why a gate cannot be written.
public enum GateFault: Error, Hashable, Sendable {
  /// Nobody may ask: `--requester` must be said, `any` included.
  case noRequesters
  /// A reviewer list without anybody in it.
  case noReviewers(rule: Int)
  /// A rule that requires nobody, or more people than a rule may.
  case required(rule: Int, Int)
  /// More entries than allowed.
  case tooMany(String, most: Int)
  /// The same principal twice in one list.
  case repeated(String)
  /// A clock outside its range, by name.
  case clock(String, in: ClosedRange<Int64> = Clocks.range)
  /// The named people cannot fill all places; `without` names a requester who does not count.
  case unsatisfiable(rule: Int, missing: Int, without: String?)
  /// A limit outside 1 to `most`, by name.
  case limit(String, Int, most: Int)
  /// An order of grants that are not one at a time.
  case orderOfSeveral
  /// A job socket in a list that gives more than the right to ask.
  case socketBeyondAsking(String)
  /// An edit of "the" reviewers of a gate that has not exactly one rule.
  case notOneRule(Int)
  /// An edit that takes somebody out of a list that does not name them.
  case notNamed(String, principal: String)
  /// A name that nobody may allow.
  case neverAllowed(ReservedNames.Reservation)

  /// One sentence that says what to do.
  public var sentence: String {
    switch self {
    case .noRequesters:
      "no requester is named; add --requester P, or --requester any for every account"
    case .noReviewers(let rule): "rule \(rule) names no reviewer"
    case .required(let rule, let number):
      "rule \(rule) requires \(number) approvals; it must require 1 to \(ReviewerRule.mostRequired)"
    case .tooMany(let what, let most): "too many \(what); at most \(most) are allowed"
    case .repeated(let what): "\(what) is listed twice"
    case .clock(let name, let range):
      "\(name) must be \(spelled(range.lowerBound)) to \(spelled(range.upperBound))"
    case .unsatisfiable(let rule, let missing, let without):
      "rule \(rule) could never be met: it needs \(missing) more \(missing == 1 ? "person" : "people")"
        + (without.map { ", because \($0) may be the requester, whose approval does not count" }
          ?? "")
        + "; name more reviewers or require fewer approvals"
    case .limit(let name, let number, let most):
      "\(name) is \(number); it must be 1 to \(most), or be left out"
    case .orderOfSeveral:
      "--in-order needs --exclusive: only an environment with one grant at a time keeps an order"
    case .socketBeyondAsking(let name):
      "\(name) can only be a requester: envgate cannot tell which person connects through it"
    case .notOneRule(0): "no rule names reviewers yet; give the rules with --rule N:P,P"
    case .notOneRule(let count):
      "there are \(count) rules; give all of them with --rule N:P,P"
    case .notNamed(let what, let principal): "\(principal) is not among the \(what)"
    case .neverAllowed(let reservation):
      "no environment can allow the name \(reservation.variable), because it controls \(reservation.steers)"
    }
  }
}

extension Gate {
  /// The most principals that may be named as requesters.
  public static let mostRequesters = 200
  /// The most principals that may be named as writers.
  public static let mostWriters = 200
  /// The most reserved names that may be allowed.
  public static let mostAllowedNames = 100
  /// The names of all principals of a gate together, and the names that it allows, in bytes: what is shown
  /// of it fits one line.
  public static let mostPrincipalBytes = 24_576
  /// The largest `max_reads`.
  public static let mostReads = 1_000_000

  /// Judges whether this gate may be written: complete, within bounds, and satisfiable by the people
  /// it names, all rules together and without each requester that it names.
  ///
  /// Of a group only its existence is known, so a group in a rule may always supply one more person.
  public func check(people: People) throws(GateFault) {
    for rule in GateRule.all { try rule.check(terms) }
    var namedRequesters: [Principal] = []
    if case .principals(let principals) = requesters {
      if principals.isEmpty { throw .noRequesters }
      if principals.count > Self.mostRequesters {
        throw .tooMany("requesters", most: Self.mostRequesters)
      }
      try refuseRepeats(principals)
      namedRequesters = principals
    }
    if writers.count > Self.mostWriters { throw .tooMany("writers", most: Self.mostWriters) }
    try refuseRepeats(writers)
    for principal in writers + rules.flatMap(\.reviewers) {
      if case .socket = principal { throw .socketBeyondAsking(principal.text) }
    }
    let named = namedRequesters + writers + rules.flatMap(\.reviewers)
    let texts = named.map(\.text) + GateRule.all.flatMap { $0.entryTexts(of: terms) }
    if texts.reduce(0, { $0 + $1.utf8.count + 3 }) > Self.mostPrincipalBytes {
      throw .tooMany("bytes in the names of a gate", most: Self.mostPrincipalBytes)
    }
    guard case .reviewers(let rules) = protection else { return }
    if rules.isEmpty { throw .noReviewers(rule: 1) }
    if rules.count > ReviewerRule.mostRules {
      throw .tooMany("rules", most: ReviewerRule.mostRules)
    }
    for (index, rule) in rules.enumerated() {
      if rule.reviewers.isEmpty { throw .noReviewers(rule: index + 1) }
      if rule.reviewers.count > ReviewerRule.mostReviewers {
        throw .tooMany("reviewers", most: ReviewerRule.mostReviewers)
      }
      guard (1...ReviewerRule.mostRequired).contains(rule.required) else {
        throw .required(rule: index + 1, rule.required)
      }
      try refuseRepeats(rule.reviewers)
    }
    try checkSatisfiable(rules, people, without: nil)
    if terms.allowSelfReview { return }
    for requester in namedRequesters {
      if let uid = requester.uid {
        try checkSatisfiable(rules, people, without: (people.person(uid: uid), requester.text))
      }
    }
  }

  private func refuseRepeats(_ principals: [Principal]) throws(GateFault) {
    var seen: Set<Principal> = []
    for principal in principals where !seen.insert(principal).inserted {
      throw .repeated(principal.text)
    }
  }

  private func checkSatisfiable(
    _ rules: [ReviewerRule], _ people: People, without requester: (person: Person, text: String)?
  ) throws(GateFault) {
    // In the order of the rules: what the fault names must not depend on the seed of a hash table.
    var order: [Person] = []
    var meets: [Person: [Int]] = [:]
    var required = rules.map(\.required)
    for (index, rule) in rules.enumerated() {
      // A group may supply everybody whom this rule still needs.
      if rule.reviewers.contains(where: { $0.uid == nil }) {
        required[index] = 0
        continue
      }
      for uid in rule.reviewers.compactMap(\.uid) {
        let person = people.person(uid: uid)
        if person == requester?.person { continue }
        if meets[person] == nil { order.append(person) }
        meets[person, default: []].append(index)
      }
    }
    let matching = PlaceMatching(places: required, people: order.compactMap { meets[$0] })
    if let rule = matching.missing.firstIndex(where: { $0 > 0 }) {
      throw .unsatisfiable(
        rule: rule + 1, missing: matching.missing[rule], without: requester?.text)
    }
  }
}
