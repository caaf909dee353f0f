import VaultClient
import VaultProtocol

/// What the host refuses is not the request's fault: the same call passes later, so nobody's approval is thrown away
/// for it (``HostPatience``).
extension RequestFlow {
  /// The pause before the next try, in seconds. A uid about which the account database gave no answer is not asked
  /// about again for as long.
  private static let hostPause: Int64 = 2
  /// A grant that is not read within a minute ends.
  private static let readPatience: Int64 = 45

  /// Activates, and tries again where the host was in the way; the request keeps its place meanwhile.
  /// - Throws: ``CommandFault`` with the vault's reason, where the time is over.
  func inTurnPatiently(_ id: Int64, _ found: RequestView?) throws -> RequestView {
    var patience = HostPatience()
    while true {
      try attendant.requireCompany()
      do { return try inTurn(id, found) } catch let error as WireError {
        guard patience.allows(error.known, at: WaitDeadline.now) else { throw error }
        hasWaited = true
        attendant.progress.end()
        if inTheWay == nil {
          attendant.progress.note(
            PlainText.shown(
              "request \(id) stays approved; trying again: \(error.reason): \(error.message)"))
        }
        let fault = CommandFault(error)
        inTheWay = fault
        let pause = WaitDeadline(secondsFromNow: Self.hostPause)
        while pause.remaining > 0 {
          if let deadline, deadline.remaining == 0 { throw timeIsOver(id, found, fault) }
          try attendant.vigil.sleep(min(pause.remaining, deadline?.remaining ?? .max))
        }
      }
    }
  }

  func timeIsOver(_ id: Int64, _ found: RequestView?, _ fault: CommandFault) -> CommandFault {
    stillWaiting(id, attended: found?.attended ?? true, fault.sentence) { fault.saying($0) }
  }

  /// Reads what is granted, and tries again likewise.
  func readPatiently<Read>(_ body: () throws -> Read) throws -> Read {
    var patience = HostPatience(until: WaitDeadline.now + Self.readPatience * 1_000)
    while true {
      do { return try body() } catch let error as WireError
        where patience.allows(error.known, at: WaitDeadline.now)
      {
        try Vigil(every: 1_000) {}.sleep(1_000)
      }
    }
  }
}
