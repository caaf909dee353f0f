import VaultCore

extension Hub {
  /// Ends the connections that came through a job socket, or, without a name, through the main one.
  func endGuests(of name: SocketName?) {
    // Whoever was let in before waits for a turn to be taken in.
    loop.drain()
    for session in sessions.values {
      let came: SocketName? =
        if case .socket(let name) = session.caller.subject { name } else { nil }
      if came == name { session.cut() }
    }
  }
}
