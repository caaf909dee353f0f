import CLinux
import Glibc

/// Writes lines to a connected socket and reads lines from it, blocking, up to a deadline.
struct LineChannel: ~Copyable {
  private let socket: UnixSocket
  private var buffer: LineBuffer
  /// What else is minded while the channel waits.
  var vigil: Vigil?

  init(path: String, lineLimit: Int, deadline: WaitDeadline? = nil) throws(ClientFault) {
    socket = try UnixSocket(path: path, deadline: deadline)
    buffer = LineBuffer(limit: lineLimit)
  }

  var descriptor: Int32 { socket.descriptor }

  /// Whether the other end is still open.
  var isAlive: Bool { socket.isAlive }

  /// Refuses a listener that may not see what is to be sent.
  func requireTrustedServer(_ cargo: ServerIdentity.Cargo) throws(ClientFault) {
    var credentials = envgate_credentials()
    // Safety: the callee fills the local struct during the call.
    let failure = unsafe envgate_peer_credentials(socket.descriptor, &credentials)
    guard failure == 0 else {
      throw .system(call: "SO_PEERCRED", error: failure)
    }
    let trusted = ServerIdentity.isTrusted(
      listener: credentials.uid, fileOwner: FileOwner(path: socket.path)?.uid, caller: geteuid(),
      cargo: cargo, unknown: cargo == .ticket ? ServerIdentity.unknownID() : nil)
    guard trusted else { throw .untrustedServer(path: socket.path, uid: credentials.uid) }
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
      try wait(for: POLLIN, deadline)
      // Safety: the buffer lends the room for this call.
      try unsafe buffer.fill { room throws(ClientFault) in
        let count = unsafe recv(
          descriptor, room.baseAddress, room.count, Int32(MSG_DONTWAIT))
        if count > 0 { return count }
        if count == 0 || errno == ECONNRESET { throw .connectionLost }
        if errno == EINTR || errno == EAGAIN { return 0 }
        throw .system(call: "recv", error: errno)
      }
    }
  }

  private func wait(for events: Int32, _ deadline: WaitDeadline?) throws {
    while true {
      var entries = [pollfd(fd: socket.descriptor, events: Int16(events), revents: 0)]
      if let vigil { entries.append(vigil.entry) }
      let patience = deadline?.remaining ?? -1
      // Safety: the array's storage is lent to the kernel for the call.
      let result = unsafe poll(
        &entries, nfds_t(entries.count), vigil?.shorten(patience) ?? patience)
      let error = errno
      // What has come is taken first: the answer may be what a caller that gives up needs to know.
      if result > 0, entries[0].revents != 0 { return }
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
