import Glibc

/// Calls at a steady pace, whether or not what came before is answered: a daemon that stands still for a
/// second delays two hundred calls, and all of them count.
struct Bystander {
  private static let getEvery: UInt64 = 5_000_000
  private static let connectEvery: UInt64 = 50_000_000
  /// How long what is not answered at the end is waited for.
  private static let patience: UInt64 = 2_000_000_000

  /// A connection on which one call after another is asked.
  private struct Line {
    let kind: Sample.Kind
    var fd: Int32 = -1
    /// When the calls that are not answered were made, the oldest first.
    var asked: [UInt64] = []
    var unsent: [UInt8] = []
    var cutter = AnswerCutter()
  }

  private let socketPath: String
  /// The first two stay.
  private var lines: [Line] = []
  private var buffer = [UInt8](repeating: 0, count: 1 << 16)
  private(set) var samples: [Sample] = []

  private static let get = call(
    "secret.get", #"{"environment":"development","name":"AZURE_CREDENTIALS"}"#)
  private static let status = call("server.status")
  private static let unknown = call("ghost.ask")

  init(socketPath: String) { self.socketPath = socketPath }

  mutating func run(from: UInt64, until: UInt64) {
    var nextGet = from
    var nextConnect = from
    lines = [Line(kind: .get), Line(kind: .line)]
    var now = nanoseconds()
    while now < until || (!lines.allSatisfy(\.asked.isEmpty) && now < until + Self.patience) {
      if now < until && now >= nextGet {
        ask(0, Self.get, at: now)
        ask(1, Self.unknown, at: now)
        // A turn that this process lost itself is no call that the daemon was late with.
        while nextGet <= now { nextGet += Self.getEvery }
      }
      if now < until && now >= nextConnect {
        lines.append(Line(kind: .connect))
        ask(lines.count - 1, Self.status, at: now)
        while nextConnect <= now { nextConnect += Self.connectEvery }
      }
      for index in lines.indices { push(index) }
      wait()
      lines = lines.enumerated().filter { $0 < 2 || !$1.asked.isEmpty }.map(\.element)
      now = nanoseconds()
    }
    for line in lines {
      samples += line.asked.map {
        Sample(line.kind, start: $0, end: now, outcome: Sample.unanswered)
      }
      if line.fd >= 0 { close(line.fd) }
    }
  }

  private mutating func ask(_ index: Int, _ bytes: [UInt8], at now: UInt64) {
    lines[index].asked.append(now)
    lines[index].unsent += bytes
  }

  /// Connects where there is no connection, and sends what the socket takes.
  private mutating func push(_ index: Int) {
    guard !lines[index].unsent.isEmpty else { return }
    if lines[index].fd < 0 {
      guard case .connected(let fd) = UnixStream.connect(to: socketPath) else { return }
      lines[index].fd = fd
    }
    switch UnixStream.send(lines[index].unsent[...], to: lines[index].fd) {
    case .moved(let count): lines[index].unsent.removeFirst(count)
    case .wouldBlock: break
    case .ended: lose(index)
    }
  }

  /// Waits a millisecond at most, since the next call may be due, and takes what has come.
  private mutating func wait() {
    var polled = lines.map { pollfd(fd: $0.fd, events: Int16(POLLIN), revents: 0) }
    unsafe poll(&polled, nfds_t(polled.count), 1)
    let now = nanoseconds()
    for index in lines.indices where polled[index].revents != 0 {
      switch UnixStream.receive(into: &buffer, from: lines[index].fd) {
      case .moved(let count): take(count, for: index, at: now)
      case .wouldBlock: break
      case .ended: lose(index)
      }
    }
  }

  private mutating func take(_ count: Int, for index: Int, at now: UInt64) {
    var answers: [Answer] = []
    lines[index].cutter.take(buffer[..<count]) { answers.append($0) }
    for answer in answers where !lines[index].asked.isEmpty {
      samples.append(
        Sample(
          lines[index].kind, start: lines[index].asked.removeFirst(), end: now,
          outcome: lines[index].kind == .line ? "ok" : answer.outcome.text))
    }
    if index > 1 && lines[index].asked.isEmpty {
      close(lines[index].fd)
      lines[index].fd = -1
    }
  }

  /// The daemon has ended the connection: what was asked on it gets no answer.
  private mutating func lose(_ index: Int) {
    let now = nanoseconds()
    samples += lines[index].asked.map {
      Sample(lines[index].kind, start: $0, end: now, outcome: "closed by the daemon")
    }
    close(lines[index].fd)
    lines[index] = Line(kind: lines[index].kind)
  }
}
