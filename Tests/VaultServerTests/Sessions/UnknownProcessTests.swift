import Glibc
import NIOCore
import SecretMemory
import Testing
import VaultCore
import VaultProtocol

@testable import VaultServer

/// Connections whose process had ended when they were accepted, so that there is nothing to look at.
@Suite(.serialized) struct `whoever's process is gone` {
  /// A connection through a door, taken in by the daemon's loop.
  private func guest(of daemon: RunningDaemon, _ door: Doorkeeper.Door) throws -> SocketLines {
    var ends: [Int32] = [-1, -1]
    try #require(
      socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0, &ends) == 0
    )
    let flags = fcntl(ends[0], F_GETFL)
    try #require(fcntl(ends[0], F_SETFL, flags | O_NONBLOCK) == 0)
    let lane = Lane.subject(.account(geteuid()))
    try #require(daemon.hub.admission.admit(lane, .account(geteuid())))
    Reception(daemon.hub).takeIn(
      Doorkeeper.Guest(
        descriptor: ends[0], door: door,
        credentials: try PeerCredentials(descriptor: ends[0]),
        process: PeerProcess(pid: getpid(), identity: .start(nil, uid: geteuid())), lane: lane))
    return SocketLines(descriptor: ends[1])
  }

  private let show =
    #"{"jsonrpc":"2.0","id":1,"method":"environment.get","params":{"name":"e"}}"#

  private func furnish(_ bench: DaemonBench) throws {
    let create =
      #"{"jsonrpc":"2.0","id":1,"method":"environment.create","params":{"name":"e","requesters":["uid:1"],"unprotected":true}}"#
    #expect(try bench.client().call(create).contains("revision"))
  }

  @Test func `kernel-identity: may only ask, by whatever account`() throws {
    let bench = try DaemonBench()
    defer { bench.remove() }
    let daemon = try bench.start()
    defer { daemon.stop() }
    try furnish(bench)
    #expect(try bench.client().call(show).contains("\"e\""))
    let guest = try guest(of: daemon, .main(OverflowIDs()))
    #expect(try guest.call(show).contains("environment.unknown"))
  }

  @Test func `at a job socket is told so at once, and what it sent is not kept`() throws {
    let bench = try DaemonBench()
    defer { bench.remove() }
    let daemon = try bench.start()
    defer { daemon.stop() }
    try furnish(bench)
    let name = try #require(SocketName("gitlab"))
    let rule = JobEntrance(
      Configuration.JobSocket(name: name, path: "/none", mode: 0o600, group: nil))
    let guest = try guest(of: daemon, .job(rule))
    #expect(try guest.call(show).contains("peer.unknown"))
    let set =
      #"{"jsonrpc":"2.0","id":2,"method":"secret.set","params":{"environment":"e","name":"S","value":"v"}}"#
    #expect(try guest.call(set).contains("peer.unknown"))
    let isEmpty = try daemon.hub.eventLoop.submit { daemon.hub.undecided.isEmpty }.wait()
    #expect(isEmpty)
  }

  @Test func `a principal that nobody knows is named in no gate`() throws {
    let bench = try DaemonBench()
    defer { bench.remove() }
    let daemon = try bench.start()
    defer { daemon.stop() }
    let create =
      #"{"jsonrpc":"2.0","id":1,"method":"environment.create","params":{"name":"e","requesters":["user:root","user:no-such-account-here"],"unprotected":true}}"#
    let answer = try bench.client().call(create)
    #expect(answer.contains("principal.unknown") && answer.contains("no-such-account-here"))
  }

  @Test func `of refusals within one second so many kinds are told apart`() throws {
    let bench = try DaemonBench()
    defer { bench.remove() }
    let daemon = try bench.start()
    defer { daemon.stop() }
    let hub = daemon.hub
    let kinds = try hub.eventLoop.submit {
      for uid: UInt32 in 0..<2_000 {
        let caller = Caller(
          uid: uid, kernelGroups: [], isOverflow: false, connection: 1, account: nil)
        hub.noteRefusal(caller, "connect", .connectionLimit)
      }
      return (hub.refused.count, hub.refused.values.reduce(0, +))
    }.wait()
    #expect(kinds.0 == 512 && kinds.1 >= 2_000)
  }
}
