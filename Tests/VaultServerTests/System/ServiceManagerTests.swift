import Glibc
import Promises
import Testing

@testable import VaultServer

@Suite struct `the service manager` {
  private func watchdog(_ variables: [String: String]) -> Int64? {
    ServiceManager({ variables[$0] }, pid: 77).watchdog
  }

  @Test func `is told at a path and at an abstract name`() throws {
    let scratch = try Scratch()
    for address in [scratch.file("notify"), "@envgate-test-\(getpid())"] {
      let socket = try NoticeSocket(address)
      let manager = socket.manager()
      #expect(manager.tell(.ready, .status("serving")) == nil)
      manager.tell(.reloading(at: 1_234))
      manager.tell(.alive)
      manager.tell(.stopping)
      #expect(socket.next() == ["READY=1", "STATUS=serving"])
      #expect(socket.next() == ["RELOADING=1", "MONOTONIC_USEC=1234"])
      #expect(socket.next() == ["WATCHDOG=1"])
      #expect(socket.next() == ["STOPPING=1"])
    }
  }

  @Test(.promise(.noticesAreOneLine))
  func `cannot be told another notice by a text`() throws {
    let scratch = try Scratch()
    let socket = try NoticeSocket(scratch.file("notify"))
    socket.manager().tell(.status("/etc/a\nSTOPPING=1\u{2028}b"))
    #expect(socket.next() == ["STATUS=/etc/aSTOPPING=1b"])
  }

  @Test func `that is gone, or is none of ours, keeps nobody waiting`() throws {
    let scratch = try Scratch()
    let gone = ServiceManager { $0 == "NOTIFY_SOCKET" ? scratch.file("none") : nil }
    #expect(gone.tell(.ready)?.code == ENOENT)
    // A queue that nobody empties is full some day.
    let full = try NoticeSocket(scratch.file("notify"))
    let manager = full.manager()
    var fault: SystemFault?
    for _ in 0..<100_000 where fault == nil { fault = manager.tell(.alive) }
    #expect(fault?.code == EAGAIN)
    let long = "/" + String(repeating: "n", count: 107)
    for address in ["", "/", "notify", "vsock:2:1234", long] {
      let none = ServiceManager { $0 == "NOTIFY_SOCKET" ? address : nil }
      #expect(none.tell(.ready) == nil, "\(address)")
    }
  }

  @Test func `watches the process that it names, or whichever asks`() {
    #expect(watchdog(["WATCHDOG_USEC": "30000000"]) == 30_000_000)
    #expect(watchdog(["WATCHDOG_USEC": "30000000", "WATCHDOG_PID": "77"]) == 30_000_000)
    #expect(watchdog(["WATCHDOG_USEC": "30000000", "WATCHDOG_PID": "78"]) == nil)
    #expect(watchdog(["WATCHDOG_USEC": "30000000", "WATCHDOG_PID": "x"]) == nil)
    for text in ["0", "-1", "soon", ""] { #expect(watchdog(["WATCHDOG_USEC": text]) == nil) }
    #expect(watchdog([:]) == nil)
  }

  @Test func `puts into the environment what is read once and inherited by nobody`() async {
    await #expect(processExitsWith: .exitCode(0)) {
      setenv("NOTIFY_SOCKET", "/run/notify", 1)
      let first = LaunchEnvironment.take("NOTIFY_SOCKET")
      exit(
        first == "/run/notify" && LaunchEnvironment.take("NOTIFY_SOCKET") == nil
          && getenv("NOTIFY_SOCKET") == nil ? 0 : 1)
    }
  }
}
