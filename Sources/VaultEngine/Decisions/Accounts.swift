import VaultCalls
import VaultCore
import VaultCrypto

/// What the account database has to say before an approval or an activation, and about approvals that were given.
///
/// Invariants:
/// - it is asked last, when all else would let the call through, so that nobody without a role has it asked, and
///   about each account once more at most;
/// - an answer that an approval or an activation relies on is at most ``freshness`` old in the commit;
/// - no answer changes nothing, and refuses the call.
extension VaultEngine {
  /// How old, in milliseconds, an answer may be in the commit that relies on it.
  static let freshness: Int64 = 5_000

  /// What the database says about accounts, by answers that are fresh.
  /// - Throws: ``AccountWish/afresh(_:)`` with those that must be asked about; `Refusal.accountUnavailable` where
  ///   there was no answer, or an old one. The engine refuses that itself, so that the call leaves its place.
  func afresh(
    _ uids: [UInt32], _ command: Command, at now: Moment
  ) throws -> [UInt32: AccountAnswer] {
    var answers: [UInt32: AccountAnswer] = [:]
    var missing: [UInt32] = []
    for uid in uids {
      guard let answer = fresh(uid, command, at: now) else {
        missing.append(uid)
        continue
      }
      if answer == .unavailable { throw Refusal.accountUnavailable }
      answers[uid] = answer
    }
    // Once for each: where the answer came too late for the commit, the next call may have better luck.
    if missing.contains(where: { command.accounts[$0] != nil }) { throw Refusal.accountUnavailable }
    if !missing.isEmpty { throw AccountWish.afresh(missing) }
    return answers
  }

  private func fresh(_ uid: UInt32, _ command: Command, at now: Moment) -> AccountAnswer? {
    command.accounts[uid].flatMap { now.boot - $0.asked <= Self.freshness ? $0.answer : nil }
  }

  /// The caller, by a fresh answer where the command brings one.
  func caller(of command: Command, at now: Moment) -> Caller {
    let caller = command.caller
    return fresh(caller.uid, command, at: now).map { caller.with(account: $0) } ?? caller
  }

  /// Decides, and where a kept answer of the account database refuses a caller who may be named by now, has the
  /// database asked again. Only for whom the kernel shows the uid or the group that a rule names: nobody else can
  /// have it asked.
  func doubting(_ command: Command, _ decide: () throws -> Pending) throws -> Pending {
    do { return try decide() } catch let refusal as Refusal where refusal.isForWantOfRole {
      if !command.isDoubtSettled, command.accounts.isEmpty, try mayBeNamed(command) {
        throw AccountWish.doubted(command.caller.uid)
      }
      throw refusal
    }
  }

  private func mayBeNamed(_ command: Command) throws -> Bool {
    switch command.caller.account {
    case .known?, .nobody?: break
    case nil, .unavailable?: return false
    }
    guard command.caller.subject.uid != nil, let id = command.action.call?.request,
      let request = try rows.request(id),
      let gate = try rows.environment(id: request.environment)?.gate
    else { return false }
    let kernel = command.caller.with(account: nil)
    // What only the account database could decide is what may have changed.
    do {
      if case .call(.grantActivate, _) = command.action {
        if request.requester.isSubject(of: kernel) { _ = try gate.requesters.include(kernel) }
      } else {
        _ = try gate.rules.flatMap(\.reviewers).empowering(kernel)
      }
      return false
    } catch { return true }
  }

  /// The accounts on which an activation depends: whoever asks, where a bare uid is not enough, and those who
  /// approved.
  func accountsInNeed(
    of request: AccessRequest, in environment: Environment, _ caller: Caller
  ) -> [UInt32] {
    let isCertain = (try? environment.gate.requesters.include(caller.with(account: nil))) ?? false
    let own = isCertain || caller.subject.uid == nil ? [] : [caller.uid]
    return own + request.reviewersInNeed.filter { !own.contains($0) }
  }

  /// What the database has made of a request's approvals, on the record.
  func recordRecheck(_ next: AccessRequest, since request: AccessRequest, at now: Moment) {
    let (lost, restored) = Self.changes(request, next)
    for (event, names) in [(AuditEvent.approvalLost, lost), (.approvalRestored, restored)]
    where !names.isEmpty {
      record(
        event, next, by: nil, at: now,
        [
          ("of", names.joined(separator: ",")), ("was", request.state.text),
          ("state", next.state.text),
        ])
    }
  }

  private static func changes(
    _ request: AccessRequest, _ next: AccessRequest
  ) -> (lost: [String], restored: [String]) {
    var lost: [String] = []
    var restored: [String] = []
    for (before, after) in zip(request.reviews, next.reviews) where before.absence != after.absence
    {
      let name = after.name ?? "uid:\(after.uid)"
      if after.standing.count > before.standing.count {
        restored.append(name)
      } else {
        lost.append(name)
      }
    }
    return (lost, restored)
  }

  // MARK: The round of reviewers

  /// How many requests one slice of a round looks at; what it writes is a part of the commit's
  /// budget.
  static let mostRechecked = 64

  /// Takes over what the database says of a reviewer, for some of the requests that they approved.
  func recheckReviewer(
    _ uid: UInt32, _ answer: FreshAnswer, after: Int64, at now: Moment
  ) throws -> Pending {
    var last = after
    for (index, id) in live.watched(by: uid, after: after).enumerated() {
      if budget <= 0 || index == Self.mostRechecked {
        return .ready(.rechecked(next: last))
      }
      last = id
      // What is decided already is not decided anew.
      guard live[id]?.decision == nil, let request = try readable(id, at: now),
        let environment = try rows.environment(id: request.environment),
        let next = request.rechecked(
          [uid: answer.answer], asked: answer.asked, in: environment, people: configuration.people,
          record: trail.sequence + 1, at: now)
      else { continue }
      try rows.put(next)
      live.update(next)
      recordRecheck(next, since: request, at: now)
      recordStanding(next, by: nil, at: now)
      budget -= 1
    }
    return .ready(.rechecked(next: nil))
  }
}

extension Refusal {
  /// Whether somebody is told no because of who they are.
  fileprivate var isForWantOfRole: Bool {
    switch self {
    case .accessDenied, .notAReviewer, .requestUnknown, .environmentUnknown: true
    default: false
    }
  }
}
