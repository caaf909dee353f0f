import VaultCore
import VaultCrypto

/// What time and ended connections do to requests.
extension VaultEngine {
  /// A connection has ended, and with it what lived by it alone.
  func close(_ connection: UInt64, at now: Moment) throws {
    let ended = live.connectionEnded(connection, at: now)
    for id in ended.unattended {
      guard let request = try readable(id, at: now) else { continue }
      record(.grantUnattended, request, by: nil, at: now)
    }
    for id in ended.orphaned {
      try sweep(id, at: now) { $0.state == .active ? .closed(.abandoned) : nil }
    }
  }

  /// Ends one request; a row that does not verify is told and does not keep the others from their end.
  private func sweep(
    _ id: Int64, at now: Moment, _ ending: (AccessRequest) -> RequestState?
  ) throws {
    guard let request = try readable(id, at: now), let ending = ending(request) else { return }
    try end(request, ending, by: nil, at: now)
  }

  /// A request; one that does not verify is told, and nil.
  func readable(_ id: Int64, at now: Moment) throws -> AccessRequest? {
    do { return try rows.request(id) } catch let tampering as Tampering {
      report(tampering, at: now)
      return nil
    }
  }

  func tick(at now: Moment) throws -> Pending {
    wantsSignature = true
    // Bounded, so that no tick holds the loop for long; the rest comes a second later.
    for (id, unattended) in live.due(at: now, graceMilliseconds: Self.attendedGrace)
      .prefix(most(Self.mostEndedPerTick))
    {
      try sweep(id, at: now) { request in
        if request.state == .active { return .closed(.abandoned) }
        return unattended ? .cancelled : .expired
      }
    }
    if trouble != .scarce {
      for (key, count) in refusals.flush(at: now) { recordRefusal(key, count: count, at: now) }
    }
    return .ready(.done)
  }

  func recordRefusal(_ key: RefusalLog.Key, count: Int, at now: Moment) {
    trail.append(
      AuditRecord(
        at: now, event: .refused, subject: key.subject,
        details: [
          .init("method", key.method), .init("reason", key.reason), .init("count", "\(count)"),
        ]))
  }
}
