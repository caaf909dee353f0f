/// Who waits on which request.
///
/// Invariant: no change is missed. Answers of the engine wait for their turn on the event loop, so a connection
/// may learn that a request is as it knew it after the loop has heard of the next change; deliveries have
/// numbers, and who learned less than the last change looks again.
struct Waiters {
  /// The requests whose last change is kept, while answers wait for their turn.
  private static let mostChanged = 10_000

  private var parked: [Int64: Set<UInt64>] = [:]
  /// In which delivery a request changed last.
  private var changed: [Int64: UInt64] = [:]
  /// Up to this delivery nothing more is known than that requests changed.
  private var forgotten: UInt64 = 0

  /// Has a connection wait for the next change.
  ///
  /// - Parameter delivery: what the connection was told came with it.
  /// - Returns: false where the request has changed since, so that it is to be looked at again.
  mutating func park(_ connection: UInt64, on request: Int64, asOf delivery: UInt64) -> Bool {
    guard delivery > forgotten, changed[request].map({ $0 < delivery }) ?? true else {
      return false
    }
    parked[request, default: []].insert(connection)
    return true
  }

  /// Whether the connection was waiting.
  mutating func unpark(_ connection: UInt64, from request: Int64) -> Bool {
    guard parked[request]?.remove(connection) != nil else { return false }
    if parked[request]?.isEmpty == true { parked[request] = nil }
    return true
  }

  /// Requests have changed.
  ///
  /// - Returns: the connections that are to look again.
  mutating func changed(_ requests: [Int64], in delivery: UInt64) -> [UInt64] {
    if changed.count + requests.count > Self.mostChanged {
      changed = [:]
      forgotten = delivery
    }
    return requests.flatMap { request -> [UInt64] in
      if forgotten < delivery { changed[request] = delivery }
      return (parked.removeValue(forKey: request) ?? []).sorted()
    }
  }

  /// Every answer so far has had its turn.
  mutating func settled() { if !changed.isEmpty { changed = [:] } }
}
