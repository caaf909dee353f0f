import VaultClient
import VaultProtocol

/// Refusals that are about the host and not about the request: an account database that did not answer, a clock on
/// trial, a full disk. The same call passes later, so nobody's approval is thrown away for them.
extension RequestFlow {
  /// How long a refusal is waited out.
  private enum Patience {
    /// As long as for anything else: up to `--timeout`, or the end of the approval.
    case likeTheWait
    /// Somebody has to mend it; it passes by itself where it was there for a moment only.
    case seconds(Int64)
  }

  /// The pause before the next try, in seconds. A uid about which the account database gave no answer is not asked
  /// about again for as long.
  private static let hostPause: Int64 = 2
  private static let mendPatience: Int64 = 60
  /// A grant that is not read within a minute ends.
  private static let readPatience: Int64 = 45

  private static func patience(_ reason: Reason?) -> Patience? {
    switch reason?.row.retry {
    case .passes: .likeTheWait
    case .mended: .seconds(mendPatience)
    case .never, nil: nil
    }
  }

  /// Activates, and tries again where the host was in the way; the request keeps its place meanwhile.
  /// - Throws: ``CommandFault`` with the vault's reason, where the time is over.
  func inTurnPatiently(_ id: Int64, _ found: RequestView?) throws -> RequestView {
    var mended: WaitDeadline?
    while true {
      try attendant.requireCompany()
      do { return try inTurn(id, found) } catch let error as WireError {
        guard let patience = Self.patience(error.known) else { throw error }
        hasWaited = true
        if case .seconds(let seconds) = patience {
          let until = mended ?? WaitDeadline(secondsFromNow: seconds)
          mended = until
          if until.remaining == 0 { throw error }
        }
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
    let end = WaitDeadline(secondsFromNow: Self.readPatience)
    while true {
      do { return try body() } catch let error as WireError
        where Self.patience(error.known) != nil && end.remaining > 0
      {
        try Vigil(every: 1_000) {}.sleep(1_000)
      }
    }
  }
}
