import Glibc
import Promises
import Testing

/// `envgate proxy` by itself: bytes to the socket and back.
@Suite(.serialized, .enabled(if: Programs.isThere, "needs ENVGATE_BIN"))
struct ProxyTests {
  private static func call(_ id: Int) -> String {
    #"{"jsonrpc":"2.0","id":\#(id),"method":"server.status","params":{}}"# + "\n"
  }

  @Test func `what comes before the end of stdin is still answered, in order`() throws {
    let daemon = try TestDaemon()
    let calls = (1...300).map(Self.call).joined()
    let done = try daemon.envgate(["proxy"], input: calls)
    let lines = done.text.split(separator: "\n")
    #expect(done.code == 0 && done.stderr.isEmpty && lines.count == 300, "\(done.stderr)")
    for (index, line) in lines.enumerated() {
      #expect(line.hasPrefix(#"{"jsonrpc":"2.0","id":\#(index + 1),"#))
    }
  }

  @Test func `a reader who is slow holds the vault up and loses nothing`() throws {
    let daemon = try TestDaemon()
    // More than the pipes and both buffers hold, in both directions, and nobody reads for a while.
    let count = 4_000
    let process = try RunningProcess(
      ["/bin/sh", "-c", #""$0" proxy | { sleep 0.5; cat; }"#, Programs.path("envgate")],
      input: Array((1...count).map(Self.call).joined().utf8),
      environment: ["ENVGATE_SOCKET": daemon.socket])
    let lines = process.finish().text.split(separator: "\n")
    #expect(lines.count == count)
    #expect(lines.last?.hasPrefix(#"{"jsonrpc":"2.0","id":\#(count),"#) == true)
  }

  @Test func `it ends when nobody reads any more, though stdin stays open`() throws {
    let daemon = try TestDaemon()
    let socket = daemon.socket
    var pair: [Int32] = [-1, -1]
    #expect(pipe(&pair) == 0)
    for end in pair { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    defer { close(pair[1]) }
    let process = try RunningProcess(
      [
        "/bin/sh", "-c",
        #"exec 3<&0; "$0" proxy --socket "$1" <"$2" | head -c 1 >/dev/null; echo "${PIPESTATUS-}ended""#,
        Programs.path("envgate"), socket, "/proc/\(getpid())/fd/\(pair[0])",
      ])
    let text = Self.call(1)
    _ = text.withCString { write(pair[1], $0, strlen($0)) }
    #expect(process.finish().text.contains("ended"))
    close(pair[0])
  }

  @Test func `a vault that ends the connection ends it, though stdin stays open`() throws {
    let daemon = try TestDaemon()
    var pair: [Int32] = [-1, -1]
    #expect(pipe(&pair) == 0)
    for end in pair { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    defer { for end in pair { close(end) } }
    let process = try RunningProcess(
      [
        "/bin/sh", "-c", #"exec "$0" proxy --socket "$1" <"$2""#, Programs.path("envgate"),
        daemon.socket, "/proc/\(getpid())/fd/\(pair[0])",
      ])
    let text = Self.call(1)
    _ = text.withCString { write(pair[1], $0, strlen($0)) }
    var byte: UInt8 = 0
    #expect(read(process.output, &byte, 1) == 1)
    daemon.crash()
    #expect(process.finish().code == 0)
  }

  @Test func `it leads to its own socket, whatever host a variable names`() throws {
    let daemon = try TestDaemon()
    let done = try daemon.envgate(
      ["proxy"], input: Self.call(1),
      environment: ["ENVGATE_HOST": "build1", "SSH_ORIGINAL_COMMAND": "envgate proxy --socket /no"])
    #expect(done.code == 0 && done.text.contains(#""result""#), "\(done)")
    let named = try daemon.envgate(["proxy", "--socket", "/nonexistent"], input: Self.call(1))
    #expect(named.code == 69 && named.text.isEmpty && named.stderr.contains("daemon.absent"))
    #expect(try daemon.envgate(["proxy", "--host", "build1"]).code == 64)
  }

  @Test func `a terminal is refused with a sentence`() throws {
    let terminal = try TerminalProcess([
      Programs.path("envgate"), "proxy", "--socket", "/nonexistent",
    ])
    _ = try terminal.read(until: "envgate: usage: stdin is a terminal")
    #expect(try terminal.finish() >> 8 & 0xFF == 64)
  }

  @Test(.promise(.farDaemon), .enabled(if: Programs.isRoot, "needs another account"))
  func `a listener that may see no value gets not a byte`() throws {
    let folder = try Folder()
    defer { folder.remove() }
    chmod(folder.path, 0o777)
    let path = folder.path + "/socket"
    // An account of a person, which owns what it listens at.
    let listener = try RunningProcess(
      [
        "/usr/bin/perl", "-MIO::Socket::UNIX", "-e",
        """
        my $s = IO::Socket::UNIX->new(Local => $ARGV[0], Listen => 1) or die; chmod 0666, $ARGV[0];
        print STDERR "ready\\n"; my $c = $s->accept; my $n = sysread $c, my $b, 9; print STDERR "got $n\\n";
        """, path,
      ], uid: 1_501)
    _ = try listener.readErrors(until: "ready")
    let done = try Programs.run(
      [Programs.path("envgate"), "proxy", "--socket", path], input: Array(Self.call(1).utf8))
    #expect(done.code == 77 && done.text.isEmpty, "\(done)")
    #expect(done.stderr.hasPrefix("envgate: daemon.untrusted: uid 1501 listens at"))
    #expect(try listener.readErrors(until: "got").contains("got 0\n"))
  }
}
