import CPeer
import Glibc

/// A raw connection that sends bytes and reads lines, as socat would.
final class LineClient {
  let fd: Int32
  private var rest: [UInt8] = []

  /// Connects; as root it can be another account to the kernel.
  init(_ path: String, as uid: UInt32? = nil) throws {
    if let uid {
      let code = envgate_test_connect_as(path, uid, uid)
      guard code >= 0 else { throw HarnessFault("cannot connect as uid \(uid): errno \(-code)") }
      fd = code
      setPatience()
      return
    }
    fd = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { target in
      target.copyBytes(from: path.utf8)
    }
    let size = socklen_t(MemoryLayout<sockaddr_un>.size)
    let code = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(fd, $0, size) }
    }
    setPatience()
    guard code == 0 else { throw HarnessFault("cannot connect to \(path): errno \(errno)") }
  }

  /// Takes over a connection that somebody else has opened.
  init(adopting descriptor: Int32) {
    fd = descriptor
    setPatience()
  }

  deinit { close(fd) }

  /// No reply within ten seconds is a failure, not a hang.
  private func setPatience() {
    var patience = timeval(tv_sec: 10, tv_usec: 0)
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
  }

  func send(_ bytes: [UInt8]) throws {
    var sent = 0
    while sent < bytes.count {
      let count = bytes[sent...].withUnsafeBytes {
        Glibc.send(fd, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
      }
      guard count > 0 else {
        throw HarnessFault("the connection takes nothing more: errno \(errno)")
      }
      sent += count
    }
  }

  func send(_ text: String) throws { try send(Array(text.utf8)) }

  /// The next line without its newline; nil at the end of the connection.
  func line() throws -> String? {
    var chunk = [UInt8](repeating: 0, count: 65_536)
    while true {
      if let end = rest.firstIndex(of: 0x0A) {
        defer { rest.removeFirst(end + 1) }
        return String(decoding: rest[..<end], as: UTF8.self)
      }
      let count = read(fd, &chunk, chunk.count)
      if count == 0 { return nil }
      if count < 0 {
        if errno == ECONNRESET { return nil }
        throw HarnessFault("no answer within ten seconds (errno \(errno))")
      }
      rest.append(contentsOf: chunk[0..<count])
    }
  }

  /// Whether there is something to read within some milliseconds, the end of the connection included. What
  /// came together with the last line is kept here, so that poll(2) alone would not see it.
  func hasLine(within milliseconds: Int32) throws -> Bool {
    if rest.contains(0x0A) { return true }
    var entry = pollfd(fd: fd, events: Int16(POLLIN), revents: 0)
    let ready = poll(&entry, 1, milliseconds)
    guard ready >= 0 else { throw HarnessFault("poll(2): errno \(errno)") }
    return ready == 1
  }

  /// Sends one call and reads one answer.
  func call(_ text: String) throws -> String {
    try send(text + "\n")
    guard let line = try line() else { throw HarnessFault("the connection ended: \(text)") }
    return line
  }

  func closeWriting() { shutdown(fd, Int32(SHUT_WR)) }
}
