import Promises
import Testing
import VaultCore

@Suite struct `Who may do what` {
  static let rows: [(String, Permission, String)] = [
    ("nobody", .nobody, ""), ("everybody", .everybody, "everyone"),
    ("see", .see, "admin auditor requester reviewer writer"),
    ("administer", .administer, "admin"), ("write", .write, "admin writer"),
    ("ask", .ask, "requester"), ("use", .use, "asker"), ("withdraw", .withdraw, "admin asker"),
    ("follow", .follow, "admin auditor reviewer own"), ("review", .review, "reviewer"),
    ("revoke", .revoke, "admin reviewer"), ("audit", .audit, "admin auditor"),
  ]

  private func words(_ permission: Permission) -> String {
    let beside = [
      permission.asker ? "asker" : nil, permission.own ? "own" : nil,
      permission.everyone ? "everyone" : nil,
    ]
    return (permission.roles.texts + beside.compactMap { $0 }).joined(separator: " ")
  }

  @Test(arguments: rows)
  func `each row names whom it lets`(name: String, permission: Permission, whom: String) {
    #expect(words(permission) == whom, "\(name)")
  }

  @Test(
    arguments: [
      (.admin, "see administer write withdraw follow revoke audit"), (.auditor, "see follow audit"),
      (.requester, "see ask"), (.reviewer, "see follow review revoke"), (.writer, "see write"),
    ] as [(Roles, String)])
  func `none of the roles implies another: no admin reads or reviews, no writer edits a gate`(
    role: Roles, rows: String
  ) {
    let named = Self.rows.filter { !$0.1.roles.isDisjoint(with: role) }.map(\.0)
    #expect(named.joined(separator: " ") == rows)
  }

  @Test func `asker-alone: no role is enough for what its maker holds`() {
    #expect(Permission.use.roles.isEmpty)
    #expect(!Permission.use.own && !Permission.use.everyone)
    #expect(!Permission.withdraw.own)
  }

  @Test(.promise(.containersMayOnlyAsk))
  func `kernel-identity: where somebody comes from matters for all but asking`() {
    let asking = ["nobody", "ask", "use"]
    for (name, permission, _) in Self.rows {
      #expect(permission.givesMoreThanAsking != asking.contains(name), "\(name)")
    }
  }
}
