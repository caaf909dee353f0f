import NIOCore

/// Whose process is looked at next.
///
/// Invariants:
/// - at most ``most`` looks hold a descriptor of a process, and at most ``mostOfLane`` of one lane: whoever waits
///   for its turn holds none, so that looks take none of what connections need;
/// - lanes take turns, and within a lane the order is that of asking.
struct LookQueue {
  /// What ``DescriptorLimit/reserve`` counts on.
  static let most = 64
  /// One is under way, the next is ready.
  static let mostOfLane = 2

  private var waiting: [Lane: CircularBuffer<UInt64>] = [:]
  private var turns: CircularBuffer<Lane> = []
  /// The connections whose processes are held.
  private var held: [UInt64: Lane] = [:]
  private var heldOf: [Lane: Int] = [:]

  /// Whether nobody waits or is looked at.
  var isEmpty: Bool { waiting.isEmpty && held.isEmpty }

  mutating func add(_ connection: UInt64, _ lane: Lane) {
    if waiting[lane]?.append(connection) == nil {
      waiting[lane] = [connection]
      turns.append(lane)
    }
  }

  /// The next connection whose process is held from now on; nil where nobody waits or there are enough.
  mutating func next() -> UInt64? {
    guard held.count < Self.most,
      let index = turns.firstIndex(where: { heldOf[$0, default: 0] < Self.mostOfLane })
    else { return nil }
    let lane = turns.remove(at: index)
    guard let connection = waiting[lane]?.popFirst() else { return nil }
    if waiting[lane]?.isEmpty == true { waiting[lane] = nil } else { turns.append(lane) }
    held[connection] = lane
    heldOf[lane, default: 0] += 1
    return connection
  }

  /// The process is not held any more.
  mutating func ended(_ connection: UInt64) {
    guard let lane = held.removeValue(forKey: connection) else { return }
    let left = heldOf[lane, default: 0] - 1
    heldOf[lane] = left > 0 ? left : nil
  }

  /// A connection that does not wait any more.
  mutating func remove(_ connection: UInt64, _ lane: Lane) {
    waiting[lane]?.removeAll { $0 == connection }
    guard waiting[lane]?.isEmpty == true else { return }
    waiting[lane] = nil
    turns.removeAll { $0 == lane }
  }
}

extension Hub {
  /// Has the process on the other end looked at, in its lane's turn.
  func look(at session: Session) {
    lookQueue.add(session.id, session.lane)
    beginLooks()
  }

  func lookEnded(_ connection: UInt64) {
    lookQueue.ended(connection)
    beginLooks()
  }

  /// A connection is gone: nobody looks for it any more.
  func takeBackLook(of session: Session) {
    lookQueue.remove(session.id, session.lane)
    if looks.takeBack(session.id, session.lane) { lookEnded(session.id) }
  }

  private func beginLooks() {
    while let connection = lookQueue.next() {
      if let session = sessions[connection] {
        session.beginLook()
      } else {
        lookQueue.ended(connection)
      }
    }
  }
}
