import Glibc
import NIOCore
import SecretMemory
import Testing
import VaultCalls
import VaultCore
import VaultEngine
import VaultProtocol

@testable import VaultServer

/// What the daemon takes of a connection, what it keeps for it, and when it ends it; condition by condition.
@Suite(.serialized) struct `a connection that is looked after` {
  private let status = #"{"jsonrpc":"2.0","id":1,"method":"server.status"}"#
  private let set =
    #"{"jsonrpc":"2.0","id":2,"method":"secret.set","params":{"environment":"e","name":"S","value":"v"}}"#
  private let lane = Lane.subject(.account(geteuid()))

  /// A daemon, its hub, and its only client, which has had an answer.
  /// - Parameter isHanging: whether no process is looked at from then on.
  private func with(
    isHanging: Bool = false, _ timing: Hub.Timing = .init(),
    _ body: (Hub, SocketLines) throws -> Void
  ) throws {
    let bench = try DaemonBench()
    defer { bench.remove() }
    let looks = LookThreads()
    let hanging = Latch()
    let daemon = try bench.start(timing: timing, looks: looks)
    defer {
      hanging.open()
      daemon.stop()
    }
    if isHanging { looks.begin(.max, lane) { hanging.wait() } }
    let client = try bench.client()
    if !isHanging { #expect(try client.call(status).contains("running")) }
    try body(daemon.hub, client)
  }

  /// Asks the only session, on the event loop.
  private func ask<Answer: Sendable>(
    _ hub: Hub, _ body: @escaping @Sendable (Session) -> Answer
  ) throws -> Answer {
    #expect(try eventually { try hub.eventLoop.submit { !hub.sessions.isEmpty }.wait() })
    return try #require(try hub.eventLoop.submit { hub.sessions.values.first.map(body) }.wait())
  }

  private func eventually(_ isTrue: () throws -> Bool) rethrows -> Bool {
    for _ in 0..<2_000 {
      if try isTrue() { return true }
      usleep(5_000)
    }
    return try isTrue()
  }

  enum Keeping: CaseIterable { case nothing, lifeline, grant, events, call }

  @Test(arguments: Keeping.allCases)
  func `ends where it is idle, and not while it keeps or waits for something`(keeping: Keeping)
    throws
  {
    try with { hub, _ in
      let stays = try ask(hub) { session in
        switch keeping {
        case .nothing, .grant: break
        case .lifeline: session.becomeLifeline()
        case .events: session.subscription = Subscription(session, after: 0)
        case .call:
          let call = Call.requestWait(RequestWait(request: 1, revision: nil, ticket: nil))
          session.append(nil, .call(call, call.traits))
        }
        session.closeIfIdle(
          idle: .zero, drain: .seconds(60), holdsGrant: keeping == .grant)
        return session.channel?.isActive == true
      }
      #expect(stays == (keeping != .nothing))
    }
  }

  @Test func `keeps nothing of what is sent once it only holds a grant`() throws {
    try with { hub, client in
      try ask(hub) { $0.becomeLifeline() }
      try client.send(String(repeating: "x", count: 30_000))
      #expect(
        eventually {
          var left: Int32 = 0
          return ioctl(client.descriptor, UInt(TIOCOUTQ), &left) == 0 && left == 0
        })
      #expect(try ask(hub) { $0.framer.waiting } == 0)
    }
  }

  @Test func `has no more calls taken than may be in flight`() throws {
    try with(isHanging: true) { hub, client in
      let most = try hub.eventLoop.submit { hub.limits.inFlight }.wait()
      try client.send(String(repeating: status + "\n", count: 5 * most))
      #expect(try eventually { try ask(hub) { $0.conversation.count } >= most })
      #expect(try ask(hub) { $0.conversation.count } == most)
    }
  }

