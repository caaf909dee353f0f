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
    try reconnect(to: .socket(path: path), within: seconds, vigil: vigil, resume: resume)
  }

  /// As ``reconnect(path:within:vigil:resume:)``, wherever the vault is. Over ssh a connection says nothing yet
  /// of the host, so `resume` must make a call.
  /// - Throws: likewise.
  public static func reconnect(
    to destination: Destination, within seconds: Int64, vigil: Vigil? = nil,
    resume: (Connection) throws -> Void = { _ in }
  ) throws -> Connection {
    let deadline = WaitDeadline(secondsFromNow: seconds)
    let isFar = destination.host != nil
    var pause = isFar ? Self.shortestFarPause : Self.shortestPause
    let longestPause = isFar ? Self.longestFarPause : Self.longestPause
    var wasKeptOut = false
    while true {
      do {
        // connect(2) minds nothing while it waits for room in a queue, so it gets a second at most.
        let attempt =
          vigil == nil || seconds == 0 || isFar ? deadline : WaitDeadline(secondsFromNow: 1)
        let connection = try Connection(destination, outlivesUs: false, deadline: attempt)
        connection.vigil = vigil
        try resume(connection)
        return connection
      } catch {
        // A daemon makes its socket closed and opens it a moment later, so only the second time counts.
        let isKeptOut = Self.isKeptOut(error, of: destination)
        let mayPass = Self.mayPass(error) || (isKeptOut && !wasKeptOut)
        wasKeptOut = isKeptOut
        guard mayPass, deadline.remaining > 0 else { throw error }
      }
      try Vigil.sleep(min(pause, deadline.remaining), minding: vigil)
      pause = min(pause * 2, longestPause)
    }
  }

  private static let shortestPause: Int32 = 50
  private static let longestPause: Int32 = 1_000
  /// An ssh that fails says so, and a host that is asked too often shuts out who asks.
  private static let shortestFarPause: Int32 = 1_000
  private static let longestFarPause: Int32 = 8_000

  private static func isKeptOut(_ error: any Error, of destination: Destination) -> Bool {
    guard case .socket(let path) = destination.place else { return false }
    return error as? ClientFault == .noPermission(path: path)
  }

  /// Whether a fault is one of a daemon that stops, is gone, or starts.
  public static func mayPass(_ error: any Error) -> Bool {
    switch error {
    case let fault as ClientFault:
      switch fault {
      case .noDaemon, .staleSocket, .busy, .connectionLost, .hostUnreachable, .hostRefused: true
      case .notASocket, .noPermission, .pathTooLong, .untrustedServer, .timedOut, .daemonSilent,
        .replyTooLong,
        .replyInvalid, .protocolNewer, .memoryExhausted, .system, .noSSH, .hostWithoutEnvgate,
        .hostEnded, .hostInvalid:
        false
      }
    case let error as WireError: error.known == .serverStopping
    default: false
    }
  }
}
