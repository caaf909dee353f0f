import SecretMemory
import VaultClient

/// Which request a job reads under: a new one, with what it says about itself, or one that was made earlier.
struct RequestTerms: Equatable {
  /// A request that another command made, by its number and the file that keeps its ticket.
  struct Earlier: Equatable {
    let id: Int64
    let ticketFile: String

    /// - Throws: ``CommandFault`` `ticket.file`.
    func ticket() throws -> SecretBuffer { try TicketFile.read(ticketFile) }
  }

  /// What a new request says.
  var claims = RequestClaims()
  var timeout: TimeSpan?
  /// Whether the wait ends with the process that started us.
  var endsWithParent = false
  /// The request that the command line names instead of a new one.
  var earlier: Earlier?

  /// Up to when the gate is waited for; nil without end.
  var deadline: WaitDeadline? { timeout?.deadline }
}