  @Test func `has nothing taken behind a value that is not decided`() throws {
    try with(isHanging: true) { hub, client in
      try client.send(set + "\n" + set + "\n" + status + "\n")
      #expect(try eventually { try ask(hub) { $0.conversation.count } >= 1 })
      #expect(try ask(hub) { $0.conversation.count } == 1)
    }
  }

  @Test func `has no second call taken while its lane's lines fill its part`() throws {
    try with(isHanging: true) { [lane] hub, client in
      try hub.eventLoop.submit { hub.chargeLines(1 << 30, lane) }.wait()
      try client.send(status + "\n" + status + "\n" + status + "\n")
      #expect(try eventually { try ask(hub) { $0.conversation.count } >= 1 })
      #expect(try ask(hub) { $0.conversation.count } == 1)
      try hub.eventLoop.submit { hub.chargeLines(-(1 << 30), lane) }.wait()
    }
  }

  @Test func `is told that its lane holds as many undecided values as it may`() throws {
    try with { [lane] hub, client in
      let most = UndecidedValues.most
      #expect(try hub.eventLoop.submit { hub.undecided.hold(most, of: lane) }.wait())
      #expect(try client.call(set).contains("limit.memory"))
      try hub.eventLoop.submit { hub.undecided.release(most, of: lane) }.wait()
      #expect(try client.call(set).contains("environment.unknown"))
    }
  }

  @Test func `is told in time that its lane has no memory for an answer`() throws {
    var timing = Hub.Timing()
    timing.room = .milliseconds(1)
    try with(timing) { [lane] hub, client in
      try hub.eventLoop.submit { hub.chargeReplies(1 << 30, lane) }.wait()
      #expect(try client.call(status).contains("limit.memory"))
      try hub.eventLoop.submit { hub.chargeReplies(-(1 << 30), lane) }.wait()
    }
  }

  private func call(_ client: SocketLines, _ method: String, _ parameters: String) throws {
    let line = #"{"jsonrpc":"2.0","id":3,"method":"\#(method)","params":{\#(parameters)}}"#
    #expect(try client.call(line).contains("\"result\""))
  }

