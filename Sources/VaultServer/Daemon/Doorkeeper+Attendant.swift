import VaultCore

extension Doorkeeper {
  /// Serves a socket through one door.
  /// - Parameter endGuests: ends the connections of those who were taken in; on the thread that accepts.
  func attendant(
    _ door: Door, endGuests: @escaping @Sendable (SocketName?) -> Void
  ) -> SocketWatch.Attendant {
    SocketWatch.Attendant(
      open: { self.open($0, door) },
      shut: { self.shut($0, door: nil) {} },
      evict: { descriptor in
        guard let descriptor else { return endGuests(door.name) }
        self.shut(descriptor, door: door) { endGuests(door.name) }
      })
  }
}
