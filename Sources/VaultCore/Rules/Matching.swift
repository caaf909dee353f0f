/// Maximum bipartite matching of people to the places of rules (Kuhn's augmenting paths).
///
/// `one-person-once`: a person fills one place of one rule. Greedy assignment would be wrong: whoever
/// meets two rules must not be spent on the one that somebody else could have filled.
struct PlaceMatching {
  /// For each person the rules that they meet, by index.
  private let meets: [[Int]]
  private let placeRule: [Int]
  private var placeTaker: [Int?]

  /// The number of places left empty in each rule.
  private(set) var missing: [Int]
  /// The people who fill a place, by index, and the rule whose place it is.
  private(set) var filled: [(person: Int, rule: Int)]

  init(places required: [Int], people meets: [[Int]]) {
    self.meets = meets
    placeRule = required.enumerated().flatMap { rule, count in
      Array(repeating: rule, count: max(0, count))
    }
    placeTaker = Array(repeating: nil, count: placeRule.count)
    missing = []
    filled = []
    for person in meets.indices {
      var visited = Array(repeating: false, count: placeRule.count)
      _ = seat(person, &visited)
    }
    missing = Array(repeating: 0, count: required.count)
    for (place, taker) in placeTaker.enumerated() where taker == nil {
      missing[placeRule[place]] += 1
    }
    filled = placeTaker.enumerated().compactMap { place, taker in
      taker.map { (person: $0, rule: placeRule[place]) }
    }
  }

  private mutating func seat(_ person: Int, _ visited: inout [Bool]) -> Bool {
    for place in placeRule.indices where !visited[place] && meets[person].contains(placeRule[place])
    {
      visited[place] = true
      let taker = placeTaker[place]
      if taker == nil || seat(taker ?? person, &visited) {
        placeTaker[place] = person
        return true
      }
    }
    return false
  }
}