  /// Has the only client make a request.
  private func furnish(_ client: SocketLines) throws {
    for (method, parameters) in [
      (
        "environment.create",
        #""name":"e","requesters":["uid:\#(geteuid())"],"rules":[{"reviewers":["uid:4711"],"required":1}]"#
      ), ("secret.set", #""environment":"e","name":"S","value":"v""#),
      ("request.create", #""environment":"e""#),
    ] { try call(client, method, parameters) }
  }

  /// Has the only client wait on a request.
  private func park(_ hub: Hub, _ client: SocketLines) throws {
    try furnish(client)
    try client.send(
      #"{"jsonrpc":"2.0","id":4,"method":"request.wait","params":{"request":1}}"# + "\n")
    #expect(
      try eventually {
        try ask(hub) { session in
          hub.unpark(session) && hub.waiters.park(session.id, on: 1, asOf: .max)
        }
      })
  }

  @Test func `keeps nothing of its lane's memory for an answer that people must give`() throws {
    try with { hub, client in
      try park(hub, client)
      #expect(try ask(hub) { $0.conversation.count == 1 && $0.conversation.reservedBytes == 0 })
    }
  }

  @Test func `is told of each event once, however many changes come while the record is read`()
    throws
  {
    try with { hub, client in
      try furnish(client)
      try call(client, "events.subscribe", #""after":0"#)
      try ask(hub) { session in for _ in 0..<20 { session.subscription?.news() } }
      try client.send(
        #"{"jsonrpc":"2.0","id":5,"method":"request.cancel","params":{"request":1}}"# + "\n")
      var events: [String] = []
      while events.last?.contains("request.cancelled") != true {
        let line = try #require(try client.line())
        if line.contains(#""method":"event""#) { events.append(line) }
      }
      #expect(events.count == 2, "\(events)")
    }
  }

  @Test func `has time to wait for room only once nothing of it is under way`() throws {
    try with { [lane] hub, client in
      try park(hub, client)
      try hub.eventLoop.submit { hub.chargeReplies(1 << 30, lane) }.wait()
      try client.send(status + "\n")
      #expect(try eventually { try ask(hub) { $0.conversation.count } == 2 })
      #expect(try ask(hub) { $0.lacksRoomSince == nil })
      try hub.eventLoop.submit { hub.chargeReplies(-(1 << 30), lane) }.wait()
    }
  }

  @Test func `is decided anew by what the account database says now, once what it said is old`()
    throws
  {
    try with { hub, client in
      try park(hub, client)
      let isForgotten = try ask(hub) { session in
        session.caller = session.caller.with(account: .nobody)
        session.accountAsked = .min / 2
        session.requestChanged()
        return session.caller.account == nil
      }
      #expect(isForgotten)
      let isKept = try ask(hub) { session in
        session.caller = session.caller.with(account: .nobody)
        session.accountAsked = hub.accounts.asked(of: session.caller.uid) + 30_000
        session.forgetOldAccount()
        return session.caller.account != nil
      }
      #expect(isKept)
    }
  }

  @Test func `holds its value until it is decided, over questions about its account`() throws {
    try with { [lane] hub, _ in
      let value = try [UInt8](repeating: 1, count: 100).withUnsafeBytes {
        try SecretBuffer(copying: $0)
      }
      let action = Action.call(
        .secretSet(
          SecretSet(
            environment: try EnvironmentName("e"), name: try SecretName("S"), value: value,
            cas: nil)))
      let left = try ask(hub) { session in
        _ = hub.undecided.hold(value.count, of: lane)
        let job = CommitQueue.Job(
          connection: session.id, lane: lane,
          command: Command(caller: session.caller, action: action))
        return [CommandReply.refused(.accountNeeded([1])), .done].map { reply in
          hub.deliver(
            CommitThread.Delivery(
              replies: [.init(job, reply)], changedRequests: [], signature: nil, trouble: nil,
              fault: nil, clock: nil))
          hub.loop.drain()
          return hub.undecided.isEmpty
        }
      }
      #expect(left == [false, true])
    }
  }

  @Test func `kernel-identity: is told of requests by whom it was seen to be, and not unseen`()
    throws
  {
    try with { hub, _ in
      let isKnown = try ask(hub) { session in
        [false, true].map { isSettled in
          session.inquiry.isSettled = isSettled
          session.inquiry.freshUntil = .now() + .seconds(60)
          return session.knownCaller() != nil
        }
      }
      #expect(isKnown == [false, true])
    }
  }

  @Test func `that comes while the daemon stops is ended`() throws {
    let bench = try DaemonBench()
    defer { bench.remove() }
    let daemon = try bench.start()
    defer { daemon.stop() }
    let hub = daemon.hub
    let client = try bench.client()
    #expect(try client.call(status).contains("running"))
    let isStopping = try ask(hub) { session in
      hub.stop {}
      // As if it were the next one.
      session.isStopping = false
      hub.opened(session)
      return session.isStopping
    }
    #expect(isStopping)
  }

  @Test func `kernel-identity: is what it was seen to be ahead of a call for a moment only`() throws
  {
    let bench = try DaemonBench()
    defer { bench.remove() }
    let looks = LookThreads()
    let hanging = Latch()
    let daemon = try bench.start(looks: looks, hasPeerDescriptors: false)
    defer {
      hanging.open()
      daemon.stop()
    }
    let client = try bench.client()
    try furnish(client)
    looks.begin(.max, lane) { hanging.wait() }
    for (ahead, answer) in [(TimeAmount.seconds(60), "\"result\""), (.zero, "peer.unknown")] {
      try ask(daemon.hub) { session in
        session.inquiry.isSettled = true
        session.inquiry.freshUntil = .now() + ahead
      }
      #expect(try client.call(set).contains(answer), "\(ahead)")
    }
  }
}
