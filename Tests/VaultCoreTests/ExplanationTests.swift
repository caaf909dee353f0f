import Testing
import VaultCore

@Suite struct `A gate explains itself` {
  @Test func `an unprotected gate says that nothing protects it`() {
    let gate = Gate(protection: .unprotected, requesters: .any)
    #expect(
      gate.explanation(of: "development") == [
        "Every account on this host may request its secrets.",
        "It is not protected: a requester reads its secrets at once.",
        "Only admins may set its secrets.",
        "A request waits at most 1d. An approval is valid for 8h. A grant can be read for 1h.",
      ])
  }

  private static let turns =
    "One grant at a time: waiting jobs take turns in the order in which their requests "
    + "were made."

  @Test func `what a grant is needed for is said, and that it is read under one alone`() {
    for (exclusive, maxReads, lines) in [
      (true, nil, [Self.turns]),
      (false, 1, ["Under one grant each secret can be read at most once."]),
      (false, 3, ["Under one grant each secret can be read at most 3 times."]),
      (
        true, 3,
        [
          Self.turns,
          "Under one grant each secret can be read at most 3 times.",
        ]
      ),
    ] as [(Bool, Int?, [String])] {
      let gate = Gate(
        protection: .unprotected, requesters: .any, exclusive: exclusive, maxReads: maxReads)
      #expect(!gate.allowsDirectReads)
      #expect(
        gate.explanation(of: "development") == [
          "Every account on this host may request its secrets.",
          "It is not protected: a requester gets a grant at once, and can read only under that grant.",
        ] + lines + [
          "Only admins may set its secrets.",
          "A request waits at most 1d. An approval is valid for 8h. A grant can be read for 1h.",
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
    #expect(gate.explanation(of: "production").contains("Only admins may set its secrets."))
    gate.writers = [Host.user(Host.bob), Host.opsGroup]
    let text = gate.explanation(of: "production")
    #expect(
      text.contains(
        "user:bob, group:ops and admins may set its secrets. Only admins may edit its gate."))
    #expect(!text.contains("Only admins may set its secrets."))
    #expect(text.contains("Only admins may create a new name."))
    gate.protection = .unprotected
    #expect(!gate.explanation(of: "production").contains("Only admins may create a new name."))
  }

  @Test func `what one admin can do to a gate is said of each that protects`() {
    let said =
      "One admin alone can change this gate: an edit takes effect at once, and weakening it needs only "
      + "--allow-weaken. After an edit, approved requests wait again. The audit record shows every edit."
    #expect(Gate.alice.explanation(of: "production").last == said)
    #expect(
      !Gate(protection: .unprotected, requesters: .any).explanation(of: "x").contains(said))
  }

  @Test func `rules are sentences, and self-review and groups are said`() {
    let gate = Gate.rules(
      (1, [Host.user(Host.alice)]), (2, [Host.user(Host.bob), Host.opsGroup]))
    let text = gate.explanation(of: "production")
    #expect(text.contains("Only user:runner may request its secrets."))
    #expect(text.contains("  - user:alice must approve that exact request."))
    #expect(text.contains("  - 2 of user:bob and group:ops must approve that exact request."))
    #expect(text.contains("  Every line must be met. Together that takes 3 different people."))
    #expect(
      text.contains("Self-review is not allowed: the requester's own approval does not count."))
    #expect(
      text.contains("envgate has checked that each group exists, but not that it has members."))
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
