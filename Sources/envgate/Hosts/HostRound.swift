import VaultClient

/// One question to several vaults. All are connected to before the first is asked, so that ssh signs in
/// everywhere side by side; one that fails hides no other.
struct HostRound<Reply: HostedReply> {
  /// What came, in the order of the destinations; the host is nil for a socket of this one.
  private(set) var replies: [(host: HostName?, reply: Reply)] = []
  /// Whether several were asked, whatever became of them.
  let isMany: Bool
  private var faults = FirstFault()

  /// - Parameter question: asked of each. What it throws is told at once, but for the first fault, which
  ///   ``end()`` throws.
  init(_ destinations: [Destination], _ question: (Connection) throws -> Reply) throws {
    isMany = destinations.count > 1
    let connections = destinations.map { destination in
      Result { try Connection(destination) }
    }
    for (destination, connection) in zip(destinations, connections) {
      do {
        let reply = try question(connection.get())
        if destination.host != nil { try reply.requireNamelessObjects() }
        replies.append((destination.host, reply))
      } catch {
        try faults.take(error, on: destination.host)
      }
    }
  }

  /// Ends the command as the first vault that failed says; to be called once what came was printed.
  func end() throws { try faults.end() }
}
