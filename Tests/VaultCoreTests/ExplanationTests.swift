import Testing
import VaultCore

@Suite struct `A gate explains itself` {
  @Test func `an unprotected gate says that nothing protects it`() {
    let gate = Gate(protection: .unprotected, requesters: .any)
    #expect(
      gate.explanation(of: "development") == [
        "Every account on this host may ask.",
        "Nothing protects it: whoever may ask reads its secrets at once.",
        "Admins alone set its secrets.",
        "A request waits up to 1d, an approval holds 8h, a grant is readable for 1h.",
      ])
  }

  private static let turns =
    "One grant at a time: jobs that wait have their turns in the order in which their requests "
    + "were made."

  @Test func `what a grant is needed for is said, and that it is read under one alone`() {
    for (exclusive, maxReads, lines) in [
      (true, nil, [Self.turns]),
      (false, 1, ["Under one grant each secret is read at most once."]),
      (false, 3, ["Under one grant each secret is read at most 3 times."]),
      (
        true, 3,
        [
          Self.turns,
          "Under one grant each secret is read at most 3 times.",
        ]
      ),
    ] as [(Bool, Int?, [String])] {
      let gate = Gate(
        protection: .unprotected, requesters: .any, exclusive: exclusive, maxReads: maxReads)
      #expect(!gate.allowsDirectReads)
      #expect(
        gate.explanation(of: "development") == [
          "Every account on this host may ask.",
          "Nothing protects it: whoever may ask gets a grant at once, and reads under it alone.",
        ] + lines + [
          "Admins alone set its secrets.",
          "A request waits up to 1d, an approval holds 8h, a grant is readable for 1h.",
        ])
    }
  }

  @Test func `nothing is read without a request but where there is nothing to wait for or count`() {
    for (protection, exclusive, maxReads) in [
      (Gate.alice.protection, false, nil), (.unprotected, true, nil), (.unprotected, false, 1),
      (.unprotected, false, Gate.mostReads),
    ] as [(Gate.Protection, Bool, Int?)] {
      let gate = Gate(
        protection: protection, requesters: .any, exclusive: exclusive, maxReads: maxReads)
      #expect(!gate.allowsDirectReads, "\(gate)")
    }
    #expect(Gate(protection: .unprotected, requesters: .any).allowsDirectReads)
  }

  @Test func `writers are said, with what they may not`() {
    var gate = Gate.alice
    #expect(gate.explanation(of: "production").contains("Admins alone set its secrets."))
    gate.writers = [Host.user(Host.bob), Host.opsGroup]
    let text = gate.explanation(of: "production")
    #expect(
      text.contains(
        "user:bob and group:ops may set its secrets and never its gate; so may admins."))
    #expect(!text.contains("Admins alone set its secrets."))
    #expect(text.contains("Admins alone make a new name."))
    gate.protection = .unprotected
    #expect(!gate.explanation(of: "production").contains("Admins alone make a new name."))
  }

  @Test func `what one admin can do to a gate is said of each that protects`() {
    let said =
      "One admin can open this gate: an edit takes effect at once, a weaker gate with "
      + "--allow-weaken; approved requests then wait again, and all of it is on the record."
    #expect(Gate.alice.explanation(of: "production").last == said)
    #expect(
      !Gate(protection: .unprotected, requesters: .any).explanation(of: "x").contains(said))
  }

  @Test func `rules are sentences, and self-review and groups are said`() {
    let gate = Gate.rules(
      (1, [Host.user(Host.alice)]), (2, [Host.user(Host.bob), Host.opsGroup]))
    let text = gate.explanation(of: "production")
    #expect(text.contains("user:runner may ask; nobody else."))
    #expect(text.contains("  - user:alice must approve that exact request."))
    #expect(text.contains("  - 2 of user:bob and group:ops must approve that exact request."))
    #expect(text.contains("  Every line must be met, by 3 different people together."))
    #expect(text.contains("Who asks cannot approve: the requester's own approval does not count."))
    #expect(
      text.contains("Of a group only its existence was checked, not whether anybody is in it."))
    var open = gate
    open.allowSelfReview = true
    #expect(
      open.explanation(of: "production").contains(
        "Self-review is allowed: the requester's own approval counts."))
  }

  @Test(
    arguments: [
      (1_000, "1s"), (90_000, "90s"), (60_000, "1m"), (5_400_000, "90m"), (3_600_000, "1h"),
      (90_000_000, "25h"), (86_400_000, "1d"), (2_592_000_000, "30d"),
    ] as [(Int64, String)])
  func `a duration is said in the largest unit that is exact`(milliseconds: Int64, text: String) {
    #expect(duration(milliseconds) == text)
  }
}
