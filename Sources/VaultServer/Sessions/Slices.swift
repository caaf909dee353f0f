import NIOCore

/// Connections that are to be looked after again, each once, in the order in which they were named: a slice of
/// them in one turn of the event loop, so that thousands do not hold it.
///
/// Sendable: touched on the hub's event loop alone.
final class Slices: @unchecked Sendable {
  /// At most so many connections are looked after in one turn, which takes them a millisecond or two.
  private static let slice = 64
  /// The pause between two slices, in which the event loop serves its other connections.
  private static let pause = TimeAmount.microseconds(100)

  private unowned let hub: Hub
  private let lookAfter: (Session) -> Void
  private var queue: CircularBuffer<UInt64> = []
  private var members: Set<UInt64> = []
  private var isUnderWay = false
  /// Whether another round was called for while one is under way.
  private var isWanted = false

  /// - Parameter lookAfter: what is done for each connection; it may name the connection again.
  init(_ hub: Hub, lookAfter: @escaping (Session) -> Void) {
    self.hub = hub
    self.lookAfter = lookAfter
  }

  func insert(_ id: UInt64) {
    if members.insert(id).inserted { queue.append(id) }
  }

  /// A connection that is gone; its place in the queue is passed over.
  func remove(_ id: UInt64) { members.remove(id) }

  /// Looks after each connection that is named now. One that is named again meanwhile waits for the next round.
  func go() {
    isWanted = isUnderWay
    guard !isUnderWay, !queue.isEmpty else { return }
    isUnderWay = true
    goOn(queue.count)
  }

  private func goOn(_ left: Int) {
    for _ in 0..<min(left, Self.slice) {
      guard let id = queue.popFirst(), members.remove(id) != nil else { continue }
      if let session = hub.sessions[id] { lookAfter(session) }
    }
    hub.flushAll()
    let left = left - Self.slice
    if left > 0 {
      // Not `execute`: the event loop runs what is executed before it looks at its sockets.
      hub.eventLoop.scheduleTask(in: Self.pause) { self.goOn(left) }
    } else {
      isUnderWay = false
      if isWanted { go() }
    }
  }
}
