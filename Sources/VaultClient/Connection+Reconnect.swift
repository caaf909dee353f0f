import Glibc
import VaultProtocol

extension Connection {
  /// Connects again where a connection was lost, and waits for a daemon that is being started anew.
  ///
  /// - Parameters:
  ///   - path: the daemon's socket.
  ///   - seconds: how long it is tried; 0 tries once, without a pause.
  ///   - vigil: what is minded meanwhile, and by the connection that comes of it.
  ///   - resume: what makes the connection of use to the caller, such as taking up a grant. It belongs
  ///     to the attempt, because a daemon that stops may take a connection and answer nothing on it.
  ///     It bounds its own calls.
  /// - Throws: the last attempt's fault when the time is over, and at once what time does not mend: no
  ///   permission, no socket at the path but a file, a refusal.
  public static func reconnect(
    path: String, within seconds: Int64, vigil: Vigil? = nil,
    resume: (Connection) throws -> Void = { _ in }
  ) throws -> Connection {
    let deadline = WaitDeadline(secondsFromNow: seconds)
    var pause = Self.shortestPause
    var wasKeptOut = false
    while true {
      do {
        // connect(2) minds nothing while it waits for room in a queue, so it gets a second at most.
        let attempt = vigil == nil || seconds == 0 ? deadline : WaitDeadline(secondsFromNow: 1)
        let connection = try Connection(path: path, deadline: attempt)
        connection.vigil = vigil
        try resume(connection)
        return connection
      } catch {
        // A daemon makes its socket closed and opens it a moment later, so only the second time counts.
        let isKeptOut = error as? ClientFault == .noPermission(path: path)
        let mayPass = Self.mayPass(error) || (isKeptOut && !wasKeptOut)
        wasKeptOut = isKeptOut
        guard mayPass, deadline.remaining > 0 else { throw error }
      }
      let length = min(pause, deadline.remaining)
      // Without a descriptor it only sleeps, and a signal may cut it short.
      if let vigil { try vigil.sleep(length) } else { _ = poll(nil, 0, length) }
      pause = min(pause * 2, Self.longestPause)
    }
  }

  private static let shortestPause: Int32 = 50
  private static let longestPause: Int32 = 1_000

  /// Whether a fault is one of a daemon that stops, is gone, or starts.
  public static func mayPass(_ error: any Error) -> Bool {
    switch error {
    case let fault as ClientFault:
      switch fault {
      case .noDaemon, .staleSocket, .busy, .connectionLost: true
      case .notASocket, .noPermission, .pathTooLong, .untrustedServer, .timedOut, .replyTooLong,
        .replyInvalid, .protocolNewer, .memoryExhausted, .system:
        false
      }
    case let error as WireError: error.known == .serverStopping
    default: false
    }
  }
}
