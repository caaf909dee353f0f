import VaultClient

/// One question to several vaults. All are connected to before the first is asked, so that ssh signs in
/// everywhere side by side; one that fails hides no other.
struct HostRound<Reply: HostedReply> {
  /// What came, in the order of the destinations; the host is nil for a socket of this one.
  private(set) var replies: [(host: HostName?, reply: Reply)] = []
  /// Whether several were asked, whatever became of them.
  let isMany: Bool
  private var first: (any Error)?

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
        guard let fault = CommandFault(error, on: destination.host) else { throw error }
        // A fault of this host's vault stays what it is: what was probably meant is said with it.
        if first == nil {
          first = destination.host == nil ? error : fault
        } else {
          Console.report(fault)
        }
      }
    }
  }

  /// Ends the command as the first vault that failed says; to be called once what came was printed.
  func end() throws { if let first { throw first } }
}

extension CommandFault {
  /// What an error says, with the host that it is about; nil for what is no fault.
  init?(_ error: any Error, on host: HostName?) {
    guard let fault = Failure.fault(error) else { return nil }
    // Those of ssh name it already.
    let isNamed = error is ClientFault && fault.reason.hasPrefix("host.")
    guard let host, !isNamed else {
      self = fault
      return
    }
    self = fault.saying("\(host.text): \(fault.sentence)")
  }
}
