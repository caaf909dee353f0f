import Glibc
import Promises
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

  @Test(.promise(.laterProcessIsNotMeant))
  func `kernel-identity: is the process that had its start and its account at accept`() throws {
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

  /// What becomes of the process that connected, and what the daemon knows of it.
  struct Ended: CustomTestStringConvertible {
    /// Whether the kernel hands out what stands for it.
    let hasDescriptors: Bool
    /// Whether it was let do something before it ended.
    let wasKnown: Bool
    /// Whether its parent has taken note of its end; else it is a zombie.
    let isReaped: Bool

    var testDescription: String {
      "\(hasDescriptors ? "by descriptor" : "by start"), \(wasKnown ? "known" : "new"), "
        + (isReaped ? "gone" : "zombie")
    }
  }

  @Test(
    .promise(.laterProcessIsNotMeant),
    arguments: [
      Ended(hasDescriptors: false, wasKnown: true, isReaped: true),
      Ended(hasDescriptors: false, wasKnown: false, isReaped: true),
      Ended(hasDescriptors: true, wasKnown: true, isReaped: true),
      Ended(hasDescriptors: true, wasKnown: true, isReaped: false),
      Ended(hasDescriptors: true, wasKnown: false, isReaped: true),
      Ended(hasDescriptors: true, wasKnown: false, isReaped: false),
    ].filter { !$0.hasDescriptors || PeerProcess.hasDescriptors })
  func `kernel-identity: whoever holds the connection of a process that has ended may only ask`(
    ended: Ended
  ) throws {
    let bench = try DaemonBench()
    defer { bench.remove() }
    let daemon = try bench.start(hasPeerDescriptors: ended.hasDescriptors)
    defer { daemon.stop() }
    let admin = try bench.client()
    let create =
      #"{"jsonrpc":"2.0","id":1,"method":"environment.create","params":{"name":"e","requesters":["uid:1"],"unprotected":true}}"#
    #expect(try admin.call(create).contains("revision"))
    #expect(
      try admin.call(#"{"jsonrpc":"2.0","id":2,"method":"environment.get","params":{"name":"e"}}"#)
        .contains("\"e\""))
    // The first process connects and is let do something; the second goes on with its connection once the
    // first has ended.
    let script = """
      import os, socket, sys, time
      s = socket.socket(socket.AF_UNIX); s.connect(sys.argv[1]); f = s.makefile('rw')
      def call(): f.write('{"jsonrpc":"2.0","id":1,"method":"environment.get","params":{"name":"e"}}\\n'); f.flush(); return f.readline()
      known = sys.argv[3] == 'true'
      first = call() if known else '"result"'
      first_pid = os.getpid()
      if os.fork(): os._exit(0 if '"result"' in first else 1)
      def is_gone():
          try: state = open(f'/proc/{first_pid}/stat').read().rsplit(')', 1)[1].split()[0]
          except OSError: return True
          return state == 'Z' and sys.argv[4] != 'true'
      while not is_gone(): time.sleep(0.01)
      open(sys.argv[2] + '.new', 'w').write(call()); os.rename(sys.argv[2] + '.new', sys.argv[2])
      """
    let path = bench.folder + "/log"
    let words = [
      "python3", "-c", script, bench.socket, path, "\(ended.wasKnown)", "\(ended.isReaped)",
    ]
    var argv = words.map { strdup($0) } + [nil]
    defer { for word in argv { free(word) } }
    var pid: pid_t = 0
    try #require(posix_spawnp(&pid, words[0], nil, nil, &argv, environ) == 0)
    var status: Int32 = 0
    if ended.isReaped { #expect(waitpid(pid, &status, 0) == pid && status == 0) }
    var answer = ""
    for _ in 0..<400 where !answer.hasSuffix("\n") {
      usleep(25_000)
      answer =
        (try? OpenFile(path).bytes(path, limit: 1 << 20)).map {
          String(decoding: $0, as: UTF8.self)
        }
        ?? ""
    }
    if !ended.isReaped { #expect(waitpid(pid, &status, 0) == pid && status == 0) }
    #expect(answer.contains("environment.unknown"), "\(answer)")
  }

  @Test(.promise(.endedOpenerMayOnlyAsk))
  func `kernel-identity: a process that ends while it is looked at is not taken for the host's`()
    throws
  {
    let child = try Child()
    let process = PeerProcess(
      try PeerCredentials(descriptor: child.connection), hasDescriptors: false)
    let hold = try #require(process.hold(child.connection))
    #expect(hold.confinement() == nil)
    // The clock is looked at before the list of mounts is read and while it is.
    let asked = Locked(0)
    let pid = child.pid
    let pace = HostPace(
      now: {
        let count = asked.withLock {
          $0 += 1
          return $0
        }
        if count == 2 {
          kill(pid, SIGKILL)
          var status: Int32 = 0
          waitpid(pid, &status, 0)
        }
        return 0
      }, look: {})
    #expect(hold.confinement(pace: pace) == .processGone)
    #expect(asked.withLock { $0 } >= 2)
  }
}
