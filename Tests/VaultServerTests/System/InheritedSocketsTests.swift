import CLinux
import Glibc
import Promises
import Testing

@testable import VaultServer

@Suite struct `a socket that the service manager hands over` {
  private static let pid: Int32 = 77

  /// A listening socket as a manager makes it: blocking, and kept across exec.
  private func listen(_ path: String) throws -> Int32 {
    var made: Int32 = -1
    try #require(envgate_listen_unix(path, 0o600, UInt32.max, 8, &made, nil) == 0)
    try #require(fcntl(made, F_SETFL, 0) == 0 && fcntl(made, F_SETFD, 0) == 0)
    return made
  }

  private func inherited(
    _ names: String?, count: String = "1", meant: String? = "77", from start: Int32 = 3
  ) throws(InheritedSocketFault) -> InheritedSockets {
    try InheritedSockets(
      { name in
        switch name {
        case "LISTEN_PID": meant
        case "LISTEN_FDS": count
        case "LISTEN_FDNAMES": names
        default: nil
        }
      }, pid: Self.pid, start: start)
  }

  private func fault(
    _ names: String?, count: String = "1", from start: Int32 = 3, at path: String = "/run/s"
  ) -> InheritedSocketFault? {
    do throws(InheritedSocketFault) {
      _ = try inherited(names, count: count, from: start).take(["envgate": path])
      return nil
    } catch { return error }
  }

  @Test func `is taken by its name, close-on-exec and non-blocking`() throws {
    let scratch = try Scratch()
    let made = try listen(scratch.file("s"))
    defer { close(made) }
    let taken = try inherited("envgate", from: made).take([
      "envgate": scratch.file("s"), "jobs": scratch.file("j"),
    ])
    #expect(taken == ["envgate": made])
    #expect(fcntl(made, F_GETFD) & FD_CLOEXEC != 0)
    #expect(fcntl(made, F_GETFL) & O_NONBLOCK != 0)
  }

  @Test(.promise(.inheritedSocketsAreChecked))
  func `by a name that nobody here knows is refused, and so is one without a name`() throws {
    #expect(fault("jobs") == .unknown(name: "jobs", known: ["envgate"]))
    #expect(fault("envgated.socket")?.description.hasSuffix("FileDescriptorName=envgate") == true)
    #expect(fault(nil) == .unknown(name: "unknown", known: ["envgate"]))
    #expect(fault("a\nb")?.description.contains("\n") == false)
  }

  @Test(.promise(.inheritedSocketsAreChecked))
  func `comes once by each name`() throws {
    let scratch = try Scratch()
    let made = try listen(scratch.file("s"))
    defer { close(made) }
    #expect(
      fault("envgate:envgate", count: "2", from: made, at: scratch.file("s"))
        == .repeated(name: "envgate"))
  }

  @Test(.promise(.inheritedSocketsAreChecked))
  func `that is no listening Unix stream socket is refused`() throws {
    let scratch = try Scratch()
    let deaf = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    let datagrams = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    let network = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    try #require(Glibc.listen(network, 1) == 0)
    let file = open(try scratch.write("", to: "file"), O_RDONLY | O_CLOEXEC)
    let all = [deaf, datagrams, network, file]
    defer { for descriptor in all { close(descriptor) } }
    for descriptor in all + [1_000_000] {
      #expect(fault("envgate", from: descriptor) == .notListening(name: "envgate"))
    }
  }

  @Test(.promise(.inheritedSocketsAreChecked))
  func `that listens elsewhere than the configuration says is refused`() throws {
    let scratch = try Scratch()
    let made = try listen(scratch.file("s"))
    defer { close(made) }
    #expect(
      fault("envgate", from: made, at: scratch.file("t"))
        == .elsewhere(name: "envgate", found: scratch.file("s"), configured: scratch.file("t")))
  }

  @Test func `is there only for the process that it is meant for`() throws {
    #expect(try inherited("envgate", meant: "78").take([:]) == [:])
    #expect(try inherited("envgate", meant: nil).take([:]) == [:])
    #expect(try inherited("", count: "0").take([:]) == [:])
    #expect(try InheritedSockets { _ in nil }.take([:]) == [:])
  }

  @Test(arguments: [
    ("envgate", "one"), ("envgate", "-1"), ("envgate", "4096"), ("envgate", ""), ("envgate", "2"),
    ("envgate:b", "1"),
  ])
  func `in words that no manager writes is refused`(names: String, count: String) {
    guard case .malformed? = fault(names, count: count) else {
      Issue.record("\(names), \(count): \(String(describing: fault(names, count: count)))")
      return
    }
  }
}
