import Glibc
import VaultProtocol

/// Shows the metrics as a file and on a socket, on a thread of its own: a reader that hangs keeps other readers waiting
/// for ``patience``, and nobody else.
///
/// Invariants:
/// - file and socket are the daemon's alone (0600), or readable by the configured group (0640, 0660);
/// - the file is whole at every instant, and gone when the daemon stops: old figures would look like a daemon that
///   serves;
/// - the socket answers `GET /metrics` of HTTP/1.1 and nothing else.
final class MetricsExporter: Sendable {
  /// How often the file is written, in milliseconds, where something has changed.
  private static let interval: Int64 = 15_000
  /// How long one reader may take, in milliseconds.
  private static let patience: Int64 = 2_000
  private static let longestRequest = 8_192

  private let file: String?
  private let group: UInt32?
  private let socket: SocketFile?
  private let text: @Sendable () -> String
  private let logger: DaemonLog
  private let waking: WakingPipe
  private let ended = Latch()

  /// - Parameters:
  ///   - socket: is the exporter's from here on.
  ///   - text: the metrics now.
  init(
    _ configuration: Configuration.Metrics, socket: SocketFile?, logger: DaemonLog,
    text: @escaping @Sendable () -> String
  ) throws {
    waking = try WakingPipe("for the thread that shows metrics")
    file = configuration.file
    group = configuration.group
    self.socket = socket
    self.text = text
    self.logger = logger
    try PlainThread.start { [self] in
      serve()
      ended.open()
    }
  }

  /// Ends, and takes file and socket away.
  func stop() {
    waking.wake()
    ended.wait()
    if let file { unsafe unlink(file) }
    socket?.remove()
    if let listening = socket?.listener?.descriptor { close(listening) }
  }

  private func serve() {
    var written = ""
    var hasFailed = false
    var next: Int64 = 0
    while true {
      let now = BootTime.now()
      if let file, now >= next {
        next = now + Self.interval
        let text = text()
        if text != written {
          do throws(SystemFault) {
            try write(text, to: file)
            written = text
            hasFailed = false
          } catch {
            // Once: the disk that is full now is full in 15 seconds, too.
            if !hasFailed {
              logger.warning(
                "the metrics file was not written", metadata: [.path: file, .fault: "\(error)"])
            }
            hasFailed = true
          }
        }
      }
      let left = file == nil ? nil : next - BootTime.now()
      let listening = socket?.listener?.descriptor ?? -1
      switch waking.wait(for: listening, POLLIN, milliseconds: left) {
      case .woken: return
      case .ready:
        if let peer = ServedPeer(acceptedAt: listening, waking: waking) { answer(peer) }
      case .late: continue
      }
    }
  }

  // MARK: The file

  private func write(_ text: String, to path: String) throws(SystemFault) {
    let new = path + ".new"
    unsafe unlink(new)
    do throws(SystemFault) {
      let file = try OpenFile(new, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, mode: 0o600)
      if let group {
        guard fchown(file.descriptor, uid_t.max, group) == 0 else {
          throw SystemFault("set the group of", new)
        }
        guard fchmod(file.descriptor, 0o640) == 0 else { throw SystemFault("set the mode of", new) }
      }
      var rest = Array(text.utf8)[...]
      while !rest.isEmpty {
        let count = unsafe rest.withUnsafeBytes {
          unsafe Glibc.write(file.descriptor, $0.baseAddress, $0.count)
        }
        if count < 0 && errno == EINTR { continue }
        guard count > 0 else { throw SystemFault("write", new) }
        rest = rest.dropFirst(count)
      }
      guard unsafe rename(new, path) == 0 else { throw SystemFault("rename", new) }
    } catch {
      unsafe unlink(new)
      throw error
    }
  }

  // MARK: The socket

  private func answer(_ peer: borrowing ServedPeer) {
    let end = BootTime.now() + Self.patience
    guard let request = head(from: peer, until: end) else { return }
    let answer = MetricsAnswer(to: request) { text() }
    // Safety: the answer lends its bytes for the call.
    _ = unsafe answer.bytes.withUnsafeBytes { unsafe peer.send($0, until: end) }
  }

  /// What a reader asks, up to the empty line; nil where it does not come in time.
  private func head(from peer: borrowing ServedPeer, until end: Int64) -> [UInt8]? {
    var head: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 2_048)
    while true {
      let count = unsafe recv(peer.descriptor, &chunk, chunk.count, Int32(MSG_DONTWAIT))
      if count > 0 {
        head += chunk[..<count]
        if MetricsAnswer.isWhole(head) || head.count > Self.longestRequest { return head }
      } else if !(count < 0
        && (errno == EINTR || errno == EAGAIN && peer.wait(POLLIN, until: end)))
      {
        return nil
      }
    }
  }
}
