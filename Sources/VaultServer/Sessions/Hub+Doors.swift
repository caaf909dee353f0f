import VaultCore

extension Hub {
  /// Ends the connections that came through a job socket, or, without a name, through the main one.
  func endGuests(of name: SocketName?) {
    for session in sessions.values {
      let came: SocketName? =
        if case .socket(let name) = session.caller.subject { name } else { nil }
      if came == name { session.cut() }
    }
  }
}
