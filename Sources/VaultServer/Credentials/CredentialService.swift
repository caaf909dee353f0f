import Glibc

/// Serves the socket for credentials, whichever stands at its path.
///
/// Invariant: whoever serves a socket that was shut serves nobody any more, and closes it.
final class CredentialService: Sendable {
  private struct State {
    var provider: CredentialProvider?
    var configuration: Configuration.Credentials
    var isOver = false
  }

  private let make: @Sendable (Int32, Configuration.Credentials) throws -> CredentialProvider
  private let logger: DaemonLog
  private let state: Locked<State>

  /// Starts to serve at a listening socket.
  /// - Parameter make: makes who serves one.
  init(
    _ descriptor: Int32, _ configuration: Configuration.Credentials, logger: DaemonLog,
    make: @escaping @Sendable (Int32, Configuration.Credentials) throws -> CredentialProvider
  ) throws {
    self.make = make
    self.logger = logger
    state = Locked(
      State(provider: try make(descriptor, configuration), configuration: configuration))
  }

  /// Other credentials from now on.
  func adopt(_ configuration: Configuration.Credentials) {
    state.withLock { state in
      state.configuration = configuration
      state.provider?.adopt(configuration)
    }
  }

  /// Serves nobody any more.
  func stop() {
    let last = state.withLock { state in
      state.isOver = true
      return state.provider.take()
    }
    last?.stop()
  }

  /// What whoever looks after the socket's file tells this.
  var attendant: SocketWatch.Attendant {
    SocketWatch.Attendant(
      open: { self.open($0) }, shut: { _ in self.shut() }, evict: { _ in self.shut() })
  }

  private func open(_ descriptor: Int32) {
    do {
      let provider = try make(descriptor, state.withLock { $0.configuration })
      let isLate = state.withLock { state in
        if !state.isOver { state.provider = provider }
        return state.isOver
      }
      if isLate { provider.stop() }
    } catch {
      close(descriptor)
      logger.error("credentials are not served", metadata: [.fault: "\(error)"])
    }
  }

  /// Ends whoever serves the socket, on a thread of its own: an answer of the vault may take its time, and other
  /// sockets are looked after meanwhile.
  private func shut() {
    guard let last = state.withLock({ $0.provider.take() }) else { return }
    do { try PlainThread.start { last.stop() } } catch { last.stop() }
  }
}
