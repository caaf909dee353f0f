import Testing
import VaultCore

@testable import VaultProtocol
@testable import envgate

/// The audit record on a terminal.
@Suite struct ConsoleAuditScreenTests {
  private static let record = AuditRecordView(
    record: AuditRecord(
      sequence: 1_204_311, time: 1_900_000_000_000, boot: 1, event: .environmentChanged,
      subject: .account(998), account: "gitlab-runner", environment: "production", request: 4_711,
      details: [.init("reason", "x")]), hash: [UInt8](repeating: 0, count: 32))

  @Test(arguments: [80, 120])
  func `who, what, where and when stand whole in a terminal, and nothing is wider than it`(
    width: Int
  ) {
    let screen = Screen(isTerminal: true, columns: width) { _ in nil }
    let (table, more) = AuditRecordView.lines(of: [Self.record], on: screen)
    let row = table.lines(aligned: true, colours: false)[1]
    #expect(DisplayWidth.of(row) <= width)
    for word in [
      "2030-03-17 17:46:40Z", "environment.changed", "gitlab-runner (uid 998)", "production",
    ] {
      #expect(row.contains(word), "\(word) in \(row)")
    }
    let all = row + (more[0] ?? "")
    #expect(all.contains("1204311") && all.contains("4711") && all.contains("reason="))
  }
}
