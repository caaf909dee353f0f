import VaultCore
import VaultCrypto

/// What time and ended connections do to requests.
extension VaultEngine {
  /// A connection has ended, and with it what lived by it alone.
  func close(_ connection: UInt64, at now: Moment) throws {
    dropImport(of: connection)
    dropBackup(of: connection)
    let ended = live.connectionEnded(connection, at: now)
    for id in ended.unattended {
      guard let request = try readable(id, at: now) else { continue }
      record(.grantUnattended, request, by: nil, at: now)
    }
    for end in [LiveRequests.Decision.abandoned, .ended] {
      try decide(ended.orphaned[end] ?? [], end, by: nil, at: now)
    }
  }

  /// A request; one that does not verify is told, and nil.
  func readable(_ id: Int64, at now: Moment) throws -> AccessRequest? {
    do { return try rows.request(id) } catch let tampering as Tampering {
      report(tampering, at: now)
      return nil
    }
  }

  func tick(at now: Moment) throws -> Pending {
    draft.work.wantsSignature = true
    live.turns.tick(live.indexes.active, at: now)
    dropIdleImports(at: now)
    // What is left of it follows in the next commits; on a scarce disk with the next tick.
    backlog.sweep = Backlog.Sweep()
    while try budget > 0 && sweep(at: now) {}
    if lasting.trouble != .scarce {
      for (key, count) in draft.refusals.flush(at: now) {
        recordRefusal(key, count: count, at: now)
      }
    }
    return .ready(.done)
  }

  func recordRefusal(_ key: RefusalLog.Key, count: Int, at now: Moment) {
    let credential = key.credential.map { [AuditRecord.Detail("credential", $0)] } ?? []
    trail.append(
      AuditRecord(
        at: now, event: .refused, subject: key.subject,
        details: [
          .init("method", key.method), .init("reason", key.reason), .init("count", "\(count)"),
        ] + credential))
  }
}
