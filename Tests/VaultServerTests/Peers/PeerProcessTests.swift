import Glibc
import Testing
import VaultCore

@testable import VaultServer

/// Processes of peers where the kernel does not hand out what stands for them (before Linux 6.5).
@Suite(.serialized) struct `a peer on a kernel without its descriptor` {
  /// A connection of a child that has nothing else to do, and the child.
  private final class Child {
    let pid: pid_t
    let connection: Int32
    private let listening: SocketFile
    private let scratch: Scratch

    init() throws {
      scratch = try Scratch()
      listening = try SocketFile(path: scratch.file("s"), mode: 0o600, group: nil)
      let arguments = ["/usr/bin/env", "socat", "-u", "UNIX-CONNECT:\(listening.path)", "-"]
      let argv = arguments.map { strdup($0) } + [nil]
      defer { for text in argv { free(text) } }
      var child: pid_t = 0
      try #require(posix_spawn(&child, "/usr/bin/env", nil, nil, argv, environ) == 0)
      pid = child
      var polled = pollfd(fd: listening.descriptor, events: Int16(POLLIN), revents: 0)
      try #require(poll(&polled, 1, 10_000) == 1)
      connection = accept(listening.descriptor, nil, nil)
      try #require(connection >= 0)
    }

    func end() {
      kill(pid, SIGKILL)
      var status: Int32 = 0
      waitpid(pid, &status, 0)
    }

    deinit {
      end()
      close(connection)
      close(listening.descriptor)
    }
  }

  private func peer(_ child: Child, _ identity: (PeerProcess.Identity) -> PeerProcess.Identity)
    throws -> Confinement?
  {
    let credentials = try PeerCredentials(descriptor: child.connection)
    #expect(credentials.pid == child.pid)
    let found = PeerProcess(credentials, hasDescriptors: false)
    let process = PeerProcess(pid: found.pid, identity: identity(found.identity))
    return process.hold(child.connection).map { $0.confinement() } ?? .processGone
  }

  @Test func `kernel-identity: is the process that had its start and its account at accept`() throws
  {
    let child = try Child()
    #expect(try peer(child) { $0 } == nil)
    func changed(_ start: Int64?, _ uid: UInt32) throws -> Confinement? {
      try peer(child) { found in
        guard case .start(let known?, let account) = found else { return found }
        return .start(start.map { known + $0 }, uid: account + uid)
      }
    }
    #expect(try changed(0, 0) == nil)
    // Another process has the number by now: a later one, an earlier one, one of another account, none.
    #expect(try changed(10, 0) == .processGone)
    #expect(try changed(-10, 0) == .processGone)
    #expect(try changed(0, 1) == .processGone)
    #expect(try changed(nil, 0) == .processGone)
    let credentials = try PeerCredentials(descriptor: child.connection)
    let process = PeerProcess(credentials, hasDescriptors: false)
    let hold = process.hold(child.connection)
    #expect(hold?.isRunning == nil && hold != nil)
    child.end()
    #expect(hold?.confinement() == .processGone)
    // Nobody was there any more when the connection was accepted.
    #expect(PeerProcess(credentials, hasDescriptors: false).hold(child.connection) == nil)
  }

  @Test
  func `kernel-identity: whoever holds the connection of a process that has ended may only ask`()
    throws
  {
    let bench = try DaemonBench()
    defer { bench.remove() }
    let daemon = try bench.start(hasPeerDescriptors: false)
    defer { daemon.stop() }
    let admin = try bench.client()
    let create =
      #"{"jsonrpc":"2.0","id":1,"method":"environment.create","params":{"name":"e","requesters":["uid:1"],"unprotected":true}}"#
    #expect(try admin.call(create).contains("revision"))
    #expect(
      try admin.call(#"{"jsonrpc":"2.0","id":2,"method":"environment.get","params":{"name":"e"}}"#)
        .contains("\"e\""))
    // The first process connects and is let do something; the second goes on with its connection.
    let script = """
      import os, socket, sys
      s = socket.socket(socket.AF_UNIX); s.connect(sys.argv[1]); f = s.makefile('rw')
      def call(): f.write('{"jsonrpc":"2.0","id":1,"method":"environment.get","params":{"name":"e"}}\\n'); f.flush(); return f.readline()
      first = call()
      r, w = os.pipe()
      if os.fork(): os._exit(0 if '"result"' in first else 1)
      os.close(w)
      import time; time.sleep(0.5)
      open(sys.argv[2], 'w').write(call())
      """
    let path = bench.folder + "/log"
    #expect(runProgram(["python3", "-c", script, bench.socket, path]) == 0)
    var answer = ""
    for _ in 0..<200 where !answer.hasSuffix("\n") {
      usleep(50_000)
      answer =
        (try? OpenFile(path).bytes(path, limit: 1 << 20)).map {
          String(decoding: $0, as: UTF8.self)
        }
        ?? ""
    }
    #expect(answer.contains("environment.unknown"), "\(answer)")
  }
}
