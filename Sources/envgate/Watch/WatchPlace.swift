import Synchronization
import VaultClient

/// A vault that is watched: the name of its host, where one was given, and how it is reached.
struct WatchPlace: Sendable {
  let host: String?
  private let first: Destination
  private let later: Destination
  private let hasBegun = BegunFlag()

  /// - Parameter isOnScreen: whether a screen will be drawn: once it is, ssh must not ask on that terminal.
  init(_ destination: Destination, isOnScreen: Bool) {
    host = destination.host?.text
    first = destination
    later =
      if isOnScreen, let host = destination.host { .host(host) } else { destination }
  }

  /// Connects; the first time while there is no screen yet.
  func connect() throws -> Connection {
    try Connection(hasBegun.set() ? later : first)
  }
}

/// Says whether it was set before.
private final class BegunFlag: Sendable {
  private let value = Atomic(false)

  func set() -> Bool { value.exchange(true, ordering: .relaxed) }
}
