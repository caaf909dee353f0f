import CLinux
import Glibc
import Promises
import Testing

@testable import VaultServer

/// A daemon whose socket is the service manager's.
@Suite struct `socket activation` {
  @Test(.promise(.socketOutlivesDaemon))
  func `a daemon's end takes neither the socket nor its file, and who connects then waits`()
    throws
  {
    let bench = try DaemonBench()
    defer { bench.remove() }
    var kept: Int32 = -1
    try #require(envgate_listen_unix(bench.socket, 0o600, UInt32.max, 8, &kept, nil) == 0)
    defer { close(kept) }
    let call = #"{"jsonrpc":"2.0","id":1,"method":"server.status"}"#
    var waiting: SocketLines?
    for _ in 0..<3 {
      // What the manager keeps and what it hands over are one open socket.
      let handed = fcntl(kept, F_DUPFD_CLOEXEC, 3)
      let daemon = try bench.start(
        inherited: try InheritedSockets(
          { name in
            ["LISTEN_PID": "\(getpid())", "LISTEN_FDS": "1", "LISTEN_FDNAMES": "envgate"][name]
          }, start: handed))
      // Came when no daemon was there, and is served by the next.
      if let waiting { #expect(try #require(try waiting.line()).contains("running")) }
      #expect(try bench.client().call(call).contains("running"))
      daemon.stop()
      var found = stat()
      #expect(lstat(bench.socket, &found) == 0)
      let client = try bench.client()
      try client.send(call + "\n")
      waiting = client
    }
  }

  @Test func `without it the daemon makes its socket and takes it along`() throws {
    let scratch = try Scratch()
    let own = try ListeningSocket(
      .init(path: scratch.file("s"), mode: 0o600, group: nil),
      inherited: nil)
    defer { close(own.descriptor) }
    #expect(scratch.mode("s") == S_IFSOCK | 0o600)
    own.remove()
    #expect(scratch.mode("s") == nil)
  }
}
