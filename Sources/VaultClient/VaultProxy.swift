import Glibc

/// Joins two descriptors to a vault's socket: the far end of ``Destination/host(_:mayAsk:tell:)``.
///
/// The bytes pass as they are; nothing is read into them. The vault sees the account that runs this.
public enum VaultProxy {
  /// Connects and passes on until the vault has ended the connection, or nobody reads any more.
  ///
  /// The end of the input is passed on, and answers still come. A listener that may not see a value is
  /// refused before a byte has been read.
  /// - Parameters:
  ///   - path: the daemon's socket.
  ///   - input: read from; a regular file, a pipe or a socket.
  ///   - output: written to, likewise.
  /// - Throws: ``ClientFault`` where there is no connection to be had.
  public static func join(path: String, input: Int32, output: Int32) throws(ClientFault) {
    let socket = try UnixSocket(path: path)
    try socket.requireTrustedServer(.value)
    var up = ProxyBuffer()
    var down = ProxyBuffer()
    var isOpen = true
    while !down.isDone {
      let vault = socket.descriptor
      if isOpen, up.isDone {
        shutdown(vault, Int32(SHUT_WR))
        isOpen = false
      }
      var entries = [
        // An end that is known, or a buffer that is full, is not asked again and again (poll(2): negative).
        pollfd(fd: up.wantsMore ? input : -1, events: Int16(POLLIN), revents: 0),
        pollfd(
          fd: vault,
          events: Int16((down.wantsMore ? POLLIN : 0) | (isOpen && !up.isEmpty ? POLLOUT : 0)),
          revents: 0),
        pollfd(fd: output, events: Int16(down.isEmpty ? 0 : POLLOUT), revents: 0),
      ]
      // Safety: the kernel reads and fills the local structs during the call.
      guard unsafe poll(&entries, nfds_t(entries.count), -1) > 0 else {
        if errno == EINTR { continue }
        throw .system(call: "poll", error: errno)
      }
      let (source, server, sink) = (entries[0].revents, entries[1].revents, entries[2].revents)
      let broken = Int16(POLLERR) | Int16(POLLHUP) | Int16(POLLNVAL)
      // Nobody reads: whoever asked is gone, and what they hold must end with them.
      if sink & broken != 0 { return }
      if sink & Int16(POLLOUT) != 0, down.drain(to: output) != 0 { return }
      if source != 0 { up.fill(from: input) }
      if server & Int16(POLLOUT) != 0, isOpen, !up.isEmpty, up.drain(to: vault) != 0 {
        // It takes nothing more, but may have said why.
        up.abandon()
      }
      if server & (Int16(POLLIN) | broken) != 0, down.wantsMore { down.fill(from: vault) }
    }
  }
}
