import VaultCalls
import VaultCore
import VaultCrypto

/// What the head keeps of a restore: the gates since then are those of the backup's day.
struct Restored: Hashable, Sendable, Canonical {
  /// The moment of the backup that the gates are from, in milliseconds since the epoch.
  var asOf: Int64
  /// How often the vault was restored.
  var epoch: Int64
  /// The protected environments whose gates no admin has looked at since. Nothing is activated there.
  var unconfirmed: [Int64]

  init(asOf: Int64, epoch: Int64, unconfirmed: [Int64]) {
    self.asOf = asOf
    self.epoch = epoch
    self.unconfirmed = unconfirmed
  }

  func encode(into encoder: inout CanonicalEncoder) {
    encoder.integer(asOf)
    encoder.integer(epoch)
    encoder.list(unconfirmed) { $0.integer($1) }
  }

  init(from decoder: inout CanonicalDecoder) throws(DecodingFault) {
    asOf = try decoder.integer()
    epoch = try decoder.integer()
    unconfirmed = try decoder.list { decoder throws(DecodingFault) in try decoder.integer() }
  }
}

extension VaultEngine {
  /// Numbers that a lost vault may have given since the backup are never given again.
  static let restoredNumbers: Int64 = 1_000_000

  /// Goes on from a backup where the vault that it was made of is lost.
  func restore(asOf time: Int64, by uid: UInt32, now reading: ClockReading) throws {
    var unconfirmed: [Int64] = []
    try forEachEnvironment { if !$0.gate.isUnprotected { unconfirmed.append($0.id) } }
    try noteRestore(
      asOf: time, by: uid, gates: (time, unconfirmed), numbers: Self.restoredNumbers, now: reading)
  }

  /// On the record first; then every request and grant ends, and the host's clock counts.
  /// - Parameters:
  ///   - gates: those that an admin has to confirm, and the moment that they are from.
  ///   - numbers: of environments and requests that are passed over.
  func noteRestore(
    asOf time: Int64, by uid: UInt32, gates: (asOf: Int64, unconfirmed: [Int64]), numbers: Int64,
    now reading: ClockReading
  ) throws {
    let root = Caller(
      uid: uid, kernelGroups: [], isOverflow: false, connection: 0, account: .nobody)
    let now = trail.head.clock.looked(at: reading).moment
    let epoch = (trail.head.restored?.epoch ?? 0) + 1
    let live = self.live.entries.count
    try commitAlone(at: now) {
      trail.append(
        AuditRecord(
          at: now, event: .vaultRestored, subject: root.subject,
          details: [
            .init("as_of", Timestamp.text(milliseconds: time)), .init("epoch", "\(epoch)"),
            .init("sequence", "\(trail.head.sequence)"), .init("head", trail.head.hash.hex),
            .init("ended", "\(live)"),
          ]))
      trail.head.restored = Restored(
        asOf: gates.asOf, epoch: epoch, unconfirmed: gates.unconfirmed)
      trail.head.nextEnvironment += numbers
      trail.head.nextRequest += numbers
    }
    try endAll(by: root, because: "vault.restored", at: now)
    try commitAlone(at: now) {
      trail.head.clock = ClockState(adopting: reading)
      // What was decided before is done with: nothing is live.
      trail.head.endings = []
    }
  }

  /// An admin has looked at a gate as it is now: it counts again.
  func confirmGate(of environment: Environment, by caller: Caller, at now: Moment) {
    guard trail.head.restored?.unconfirmed.contains(environment.id) == true else { return }
    forgetRestored(environment)
    trail.append(
      AuditRecord(
        at: now, event: .environmentConfirmed, subject: caller.subject, account: caller.name,
        environment: environment.name.text,
        details: [.init("revision", "\(environment.revision)")]))
  }

  /// Nothing of an environment is left to be confirmed.
  func forgetRestored(_ environment: Environment) {
    trail.head.restored?.unconfirmed.removeAll { $0 == environment.id }
  }

  /// Nothing is activated under a gate of an earlier day until an admin has looked at it.
  func requireConfirmed(_ environment: Environment) throws {
    guard let restored = trail.head.restored, restored.unconfirmed.contains(environment.id)
    else { return }
    throw Refusal.gateUnconfirmed(
      environment: environment.name.text, revision: environment.revision, asOf: restored.asOf)
  }

  /// What `server.status` says of it; nil where every gate is confirmed.
  func unconfirmedGates() throws -> RestoredGates? {
    guard let restored = trail.head.restored, !restored.unconfirmed.isEmpty else { return nil }
    let names = try restored.unconfirmed.prefix(RestoredGates.mostNamed).compactMap {
      try rows.environment(id: $0)?.name.text
    }
    return RestoredGates(asOf: restored.asOf, count: restored.unconfirmed.count, names: names)
  }
}
