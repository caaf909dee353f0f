import Testing
import VaultCore

@testable import VaultProtocol

/// How small a number may be, and that every number has a row here.
@Suite struct `the numbers of a call` {
  struct Least: Sendable, CustomStringConvertible {
    let method: Method
    let member: String
    let least: Int
    var description: String { "\(method.rawValue) \(member)" }

    init(_ method: Method, _ member: String, _ least: Int) {
      self.method = method
      self.member = member
      self.least = least
    }
  }

  static let rows = [
    Least(.environmentList, "after", 0), Least(.environmentList, "limit", 1),
    Least(.environmentUpdate, "revision", 1), Least(.principalGet, "after", 0),
    Least(.principalGet, "limit", 1), Least(.secretSet, "cas", 0), Least(.secretGet, "request", 1),
    Least(.secretList, "limit", 1), Least(.secretVersions, "after", 0),
    Least(.secretVersions, "limit", 1), Least(.secretDisable, "version", 1),
    Least(.secretEnable, "version", 1), Least(.secretDestroy, "version", 1),
    Least(.secretRollback, "to", 1), Least(.secretRollback, "cas", 0),
    Least(.variableList, "limit", 1), Least(.requestGet, "request", 1),
    Least(.requestList, "version", 1), Least(.requestList, "after", 1),
    Least(.requestList, "limit", 1), Least(.requestWait, "request", 1),
    Least(.requestWait, "revision", 0), Least(.requestApprove, "request", 1),
    Least(.requestReject, "request", 1), Least(.requestCancel, "request", 1),
    Least(.requestRevoke, "request", 1), Least(.grantActivate, "request", 1),
    Least(.grantRead, "request", 1), Least(.grantClose, "request", 1),
    Least(.grantResume, "request", 1), Least(.grantHold, "request", 1),
    Least(.auditList, "after", 0), Least(.auditList, "through", 0), Least(.auditList, "limit", 1),
    Least(.keyStatus, "after", 0), Least(.keyStatus, "limit", 1), Least(.backupRead, "after", 0),
    Least(.eventsSubscribe, "after", 0),
  ]

  /// What the gate judges, which knows more than the wire.
  static let judged = [
    "max_reads", "request_ttl", "approval_ttl", "grant_ttl", "rotation_period", "approvals",
  ]

  @Test func `each number of a method has its least value`() {
    let numbers = MethodShape.cases.filter {
      Int($0.member.value) != nil && !Self.judged.contains($0.member.name)
    }
    #expect(numbers.map(\.description) == Self.rows.map(\.description))
  }

  @Test(arguments: rows)
  func `a number is refused below its least value, and beyond what every reader keeps`(_ row: Least)
    throws
  {
    let test = try #require(
      MethodShape.cases.first {
        $0.shape.method == row.method && $0.member.name == row.member
      })
    let method = row.method.rawValue
    _ = try Wire.call(method, test.params(with: "\(row.least)"))
    for value in ["\(row.least - 1)", "9007199254740992"] {
      let error = try Wire.error(method, test.params(with: value))
      guard case .fault("out_of_range", _) = error.details else {
        Issue.record("\(value): \(error)")
        continue
      }
    }
  }
}
