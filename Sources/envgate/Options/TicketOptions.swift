import ArgumentParser
import SecretMemory

/// The ticket of a request that another command made, by the file that keeps it: never the ticket itself,
/// which every account on the host could read in the command line.
struct TicketOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp("The file with the request's ticket.", valueName: "path"),
    completion: .file())
  var ticketFile: String?

  /// The ticket; nil where no file is named.
  /// - Throws: ``CommandFault`` `ticket.file`.
  func ticket() throws -> SecretBuffer? { try ticketFile.map(TicketFile.read) }
}
