/// The socket that the daemon serves.
enum ListeningSocket {
  /// One that the daemon made, and removes.
  case own(SocketFile)
  /// One that the service manager listens at; its file, mode and group are the manager's.
  ///
  /// Without a place something else listens there, or nothing.
  case inherited(Int32, path: String, place: SocketPlace?)

  /// The name of the JSON protocol's socket where the service manager hands it over.
  static let name = "envgate"

  /// Takes what the service manager hands over, and listens itself where that is nothing.
  init(
    _ configuration: Configuration.Socket, inherited: InheritedSockets
  ) throws {
    if let descriptor = try inherited.take([Self.name: configuration.path])[Self.name] {
      self = .inherited(
        descriptor, path: configuration.path,
        place: SocketPlace.ofListener(descriptor, at: configuration.path))
    } else {
      self = .own(
        try SocketFile(
          path: configuration.path, mode: configuration.mode, group: configuration.group))
    }
  }

  /// What is looked after of it.
  func watched(_ door: Doorkeeper.Door) -> SocketWatch.Watched {
    switch self {
    case .own(let file): SocketWatch.Watched(door, file)
    case .inherited(let descriptor, let path, let place):
      SocketWatch.Watched(
        door: door, path: path, file: nil, descriptor: descriptor, place: place)
    }
  }

  /// Removes the file of a socket of our own. Twice is once.
  func remove() {
    if case .own(let file) = self { file.remove() }
  }
}
