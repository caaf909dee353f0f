import Glibc
import Testing
import VaultProtocol

@testable import VaultClient

extension ClientTransportTests {
  @Test func `a connection lives until the other end is closed, whatever was sent before`() throws {
    let folder = try Folder()
    defer { folder.remove() }
    let path = folder.path + "/socket"
    let listening = try listener(path)
    defer { close(listening) }
    for isSpeaking in [false, true] {
      let connection = try Connection(path: path)
      #expect(connection.isAlive, "not accepted yet")
      let peer = accept(listening, nil, nil)
      #expect(connection.isAlive)
      if isSpeaking { write(peer, "x", 1) }
      #expect(connection.isAlive)
      if !isSpeaking {
        shutdown(peer, Int32(SHUT_WR))
        #expect(!connection.isAlive, "nothing will come any more")
      }
      close(peer)
      #expect(!connection.isAlive)
    }
  }

  @Test func `a lifeline outlives its connection and ends with its last holder`() throws {
    let folder = try Folder()
    defer { folder.remove() }
    let path = folder.path + "/socket"
    let listening = try listener(path)
    defer { close(listening) }
    var connection: Connection? = try Connection(path: path)
    let peer = accept(listening, nil, nil)
    defer { close(peer) }
    var lifeline = try connection?.lifeline()
    let descriptor = try #require(lifeline?.descriptor)
    #expect(fcntl(descriptor, F_GETFD) == FD_CLOEXEC)
    #expect(descriptor >= 100, "a script's own redirections leave it alone")
    connection = nil
    #expect(connection == nil && !hasEnded(peer))
    lifeline = nil
    #expect(lifeline == nil && hasEnded(peer))
  }

  @Test func `a daemon that is not there yet is waited for`() throws {
    let folder = try Folder()
    defer { folder.remove() }
    let path = folder.path + "/socket"
    let listening = try listener(folder.path + "/stale")
    defer { close(listening) }
    // A process that takes its time to start brings the socket.
    let move = try RunningProcess(["/bin/mv", folder.path + "/stale", path])
    let connection = try Connection.reconnect(path: path, within: 30)
    #expect(connection.isAlive)
    #expect(move.finish().code == 0)
  }

  @Test(
    arguments: [ClientFault.connectionLost, WireError.serverStopping] as [any Error & Sendable])
  func `a daemon that stops is tried again`(fault: any Error & Sendable) throws {
    let folder = try Folder()
    defer { folder.remove() }
    let path = folder.path + "/socket"
    let listening = try listener(path)
    defer { close(listening) }
    var attempts = 0
    _ = try Connection.reconnect(path: path, within: 30) { _ in
      close(accept(listening, nil, nil))
      attempts += 1
      if attempts < 3 { throw fault }
    }
    #expect(attempts == 3)
  }

  @Test(
    arguments: [
      ClientFault.timedOut, ClientFault.untrustedServer(path: "/s", uid: 1_001),
      ClientFault.noPermission(path: "/another"), WireError(.accessDenied, "no"),
      WireError(.requestEnded, "over"),
    ] as [any Error & Sendable])
  func `what time does not mend is told at once`(fault: any Error & Sendable) throws {
    let folder = try Folder()
    defer { folder.remove() }
    let path = folder.path + "/socket"
    let listening = try listener(path)
    defer { close(listening) }
    var attempts = 0
    #expect(throws: (any Error).self) {
      _ = try Connection.reconnect(path: path, within: 3_600) { _ in
        attempts += 1
        throw fault
      }
    }
    #expect(attempts == 1)
  }

  @Test func `a path that is no socket is told at once`() throws {
    let folder = try Folder()
    defer { folder.remove() }
    let file = folder.path + "/file"
    close(open(file, O_CREAT | O_WRONLY, 0o600))
    #expect(throws: ClientFault.notASocket(path: file)) {
      _ = try Connection.reconnect(path: file, within: 3_600)
    }
    #expect(throws: ClientFault.pathTooLong(limit: 107)) {
      _ = try Connection.reconnect(path: String(repeating: "x", count: 200), within: 3_600)
    }
  }

  @Test(.enabled(if: !Programs.isRoot, "optional: root has every permission"))
  func `a socket that keeps us out is told after a second look`() throws {
    let folder = try Folder()
    defer { folder.remove() }
    let path = folder.path + "/socket"
    let listening = try listener(path)
    defer { close(listening) }
    chmod(path, 0)
    #expect(throws: ClientFault.noPermission(path: path)) {
      _ = try Connection.reconnect(path: path, within: 3_600)
    }
  }

  @Test func `without a daemon the last fault is thrown when the time is over`() throws {
    let folder = try Folder()
    defer { folder.remove() }
    let none = folder.path + "/socket"
    #expect(throws: ClientFault.noDaemon(path: none)) {
      _ = try Connection.reconnect(path: none, within: 0)
    }
    let stale = folder.path + "/stale"
    try abandonedListener(stale)
    let late = WaitDeadline(secondsFromNow: 9)
    #expect(throws: ClientFault.staleSocket(path: stale)) {
      _ = try Connection.reconnect(path: stale, within: 1)
    }
    #expect(late.remaining > 0)
  }

  @Test func `a full queue is waited for no longer than that`() throws {
    let folder = try Folder()
    defer { folder.remove() }
    let path = folder.path + "/socket"
    let listening = try listener(path)
    defer { close(listening) }
    // One more than the backlog of the listener, which accepts nobody.
    let waiting = [try Connection(path: path), try Connection(path: path)]
    let late = WaitDeadline(secondsFromNow: 9)
    #expect(throws: ClientFault.busy(path: path)) {
      _ = try Connection.reconnect(path: path, within: 1)
    }
    #expect(late.remaining > 0)
    withExtendedLifetime(waiting) {}
  }

  private func hasEnded(_ descriptor: Int32) -> Bool {
    var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    return poll(&entry, 1, 0) == 1 && entry.revents & Int16(POLLHUP) != 0
  }
}
