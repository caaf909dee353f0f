import Glibc
import Promises
import Testing
import VaultCore

@testable import VaultEngine
@testable import VaultServer

/// The running daemon, over an account database in which somebody leaves a group and comes back.
@Suite(.serialized) struct ReviewerRoundTests {
  /// Whoever runs the tests, called `tester`, in the group `ops` or not.
  private final class Host: Sendable {
    let isMember = Locked(true)
    let isSilent = Locked(false)
    let questions = Locked(0)

    var source: AccountSource {
      AccountSource(
        account: { [self] uid throws(AccountFault) in
          questions.withLock { $0 += 1 }
          if isSilent.withLock({ $0 }) { throw AccountFault(code: EIO) }
          return Account(
            uid: uid, name: "tester",
            groups: isMember.withLock { $0 } ? [.init(gid: getegid(), name: "ops")] : [])
        }, uid: { _ throws(AccountFault) in geteuid() },
        gid: { _ throws(AccountFault) in getegid() })
    }
  }

  /// More requests than the engine looks at in one slice of a round.
  private static let many = VaultEngine.mostRechecked + 6

  private static func call(
    _ client: SocketLines, _ method: String, _ parameters: String
  ) throws -> String {
    try client.call(
      #"{"jsonrpc":"2.0","id":1,"method":"\#(method)","params":{\#(parameters)}}"#)
  }

  private static func member(_ name: String, of answer: String) throws -> String {
    let start = try #require(answer.firstRange(of: "\"\(name)\":\"")?.upperBound, "\(answer)")
    return String(answer[start...].prefix { $0 != "\"" })
  }

  private static func furnish(_ client: SocketLines) throws {
    for (method, parameters) in [
      (
        "environment.create",
        #""name":"production","requesters":["user:tester"],"rules":[{"reviewers":["group:ops"],"required":1}],"prevent_self_review":false"#
      ),
      ("secret.set", #""environment":"production","name":"A","value":"v""#),
    ] {
      let answer = try call(client, method, parameters)
      try #require(answer.contains("\"result\""), "\(answer)")
    }
  }

  private static func request(_ client: SocketLines) throws -> String {
    try member("digest", of: call(client, "request.create", #""environment":"production""#))
  }

  private static func approve(
    _ client: SocketLines, _ id: Int, _ digest: String
  ) throws -> String {
    try call(client, "request.approve", #""request":\#(id),"digest":"\#(digest)""#)
  }

  @Test(.promise(.manyApprovalsOfOne))
  func `approvals go and come back with their reviewer's group, and a uid is asked about once`()
    throws
  {
    let bench = try DaemonBench()
    defer { bench.remove() }
    let host = Host()
    var timing = Hub.Timing()
    timing.reviewers = 1
    var limits = Configuration.Limits()
    limits.waitingPerRequesterAndEnvironment = 2 * Self.many
    let daemon = try bench.start(limits: limits, timing: timing, accountSource: host.source)
    defer { daemon.stop() }
    let client = try bench.client()
    try Self.furnish(client)
    for id in 1...Self.many {
      let digest = try Self.request(client)
      #expect(try Self.member("state", of: Self.approve(client, id, digest)) == "approved")
    }
    // As many rounds as the requests have approvals would ask as many times as often.
    let before = host.questions.withLock { $0 }
    poll(nil, 0, 3_200)
    let asked = host.questions.withLock { $0 } - before
    #expect((1...5).contains(asked), "\(asked) questions")
    host.isMember.withLock { $0 = false }
    var gone = ""
    for _ in 0..<200 where !gone.contains(#""state":"waiting""#) {
      poll(nil, 0, 50)
      gone = try Self.call(client, "request.get", #""request":\#(Self.many)"#)
    }
    #expect(try Self.member("state", of: gone) == "waiting")
    #expect(gone.contains(#""stale":true,"lost":["group:ops"]"#), "\(gone)")
    #expect(gone.contains("the approval of tester (uid \(geteuid())) no longer counts"))
    host.isMember.withLock { $0 = true }
    let back = try Self.call(client, "request.wait", #""request":\#(Self.many),"revision":3"#)
    #expect(try Self.member("state", of: back) == "approved")
    // A database that says nothing changes nothing.
    host.isSilent.withLock { $0 = true }
    poll(nil, 0, 2_200)
    let kept = try Self.call(client, "request.get", #""request":\#(Self.many)"#)
    #expect(try Self.member("state", of: kept) == "approved")
    let refused = try Self.call(client, "grant.activate", #""request":\#(Self.many)"#)
    #expect(try Self.member("reason", of: refused) == "account.unavailable")
  }

  @Test func `who left the group a moment ago approves nothing and opens nothing`() throws {
    let bench = try DaemonBench()
    defer { bench.remove() }
    let host = Host()
    let daemon = try bench.start(accountSource: host.source)
    defer { daemon.stop() }
    let client = try bench.client()
    try Self.furnish(client)
    let (first, second) = (try Self.request(client), try Self.request(client))
    #expect(try Self.member("state", of: Self.approve(client, 1, first)) == "approved")
    host.isMember.withLock { $0 = false }
    let refused = try Self.approve(client, 2, second)
    // The request is their own, so that it is no secret; the right to approve it is gone.
    #expect(try Self.member("reason", of: refused) == "access.denied")
    let activation = try Self.call(client, "grant.activate", #""request":1"#)
    #expect(try Self.member("reason", of: activation) == "gate.waiting")
    #expect(
      try Self.member("state", of: Self.call(client, "request.get", #""request":1"#))
        == "waiting")
  }

  @Test func `no answer about an account holds for one call alone`() throws {
    let bench = try DaemonBench()
    defer { bench.remove() }
    let host = Host()
    let daemon = try bench.start(accountSource: host.source)
    defer { daemon.stop() }
    let client = try bench.client()
    try Self.furnish(client)
    for (method, parameters) in [
      (
        "environment.create",
        #""name":"open","requesters":["user:tester"],"unprotected":true"#
      ), ("secret.set", #""environment":"open","name":"A","value":"v""#),
    ] { #expect(try Self.call(client, method, parameters).contains("\"result\"")) }
    let digest = try Self.request(client)
    host.isSilent.withLock { $0 = true }
    let refused = try Self.approve(client, 1, digest)
    #expect(try Self.member("reason", of: refused) == "account.unavailable")
    host.isSilent.withLock { $0 = false }
    let read = try Self.call(client, "secret.get", #""environment":"open","name":"A""#)
    #expect(read.contains(#""value":"v""#), "\(read)")
  }
}
