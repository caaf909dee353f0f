import NIOCore
import VaultCalls
import VaultCore
import VaultEngine
import VaultProtocol

/// Each lane's part of the daemon, as the sessions ask for it (``Shares``).
extension Hub {
  /// The kinds of refusals that are told apart within one second.
  private static let mostRefused = 512

  // MARK: Time

  func chargeLine(_ bytes: Int, _ lane: Lane) {
    shares.chargeLine(bytes, lane, now: .now())
  }

  /// What a call takes beyond its line; nil where the lane has that, else how long until it has.
  func take(_ traits: Traits, lineBytes: Int, _ lane: Lane) -> TimeAmount? {
    shares.take(traits, lineBytes: lineBytes, lane, now: .now())
  }

  /// Whether the session must wait until its lane's next line may be looked at; it goes on by itself then.
  func mustPause(_ session: Session) -> Bool {
    let pause = shares.pause(session.lane, now: .now())
    if pause == .zero { return false }
    if !session.isPaced {
      session.isPaced = true
      if paced[session.lane] == nil {
        paced[session.lane] = []
        goOn(session.lane, after: pause)
      }
      paced[session.lane]?.append(session.id)
    }
    return true
  }

  private func goOn(_ lane: Lane, after pause: TimeAmount) {
    // Not for each single line: that would be a timer for each.
    eventLoop.scheduleTask(in: max(pause, .milliseconds(5))) { self.goOn(lane) }
  }

  private func goOn(_ lane: Lane) {
    // Each once: who must wait again comes behind the others.
    for _ in 0..<(paced[lane]?.count ?? 0) {
      let pause = shares.pause(lane, now: .now())
      if pause > .zero {
        goOn(lane, after: pause)
        return
      }
      guard let id = paced[lane]?.popFirst() else { break }
      guard let session = sessions[id] else { continue }
      session.isPaced = false
      session.advance()
    }
    if paced[lane]?.isEmpty == true {
      paced[lane] = nil
    } else {
      goOn(lane, after: shares.pause(lane, now: .now()))
    }
  }

  // MARK: Memory

  func chargeLines(_ bytes: Int, _ lane: Lane) {
    if bytes > 0 { shares.lines.add(bytes, lane) } else { shares.lines.give(-bytes, lane) }
  }

  func chargeReplies(_ bytes: Int, _ lane: Lane) {
    if bytes > 0 { shares.replies.add(bytes, lane) } else { shares.replies.give(-bytes, lane) }
  }

  /// Whether a lane holds as many bytes of lines as it may.
  func isOverfull(_ lane: Lane) -> Bool { !shares.lines.admits(0, lane) }

  /// Whether a lane has memory for an answer of so many bytes.
  func admitsReply(_ bytes: Int, _ lane: Lane) -> Bool { shares.replies.admits(bytes, lane) }

  // MARK: The record

  /// Counts a refusal for the record, which the engine keeps.
  func noteRefusal(_ caller: Caller, _ method: String, _ error: WireError) {
    var key = Admission.Refused(
      subject: caller.subject, isNobody: caller.isNobody, method: method, reason: error.reason)
    if refused[key] == nil && refused.count >= Self.mostRefused {
      key = Admission.Refused(
        subject: caller.subject, isNobody: caller.isNobody, method: "any", reason: "any")
      // What is beyond all bounds is at least counted with somebody's.
      if refused[key] == nil, let other = refused.keys.first { key = other }
    }
    refused[key, default: 0] += 1
  }

  func flushRefusals(now: NIODeadline) {
    let turnedAway = admission.settle(now: now)
    // They got no answer of a session, where the others are counted.
    for (key, count) in turnedAway { meters.refused(key.reason, times: count) }
    refused.merge(turnedAway) { $0 + $1 }
    if refused.isEmpty { return }
    let calls = refused.map { key, count in
      RefusedCalls(
        subject: key.subject, isNobody: key.isNobody, method: key.method, reason: key.reason,
        count: count)
    }
    refused.removeAll(keepingCapacity: true)
    submitOwn(.noteRefusals(calls))
  }
}

extension TimeAmount {
  /// Whole milliseconds, rounded up.
  var milliseconds: Int64 { (nanoseconds + 999_999) / 1_000_000 }
}
