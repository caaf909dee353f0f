/// The socket that the daemon serves.
enum ListeningSocket {
  /// One that the daemon made, and removes.
  case own(SocketFile)
  /// One that the service manager listens at; its file, mode and group are the manager's.
  case inherited(Int32, path: String)

  /// The name of the JSON protocol's socket where the service manager hands it over.
  static let name = "envgate"
  /// The name of the socket for credentials, which is in a unit of its own: one unit's sockets have one owner and one
  /// mode, and only the service manager may connect to this one.
  static let credentials = "credentials"

  /// Takes what the service manager hands over, by the name of each.
  static func take(
    _ inherited: InheritedSockets, for configuration: Configuration
  ) throws(InheritedSocketFault) -> [String: Int32] {
    try inherited.take([
      name: configuration.socket.path, credentials: configuration.credentials.path,
    ])
  }

  /// Takes what the service manager has handed over, and listens itself where that is nothing.
  init(_ configuration: Configuration.Socket, inherited: Int32?) throws {
    if let descriptor = inherited {
      self = .inherited(descriptor, path: configuration.path)
    } else {
      self = .own(
        try SocketFile(
          path: configuration.path, mode: configuration.mode, group: configuration.group))
    }
  }

  /// The socket for credentials; nil where the service manager has none and the configuration wants none.
  init?(credentials configuration: Configuration.Credentials, inherited: Int32?) throws {
    guard inherited != nil || configuration.isWanted else { return nil }
    try self.init(
      Configuration.Socket(path: configuration.path, mode: 0o600, group: nil), inherited: inherited)
  }

  /// The descriptor that is listened at.
  var listening: Int32? {
    switch self {
    case .own(let file): file.listener?.descriptor
    case .inherited(let descriptor, _): descriptor
    }
  }

  /// Where it stands; nil where something else listens there, or nothing. To be asked when nothing can prevent the start
  /// any more, and nobody accepts yet.
  ///
  /// Finding the place of an inherited socket is a connection, which waits in the queue until somebody accepts it. A
  /// daemon that ended before that would be started by its own connection again.
  var place: SocketPlace? {
    switch self {
    case .own(let file): file.listener?.place
    case .inherited(let descriptor, let path): SocketPlace.ofListener(descriptor, at: path)
    }
  }

  /// The same without a connection, for a socket that only the service manager may connect to: what stands at the path
  /// is taken for it.
  var presumedPlace: SocketPlace? {
    switch self {
    case .own(let file): file.listener?.place
    case .inherited(_, let path): try? SocketPlace(path)
    }
  }

  /// What is looked after of it.
  func watched(
    _ attendant: SocketWatch.Attendant, at place: SocketPlace?
  ) -> SocketWatch.Watched {
    switch self {
    case .own(let file): SocketWatch.Watched(attendant, file)
    case .inherited(let descriptor, let path):
      SocketWatch.Watched(
        attendant, path: path, file: nil, descriptor: descriptor, place: place)
    }
  }

  /// Removes the file of a socket of our own. Twice is once.
  func remove() {
    if case .own(let file) = self { file.remove() }
  }
}
