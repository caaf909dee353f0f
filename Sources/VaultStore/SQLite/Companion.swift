/// A connection beside the store's, which opens anew when the store has, and never before.
///
/// Used by one thread.
final class Companion {
  private let location: StoreLocation
  private let access: Connection.Access
  private let prepare: (Connection) throws(StoreFault) -> Void
  private var moment: StorePresence.Moment
  private var isClosed = false

  /// The connection as it is.
  private(set) var connection: Connection

  /// - Parameter prepare: What makes each new connection ready.
  init(
    to location: StoreLocation, _ access: Connection.Access,
    _ prepare: @escaping (Connection) throws(StoreFault) -> Void
  ) throws(StoreFault) {
    self.location = location
    self.access = access
    self.prepare = prepare
    moment = location.presence.current
    connection = try Self.open(location, moment, access, prepare)
  }

  /// The connection to the file that the store has open now, opened anew where that is another than before.
  ///
  /// Where it is gone the old one is closed, so that the device can be detached.
  func present() throws(StoreFault) -> Connection {
    let now = location.presence.current
    if !connection.isClosed, now == moment, !connection.isDisplaced { return connection }
    guard !isClosed else { throw .closed }
    connection.close(answering: .displaced(location.path), keepsLog: true)
    connection = try Self.open(location, now, access, prepare)
    moment = now
    return connection
  }

  /// Ends the connection. Twice is once.
  func close() {
    isClosed = true
    connection.close()
  }

  private static func open(
    _ location: StoreLocation, _ moment: StorePresence.Moment, _ access: Connection.Access,
    _ prepare: (Connection) throws(StoreFault) -> Void
  ) throws(StoreFault) -> Connection {
    guard let file = moment.file, FileIdentity(path: location.path) == file else {
      throw .displaced(location.path)
    }
    let made = try Connection(path: location.path, access: access, vfs: location.options.vfs)
    do throws(StoreFault) {
      guard made.file == file else { throw .displaced(location.path) }
      try made.harden(location.options)
      try prepare(made)
    } catch {
      made.close(answering: error, keepsLog: true)
      throw error
    }
    return made
  }
}
