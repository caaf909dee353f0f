extension Promise {
  /// - Attack: Another job of the same account, or another account with the ticket, uses a request
  ///   or its grant.
  /// - Promise: Only the connection that made the request, or its ticket under the same account,
  ///   can use it.
  package static let ticketAndAccount = Promise(.askerAlone)

  /// - Attack: Another job of the same job socket uses a request.
  /// - Promise: It needs the connection or the ticket of that request, as accounts do.
  package static let jobSocketTicket = Promise(.askerAlone)

  /// - Attack: Somebody else takes a grant over while the daemon restarts.
  /// - Promise: Resuming a grant takes its ticket, its account and the whole gate, and is possible
  ///   for a minute.
  package static let resumeNeedsAll = Promise(.askerAlone)

  /// - Attack: Another job of the account reads what a request says, to copy it or to learn from
  ///   it.
  /// - Promise: It sees number, environment and state, by every method and in events. Everything
  ///   else is for the connection, the ticket and roles.
  package static let othersSeeLittle = Promise(.askerAlone)

  /// - Attack: Another job keeps an abandoned request alive, to have it approved.
  /// - Promise: An attended request lives by the connection that made it or by its ticket.
  package static let nobodyElseKeepsAlive = Promise(.askerAlone)

  /// - Attack: A job ends somebody else's request by superseding it.
  /// - Promise: Superseding takes the ticket or the connection of the older request.
  package static let supersedeNeedsTicket = Promise(.askerAlone)

  /// - Attack: Somebody else can read a ticket file, or has put a file or a link in its place.
  /// - Promise: A ticket is read only from a plain file that is closed to others, and never written
  ///   over an existing one.
  package static let ticketFilesAreOurs = Promise(.askerAlone)

  /// - Attack: Two projects of one account share a ticket file: one uses or ends what was approved
  ///   for the other.
  /// - Promise: The recipes keep tickets by project and job. A job of the account that looks for
  ///   other tickets finds them.
  package static let ticketsByProject = Promise(.askerAlone)
}
