import Glibc

/// Writes lines to a connected socket and reads lines from it, blocking, up to a deadline. The other end is
/// a vault, or an ssh that leads to one.
struct LineChannel: ~Copyable {
  private let socket: UnixSocket
  private var buffer: LineBuffer
  /// What else is minded while the channel waits.
  var vigil: Vigil?
  let tunnel: SSHTunnel?

  init(path: String, lineLimit: Int, deadline: WaitDeadline? = nil) throws(ClientFault) {
    try self.init(
      .socket(path: path), lineLimit: lineLimit, outlivesUs: false, deadline: deadline)
  }

  init(
    _ destination: Destination, lineLimit: Int, outlivesUs: Bool, deadline: WaitDeadline? = nil
  ) throws(ClientFault) {
    let opened = try Self.open(destination, outlivesUs, deadline)
    socket = UnixSocket(adopting: opened.descriptor, path: opened.path)
    tunnel = opened.tunnel
    buffer = LineBuffer(limit: lineLimit)
  }

  private static func open(
    _ destination: Destination, _ outlivesUs: Bool, _ deadline: WaitDeadline?
  ) throws(ClientFault) -> (descriptor: Int32, path: String, tunnel: SSHTunnel?) {
    switch destination.place {
    case .socket(let path): return (try UnixSocket.connected(to: path, deadline), path, nil)
    case .host(let host):
      let started = try SSHTunnel.start(
        host, mayAsk: destination.mayAsk, outlivesUs: outlivesUs, tell: destination.tell)
      return (started.descriptor, "", started.tunnel)
    }
  }

  var descriptor: Int32 { socket.descriptor }

  /// Whether the other end is still open.
  var isAlive: Bool { socket.isAlive }

  /// Refuses a listener that may not see what is to be sent.
  ///
  /// Over ssh that is for `envgate proxy` over there, which does so before it passes on anything.
  func requireTrustedServer(_ cargo: ServerIdentity.Cargo) throws(ClientFault) {
    if tunnel == nil { try socket.requireTrustedServer(cargo) }
  }

  /// Sends all bytes of a line, its newline included.
  func send(_ line: UnsafeRawBufferPointer, deadline: WaitDeadline?) throws {
    var sent = 0
    while sent < line.count {
      // Safety: the rest of the line, which the caller owns and lends for this call.
      let count = unsafe Glibc.send(
        socket.descriptor, UnsafeRawBufferPointer(rebasing: line[sent...]).baseAddress,
        line.count - sent, Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT))
      if count >= 0 {
        sent += count
      } else if errno == EAGAIN {
        try wait(for: POLLOUT, deadline)
      } else if errno == EPIPE || errno == ECONNRESET {
        // The daemon may have said why before it hung up, so the reply is still read.
        return
      } else if errno != EINTR {
        throw ClientFault.system(call: "send", error: errno)
      }
    }
  }

  /// Waits for a whole line and lends it without its newline; it is wiped afterwards.
  mutating func receive<R>(
    deadline: WaitDeadline?, _ body: (UnsafeRawBufferPointer) throws -> R
  ) throws -> R {
    while true {
      if let length = buffer.lineLength() {
        return try unsafe buffer.consume(length, body)
      }
      let descriptor = socket.descriptor
      let tunnel = tunnel
      try wait(for: POLLIN, deadline)
      // Safety: the buffer lends the room for this call.
      try unsafe buffer.fill { room throws(ClientFault) in
        let count = unsafe recv(
          descriptor, room.baseAddress, room.count, Int32(MSG_DONTWAIT))
        if count > 0 { return count }
        if count == 0 || errno == ECONNRESET { throw tunnel?.fault() ?? .connectionLost }
        if errno == EINTR || errno == EAGAIN { return 0 }
        throw .system(call: "recv", error: errno)
      }
    }
  }

  /// Waits for the socket; what ssh says meanwhile is passed on.
  private func wait(for events: Int32, _ deadline: WaitDeadline?) throws {
    while true {
      var entries = [
        pollfd(fd: socket.descriptor, events: Int16(events), revents: 0),
        // poll(2) passes over a negative one.
        pollfd(fd: tunnel?.errors ?? -1, events: Int16(POLLIN), revents: 0),
      ]
      if let vigil { entries.append(vigil.entry) }
      let patience = deadline?.remaining ?? -1
      // Safety: the array's storage is lent to the kernel for the call.
      let result = unsafe poll(
        &entries, nfds_t(entries.count), vigil?.shorten(patience) ?? patience)
      let error = errno
      if result > 0 {
        if entries[1].revents != 0 { tunnel?.listen() }
        // What has come is taken first: the answer may be what a caller that gives up needs to know.
        if entries[0].revents != 0 { return }
      }
      try vigil?.tick()
      if result == 0 {
        // A deadline beyond what poll takes at once comes round again, and so does a tick.
        if let deadline, deadline.remaining == 0 { throw ClientFault.timedOut }
      } else if result < 0, error != EINTR {
        throw ClientFault.system(call: "poll", error: error)
      }
    }
  }
}
