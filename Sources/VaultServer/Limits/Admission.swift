import NIOCore
import VaultCore
import VaultProtocol

/// Who may have one more connection: each lane's part of them, and how fast it is taken in.
///
/// Sendable: the thread that accepts asks, the event loop gives back; all state is behind one lock.
final class Admission: Sendable {
  /// A kind of refusal by a limit.
  struct Refused: Hashable {
    let subject: Subject
    let isNobody: Bool
    let method: String
    let reason: String
  }

  private struct State {
    var connections: SharedPool
    var connects: TokenBuckets
    var refused: [Refused: Int] = [:]
  }

  /// The kinds of refusals that are told apart between two looks at them.
  private static let mostRefused = 512

  private let state: Locked<State>

  init(_ limits: Shares.Limits) {
    state = Locked(
      State(
        connections: SharedPool(total: limits.connections, part: limits.connectionsPerLane),
        connects: TokenBuckets(limits.connects)))
  }

  /// Takes a connection for a lane; false where it may not have one.
  func admit(_ lane: Lane, _ subject: Subject) -> Bool {
    state.withLock { state in
      let isAdmitted = Self.hasRoom(state.connections, lane) && state.connections.take(1, lane)
      if !isAdmitted { Self.note(&state, subject, .connectionLimit) }
      return isAdmitted
    }
  }

  /// Root of a container can be each account of the host in turn: what is left at last is for those who were found.
  private static func hasRoom(_ connections: SharedPool, _ lane: Lane) -> Bool {
    guard case .unseen = lane else { return true }
    return connections.used < connections.total - connections.total / 8
  }

  /// How long the next connection of a lane waits before it is taken in; zero, and then it counts, where it
  /// need not.
  func pause(_ lane: Lane, now: NIODeadline) -> TimeAmount {
    state.withLock { state in
      state.connects.take(1, lane, now: now) ? .zero : state.connects.wait(for: 1, lane, now: now)
    }
  }

  /// Gives a connection back.
  func leave(_ lane: Lane) { state.withLock { $0.connections.give(1, lane) } }

  /// The connections that are open.
  var open: Int { state.withLock { $0.connections.used } }

  /// Whether so many connections are open that it matters who else has a part in what is left.
  var isCrowded: Bool {
    state.withLock { $0.connections.used > $0.connections.total / 2 }
  }

  /// Other limits from now on; what is in use stays in use.
  func adopt(_ limits: Shares.Limits) {
    state.withLock { state in
      state.connections = state.connections.with(
        total: limits.connections, part: limits.connectionsPerLane)
      state.connects.adopt(limits.connects)
    }
  }

  /// Forgets lanes that have used nothing lately, and answers what was refused since the last time.
  func settle(now: NIODeadline) -> [Refused: Int] {
    state.withLock { state in
      state.connects.forgetIdle(now: now)
      defer { state.refused = [:] }
      return state.refused
    }
  }

  private static func note(_ state: inout State, _ subject: Subject, _ error: WireError) {
    let kind = Refused(subject: subject, isNobody: false, method: "connect", reason: error.reason)
    guard state.refused[kind] != nil || state.refused.count < mostRefused else { return }
    state.refused[kind, default: 0] += 1
  }
}
