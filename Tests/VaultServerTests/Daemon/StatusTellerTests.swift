import Glibc
import Testing
import VaultCore
import VaultEngine

@testable import VaultServer

/// What `systemctl status` shows.
@Suite struct `the status line of the service` {
  private func news(_ warnings: [Warnings.Reason], _ change: (inout Meters.Counted) -> Void)
    -> String
  {
    var counted = Meters().counted
    change(&counted)
    return StatusTeller.news(counted, warnings)
  }

  @Test func `says what matters, the worst first`() {
    #expect(news([]) { _ in } == "")
    #expect(news([]) { $0.vault.waiting = 1 } == "1 request waiting")
    let all = news([.clockTrial, .auditBroken]) { counted in
      counted.vault.waiting = 3
      counted.trouble = .full
    }
    let parts = [
      "audit chain broken", "its disk is full", "warnings: clock.trial", "3 requests waiting",
    ]
    let places = parts.compactMap { all.firstRange(of: $0)?.lowerBound }
    #expect(places.count == parts.count && places == places.sorted(), "\(all)")
    #expect(!all.contains("audit.broken"))
  }

  @Test func `is told where it changes, and shows what became of the configuration`() throws {
    let scratch = try Scratch()
    let notices = try NoticeSocket(scratch.file("notify"))
    let bench = try DaemonBench()
    defer { bench.remove() }
    let daemon = try bench.start(manager: notices.manager())
    defer { daemon.stop() }
    let client = try bench.client()
    for method in [
      #""environment.create","params":{"name":"production","requesters":["uid:\#(geteuid())"],"rules":[{"reviewers":["uid:4712"],"required":1}]}"#,
      #""secret.set","params":{"environment":"production","name":"TOKEN","value":"a"}"#,
    ] { _ = try client.call(#"{"jsonrpc":"2.0","id":1,"method":\#(method)}"#) }
    daemon.status.note("serving with the previous configuration")
    #expect(notices.next() == ["STATUS=serving with the previous configuration"])
    let made = try client.call(
      #"{"jsonrpc":"2.0","id":1,"method":"request.create","params":{"environment":"production"}}"#)
    #expect(made.contains("\"ticket\""), "\(made)")
    #expect(notices.next() == ["STATUS=serving with the previous configuration; 1 request waiting"])
    let done = try client.call(
      #"{"jsonrpc":"2.0","id":1,"method":"request.cancel","params":{"request":1}}"#)
    #expect(done.contains("cancelled"), "\(done)")
    // The next word is the next change, however many seconds pass between both.
    #expect(notices.next() == ["STATUS=serving with the previous configuration"])
  }
}
