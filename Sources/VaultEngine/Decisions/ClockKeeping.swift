public import VaultCore
import VaultCrypto
import VaultStore

/// The clock that the vault goes by, as the sealed head keeps it (``ClockState``).
extension VaultEngine {
  /// Keeps what a look at the clocks came to; a step is on the record, since it may end what lives.
  func keep(_ look: ClockState.Look) {
    trail.head.clock = look.state
    guard let step = look.step else { return }
    trail.append(
      AuditRecord(
        at: look.moment, event: .clockAdopted,
        details: [
          .init("from", step.from.map { Timestamp.text(milliseconds: $0) } ?? "none"),
          .init("to", Timestamp.text(milliseconds: step.to)),
        ]))
  }

  /// Whether the clock is worth a head of its own. Where there is hardly any room, it goes with the next one.
  var owesClock: Bool {
    lasting.trouble != .scarce && trail.head.clock.isWorthStoring(after: lasting.storedClock)
  }

  /// What a reset came to.
  public struct ClockReset: Sendable {
    /// The highest time that the vault had adopted before.
    public let highest: Int64
    /// How many requests and grants have ended.
    public let ended: Int
  }

  /// Takes what the host's clock shows for right, from here on, and ends every live request and grant: what was
  /// made under another clock may live longer, or shorter, than it was meant to. On the record, and signed.
  ///
  /// For a daemon that is stopped. The clock comes last, so that a reset that fails is begun anew.
  /// - Parameters:
  ///   - uid: who asks for it.
  ///   - slice: the requests that one transaction ends.
  public func resetClock(by uid: UInt32, now reading: ClockReading, slice: Int = 500)
    throws(EngineFault)
    -> ClockReset
  {
    do {
      let highest = trail.head.clock.highest
      let root = Caller(
        uid: uid, kernelGroups: [], isOverflow: false, connection: 0, account: .nobody)
      let now = trail.head.clock.looked(at: reading).moment
      let ended = try endAll(by: root, because: "clock.reset", at: now, slice: slice)
      try commitAlone(at: now) {
        trail.head.clock = ClockState(adopting: reading)
        // What was decided before is done with: nothing is live.
        trail.head.endings = []
        trail.append(
          AuditRecord(
            at: now, event: .clockReset, subject: root.subject,
            details: [
              .init("from", Timestamp.text(milliseconds: highest)),
              .init("to", Timestamp.text(milliseconds: reading.wall)),
              .init("ended", "\(ended)"),
            ]))
      }
      return ClockReset(highest: highest, ended: ended)
    } catch { throw EngineFault(error) }
  }

  /// Ends every live request and grant, for a daemon that is stopped.
  /// - Parameter slice: those that one transaction ends.
  /// - Returns: how many there were.
  @discardableResult
  func endAll(
    by root: Caller, because reason: String, at now: Moment, slice: Int = 500
  ) throws -> Int {
    // Those too that an earlier command has decided about, and whose rows do not say so yet.
    let ids = live.entries.keys.sorted()
    for start in stride(from: 0, to: ids.count, by: slice) {
      try commitAlone(at: now) {
        for id in ids[start..<min(start + slice, ids.count)] {
          guard let request = try rows.request(id) else { continue }
          let end: RequestState =
            live[id]?.decision?.end ?? (request.state == .waiting ? .cancelled : .revoked)
          try self.end(request, end, by: root, at: now, [("by", reason)])
        }
      }
    }
    return ids.count
  }

  /// One signed transaction without commands.
  func commitAlone(at now: Moment, _ body: () throws -> Void) throws {
    take(.begin)
    do {
      try store.begin()
      try body()
      try writeHead()
      let signature = try signer.sign(trail.head, at: now)
      try store.commit()
      take(.keep)
      lasting.signedThrough = signature.sequence
    } catch {
      store.rollback()
      take(.rollBack)
      throw error
    }
  }
}
