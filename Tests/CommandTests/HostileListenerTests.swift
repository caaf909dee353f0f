import Glibc
import Promises
import Testing
import VaultCore
import VaultProtocol

@testable import VaultClient

/// A listener of our own account that answers, but never what was asked for.
@Suite(
  .enabled(if: access("/usr/bin/python3", X_OK) == 0, "needs the package python3"))
struct HostileListenerTests {
  static let event =
    #"{"jsonrpc":"2.0","method":"event","params":{"sequence":1,"time":"2026-01-31T12:34:56.789Z","event":"request.created","request":1,"environment":"dev","state":"waiting"}}"#

  /// What is said again and again, and by which fault a call ends that waits for it.
  static let streams: [(String, ClientFault)] = [
    (event + "\n", .replyInvalid("an answer comes between events")),
    (
      event.replacing("\"dev\"", with: "\"" + String(repeating: "x", count: 2_000) + "\"") + "\n",
      .replyInvalid("an answer comes between events")
    ),
    (
      #"{"jsonrpc":"2.0","id":7,"result":{}}"# + "\n", .replyInvalid("an answer names its call")
    ),
    (
      #"{"jsonrpc":"2.0","id":"a","result":{}}"# + "\n", .replyInvalid("an answer names its call")
    ),
    (String(repeating: "x", count: 4_096), .replyTooLong(limit: Connection.longestReply)),
    ("\n", .replyInvalid("empty at byte 0")), ("", .timedOut),
  ]

  @Test(.promise(.floodingDaemon), arguments: streams.indices)
  func `what a listener says without an end, or not at all, ends a call within its time`(
    index: Int
  ) throws {
    let (text, expected) = Self.streams[index]
    let flood = try Flood(text)
    defer { flood.end() }
    let error = #expect(throws: ClientFault.self) {
      try flood.connection.call(
        .requestGet(TicketedRequest(request: 1)), as: RequestView.self,
        deadline: WaitDeadline(secondsFromNow: expected == .timedOut ? 1 : 60))
    }
    #expect(error == expected)
  }

  @Test(.promise(.floodingDaemon))
  func `answers without a pause, where an event is waited for, end at the deadline`() throws {
    let flood = try Flood(#"{"jsonrpc":"2.0","id":1,"result":{}}"# + "\n")
    defer { flood.end() }
    #expect(throws: ClientFault.timedOut) {
      try flood.connection.nextEvent(deadline: WaitDeadline(secondsFromNow: 1))
    }
  }

  @Test
  func `a daemon that hangs while people are waited for ends the wait, one that refuses does not`()
    throws
  {
    let silent = try Flood("")
    defer { silent.end() }
    // The one that it takes in is another; the next ones stand in its queue.
    let pulse = Pulse(path: silent.path, every: 1, patience: 1)
    try pulse.tick()
    let began = time(nil)
    let fault = #expect(throws: ClientFault.self) {
      while time(nil) < began + 20 {
        try pulse.tick()
        usleep(50_000)
      }
    }
    #expect(fault == .daemonSilent(seconds: 1))
    #expect(fault?.reason == "daemon.silent")

    let folder = try Folder()
    let refusing = try RunningProcess([
      "/usr/bin/python3", "-c",
      """
      import socket, sys
      listener = socket.socket(socket.AF_UNIX)
      listener.bind(sys.argv[1])
      listener.listen()
      while True: listener.accept()[0].sendall(b'x')
      """, folder.path + "/socket",
    ])
    defer { refusing.signal(SIGKILL) }
    let alive = Pulse(path: folder.path + "/socket", every: 0, patience: 1)
    let start = time(nil)
    while time(nil) < start + 4 {
      try alive.tick()
      usleep(20_000)
    }
    // Gone is not silent: the connection that waits learns of that by itself.
    let gone = Pulse(path: folder.path + "/none", every: 0, patience: 0)
    for _ in 0..<5 { try gone.tick() }
  }

  @Test(.promise(.floodingDaemon))
  func `a byte a moment ends a call at its deadline`() throws {
    let flood = try Flood("x", pause: 50)
    defer { flood.end() }
    #expect(throws: ClientFault.timedOut) {
      try flood.connection.call(
        .requestGet(TicketedRequest(request: 1)), as: RequestView.self,
        deadline: WaitDeadline(secondsFromNow: 1))
    }
  }
}

/// A connection whose other end, a process of its own, says the same text until it ends.
private final class Flood {
  let connection: Connection
  let path: String
  private let folder: Folder
  private let process: RunningProcess

  /// - Parameter pause: milliseconds after each time.
  init(_ text: String, pause: Int = 0) throws {
    folder = try Folder()
    path = folder.path + "/socket"
    try write(text, folder.path + "/out")
    let script = """
      import socket, sys, time
      listener = socket.socket(socket.AF_UNIX)
      listener.bind(sys.argv[1])
      listener.listen()
      peer = listener.accept()[0]
      text = open(sys.argv[2], 'rb').read()
      while True:
        peer.sendall(text)
        time.sleep(\(pause) / 1000 if text else 1)
      """
    process = try RunningProcess([
      "/usr/bin/python3", "-c", script, path, folder.path + "/out",
    ])
    connection = try Connection.reconnect(path: path, within: 20)
  }

  func end() {
    process.signal(SIGKILL)
    process.wait()
    folder.remove()
  }
}
