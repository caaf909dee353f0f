import Promises
import Testing
import VaultCore

@Suite struct `An edit of a list` {
  private func applied(_ change: (inout GateEdit) -> Void, to gate: Gate) throws -> Gate {
    try `An edit of a gate`.edit(change).applied(to: gate)
  }

  /// Bob as he was called when he was named; the number is another's by now.
  static let stale = Principal.user(name: "bob", uid: 4_711)

  static let gate = Gate(
    protection: .reviewers([
      ReviewerRule(reviewers: [stale, Host.user(Host.alice)], required: 1)
    ]), requesters: .principals([Host.user(Host.runner), stale]), writers: [stale, .uid(5)])

  /// Each list, with how an edit reaches it and how it is then.
  struct List: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let edit: @Sendable (inout GateEdit, GateEdit.Members) -> Void
    let members: @Sendable (Gate) -> [Principal]
  }

  static let lists = [
    List(testDescription: "reviewers") {
      $0.reviewers = $1
    } members: {
      $0.rules[0].reviewers
    },
    List(testDescription: "requesters") {
      $0.requesters = $1
    } members: {
      if case .principals(let named) = $0.requesters { named } else { [] }
    },
    List(testDescription: "writers") {
      $0.writers = $1
    } members: {
      $0.writers
    },
  ]

  private func edited(
    _ list: List, add: [Principal] = [], remove: [PrincipalName] = [], of gate: Gate = gate
  ) throws -> Gate {
    try applied({ list.edit(&$0, GateEdit.Members(add: add, remove: remove)) }, to: gate)
  }

  @Test(.promise(.editKeepsNumbers), arguments: lists)
  func `leaves whoever it does not name with the number that the name had`(list: List) throws {
    let next = try edited(list, add: [Host.user(Host.carol)])
    #expect(list.members(next) == list.members(Self.gate) + [Host.user(Host.carol)])
    #expect(list.members(next).contains(Self.stale))
    for other in Self.lists where other.testDescription != list.testDescription {
      #expect(other.members(next) == other.members(Self.gate))
    }
  }

  @Test(.promise(.editKeepsNumbers), arguments: lists)
  func `that names a stale name again adds who has it now, and takes nobody's place`(
    list: List
  ) throws {
    let next = try edited(list, add: [Host.user(Host.bob)])
    #expect(list.members(next) == list.members(Self.gate) + [Host.user(Host.bob)])
    try next.check(people: Host.people)
  }

  @Test(arguments: lists)
  func `takes a name out whatever numbers it has, and no number that another name has`(
    list: List
  ) throws {
    var both = try edited(list, add: [Host.user(Host.bob), .uid(Host.bob), .uid(4_711)])
    both = try edited(list, remove: [.user("bob")], of: both)
    #expect(
      list.members(both)
        == list.members(Self.gate).filter { $0 != Self.stale } + [.uid(Host.bob), .uid(4_711)])
    let bare = try edited(list, remove: [.uid(4_711)], of: both)
    #expect(list.members(bare) == list.members(both).filter { $0 != .uid(4_711) })
  }

  @Test(arguments: lists)
  func `may put somebody in for the same name, who is then weighed as somebody else`(
    list: List
  ) throws {
    let next = try edited(list, add: [Host.user(Host.bob)], remove: [.user("bob")])
    #expect(
      list.members(next)
        == list.members(Self.gate).filter { $0 != Self.stale } + [Host.user(Host.bob)])
    let weaker: [Weakening] =
      switch list.testDescription {
      case "reviewers": [.rule(1)]
      case "requesters": [.requesters(["user:bob"])]
      default: []
      }
    #expect(next.weakenings(from: Self.gate) == weaker)
    #expect(!next.differences(from: Self.gate).isEmpty)
  }

  @Test(arguments: lists)
  func `says who was not there, and then changes nothing`(list: List) {
    let what = list.testDescription
    for (names, absent) in [
      ([.user("carol")], "user:carol"), ([.uid(4_711)], "uid:4711"), ([.group("bob")], "group:bob"),
      ([.user("bob"), .user("bob")], "user:bob"), ([.user("bob"), .gid(5)], "gid:5"),
    ] as [([PrincipalName], String)] {
      #expect(throws: GateFault.notNamed(what, principal: absent)) {
        try edited(list, add: [Host.user(Host.carol)], remove: names)
      }
    }
  }

  @Test func `lets everybody ask, and ends that by naming somebody`() throws {
    let named = Self.gate
    let open = try applied({ $0.anyRequester = true }, to: named)
    #expect(open.requesters == .any)
    #expect(try applied({ $0.anyRequester = true }, to: open) == open)
    let bob = Host.user(Host.bob)
    let closed = try applied(
      {
        $0.anyRequester = false
        $0.requesters.add = [bob]
      }, to: open)
    #expect(closed.requesters == .principals([bob]))
    // Who asked before everybody might is not remembered.
    let nobody = try applied({ $0.anyRequester = false }, to: open)
    #expect(nobody.requesters == .principals([]))
    #expect(throws: GateFault.noRequesters) { try nobody.check(people: People()) }
  }

  @Test func `neither adds to everybody nor takes somebody out of everybody`() throws {
    var open = Self.gate
    open.requesters = .any
    #expect(throws: GateFault.repeated("user:bob")) {
      try applied({ $0.requesters.add = [Host.user(Host.bob)] }, to: open)
    }
    for anyRequester in [nil, false] {
      #expect(throws: GateFault.notNamed("requesters", principal: "user:bob")) {
        try applied(
          {
            $0.anyRequester = anyRequester
            $0.requesters.remove = [.user("bob")]
          }, to: open)
      }
    }
    #expect(throws: GateFault.notNamed("requesters", principal: "any")) {
      try applied({ $0.anyRequester = false }, to: Self.gate)
    }
  }
}
