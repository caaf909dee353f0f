import Testing
import VaultCore

@Suite struct `The difference of two gates` {
  static let gate = `Each way to weaken a gate`.gate

  @Test func `is nothing exactly where they say the same`() {
    let open = Gate(protection: .unprotected, requesters: .principals([Host.user(Host.runner)]))
    let gates = SmallGates.all + [open]
    for old in gates {
      for new in gates {
        guard new.differences(from: old).isEmpty != (new == old) else { continue }
        Issue.record("\(old) -> \(new): \(new.differences(from: old))")
        return
      }
    }
  }

  @Test func `is a line for each rule that is another, and one for self-review`() {
    for old in SmallGates.all {
      for new in SmallGates.all {
        let rules = (0..<max(old.rules.count, new.rules.count)).filter { index in
          old.rules.dropFirst(index).first != new.rules.dropFirst(index).first
        }
        let lines = new.differences(from: old)
        let expected = rules.count + (old.allowSelfReview == new.allowSelfReview ? 0 : 1)
        guard lines.count != expected || Set(lines).count != lines.count else { continue }
        Issue.record("\(old) -> \(new): \(lines)")
        return
      }
    }
  }

  struct Row: Sendable, CustomTestStringConvertible {
    let lines: [String]
    let change: @Sendable (inout Gate) -> Void
    var testDescription: String { lines.joined(separator: "; ") }

    init(_ lines: String..., change: @escaping @Sendable (inout Gate) -> Void) {
      self.lines = lines
      self.change = change
    }
  }

  static let rows: [Row] = [
    Row("no approval is required any more", "rule 1: both user:alice and user:bob -> none") {
      $0.protection = .unprotected
    },
    Row("rule 1: both user:alice and user:bob -> user:alice") {
      $0.protection = Gate.alice.protection
    },
    Row("rule 2: none -> one of group:ops") {
      $0.protection = .reviewers(
        $0.rules + [ReviewerRule(reviewers: [Host.opsGroup], required: 1)])
    },
    Row("every account may request") { $0.requesters = .any },
    Row("user:carol may request", "user:alice-adm may no longer request") {
      $0.requesters = .principals([Host.user(Host.runner), Host.user(Host.carol)])
    },
    Row("user:bob may set secrets", "gid:5 may set secrets") {
      $0.writers = [Host.user(Host.bob), .gid(5)]
    },
    Row("the requester's own approval counts") { $0.allowSelfReview = true },
    Row("several grants at a time") { $0.exclusive = false },
    Row("a request may be activated after a newer one") { $0.inOrder = false },
    Row("max_reads: 2 -> none") { $0.maxReads = nil },
    Row("max_reads: 2 -> 1") { $0.maxReads = 1 },
    Row("request_ttl: 1d -> 1h") { $0.clocks.request = 3_600_000 },
    Row("approval_ttl: 8h -> 90m") { $0.clocks.approval = 5_400_000 },
    Row("grant_ttl: 1h -> 61s") { $0.clocks.grant = 61_000 },
  ]

  @Test(arguments: rows)
  func `says each change in words, once`(row: Row) {
    var next = Self.gate
    row.change(&next)
    #expect(next.differences(from: Self.gate) == row.lines)
    // The way back says as much, the other way round.
    #expect(Self.gate.differences(from: next).count == row.lines.count)
    #expect(Self.gate.differences(from: next) != row.lines)
  }

  @Test func `says several changes one after another`() {
    var next = Self.gate
    // One row of each thing that changes.
    let several = [2, 4, 5, 6, 7, 8, 10, 11, 12].map { Self.rows[$0] }
    for row in several { row.change(&next) }
    #expect(next.differences(from: Self.gate) == several.flatMap(\.lines))
  }

  @Test func `says who may ask now where everybody might`() {
    var any = Self.gate
    any.requesters = .any
    #expect(
      Self.gate.differences(from: any) == ["only user:runner and user:alice-adm may request"])
    #expect(any.differences(from: any).isEmpty)
  }

  @Test func `says that approvals are needed where none was`() {
    let open = Gate(protection: .unprotected, requesters: .any)
    var next = open
    next.protection = Gate.alice.protection
    #expect(
      next.differences(from: open) == ["approvals are now required", "rule 1: none -> user:alice"])
  }

  @Test func `says that a name has another number: it comes and goes`() {
    var next = Self.gate
    next.requesters = .principals([Host.user(Host.runner), .user(name: "alice-adm", uid: 7)])
    #expect(
      next.differences(from: Self.gate) == [
        "user:alice-adm may request", "user:alice-adm may no longer request",
      ])
  }

  @Test func `is nothing where a list names the same people in another order`() {
    var next = Self.gate
    next.requesters = .principals([Host.user(Host.aliceAdmin), Host.user(Host.runner)])
    #expect(next.differences(from: Self.gate).isEmpty)
    #expect(next.weakenings(from: Self.gate).isEmpty)
  }
}
