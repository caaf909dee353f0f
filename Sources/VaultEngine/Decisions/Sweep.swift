import VaultCore
import VaultCrypto

/// What time and ended connections do to requests.
extension VaultEngine {
  func connectionEnded(_ caller: Caller, at now: Moment) throws -> Pending {
    endedConnections.insert(caller.connection)
    try closeEndedConnections(at: now)
    return .ready(.done)
  }

  func closeEndedConnections(at now: Moment) throws {
    for connection in endedConnections.sorted() {
      for id in live.connectionEnded(connection, at: now) {
        if let request = try rows.request(id), request.state == .active {
          try end(request, .closed(.abandoned), by: nil, at: now)
        }
      }
    }
  }

  func tick(at now: Moment) throws -> Pending {
    // Bounded, so that no tick holds the loop for long; the rest comes a second later.
    for (id, unattended) in live.due(at: now, graceMilliseconds: Self.attendedGrace)
      .prefix(Self.mostEndedPerTick)
    {
      guard let request = try rows.request(id) else { throw Refusal.storageTampered }
      if request.state == .active {
        try end(request, .closed(.abandoned), by: nil, at: now)
      } else {
        try end(request, unattended ? .cancelled : .expired, by: nil, at: now)
      }
    }
    wantsSignature = true
    for (key, count) in refusals.flush(at: now) { recordRefusal(key, count: count, at: now) }
    return .ready(.done)
  }

  func recordRefusal(_ key: RefusalLog.Key, count: Int, at now: Moment) {
    trail.append(
      AuditRecord(
        time: now.wall, event: .refused, uid: key.uid == .max ? nil : key.uid,
        details: [
          .init("method", key.method), .init("reason", key.reason), .init("count", "\(count)"),
        ]))
  }
}
