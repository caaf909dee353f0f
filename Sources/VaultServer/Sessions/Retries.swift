import NIOCore

/// Connections that found no room and try again, each once a round, in the order in which they were named.
///
/// Invariant: a round begins when the last one is over, so however often room is made, thousands that find none
/// are not tried faster than the event loop can try them.
///
/// Sendable: used on the hub's event loop alone.
final class Retries: @unchecked Sendable {
  /// Has one connection try again, and calls what it is given when that is over.
  private let begin: (UInt64, @escaping () -> Void) -> Void
  private var queue: CircularBuffer<UInt64> = []
  private var members: Set<UInt64> = []
  private var underWay = 0
  private var isWanted = false

  init(begin: @escaping (UInt64, @escaping () -> Void) -> Void) { self.begin = begin }

  func insert(_ id: UInt64) {
    if members.insert(id).inserted { queue.append(id) }
  }

  /// A connection that is gone.
  func remove(_ id: UInt64) { members.remove(id) }

  /// Begins a round with those that are named now, or has one begin after the present one.
  func go() {
    guard underWay == 0 else {
      isWanted = true
      return
    }
    isWanted = false
    if queue.isEmpty { return }
    let round = queue.filter { members.contains($0) }
    queue.removeAll()
    members.removeAll()
    underWay = round.count
    for id in round { begin(id) { self.over() } }
  }

  private func over() {
    underWay -= 1
    if underWay == 0 && isWanted { go() }
  }
}
