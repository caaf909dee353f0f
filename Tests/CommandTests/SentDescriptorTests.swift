import Glibc
import Promises
import Testing

/// Descriptors that a peer sends along (SCM_RIGHTS): closing one can take as long as its sender likes.
@Suite(.serialized, .enabled(if: Programs.isThere && Programs.isRoot, "needs ENVGATE_BIN and root"))
struct SentDescriptorTests {
  /// Sends a descriptor over a Unix socket, and prints the name of the error.
  private static let send = """
    import array, errno, os, socket, sys
    def send(s):
        try:
            s.sendmsg([b"x"], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [0]))])
            return "sent"
        except OSError as e:
            return errno.errorcode[e.errno]
    """

  /// Whether the kernel can refuse them (Linux 6.16).
  static let canRefuse = {
    var fds: [Int32] = [0, 0]
    guard socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &fds) == 0 else { return false }
    defer { fds.forEach { close($0) } }
    var off: Int32 = 0
    return setsockopt(fds[0], SOL_SOCKET, 83, &off, 4) == 0
  }()

  private func python(_ script: String, _ arguments: [String]) throws -> String {
    let done = try Programs.run(
      ["/usr/bin/python3", "-c", Self.send + "\n" + script] + arguments)
    #expect(done.code == 0, "\(done.stderr)")
    return done.text
  }

  @Test(
    .promise(.sentDescriptors),
    .enabled(if: canRefuse, "optional: a kernel before 6.16 cannot refuse them"),
    arguments: ["run/main.sock", "run/jobs/gitlab/envgate.sock"])
  func `nobody sends the daemon a descriptor, by no socket`(socket: String) throws {
    let daemon = try TestDaemon(extra: JobSocketTests.configuration)
    let path = socket.hasPrefix("run/jobs") ? daemon.folder + "/" + socket : daemon.socket
    let answer = try python(
      """
      s = socket.socket(socket.AF_UNIX)
      s.connect(sys.argv[1])
      print(send(s))
      """, [path])
    #expect(answer == "EPERM\n")
  }

  @Test(
    .promise(.sentDescriptors),
    .enabled(if: canRefuse, "optional: a kernel before 6.16 cannot refuse them"))
  func `nobody sends the client a descriptor`() throws {
    let folder = "/tmp/envgate-\(getpid())-sent"
    mkdir(folder, 0o700)
    defer { _ = try? Programs.run(["/bin/rm", "-r", folder]) }
    let answer = try python(
      """
      import subprocess
      l = socket.socket(socket.AF_UNIX)
      l.bind(sys.argv[1])
      l.listen(1)
      l.settimeout(10)
      p = subprocess.Popen([sys.argv[2], "status", "--socket", sys.argv[1]], stderr=subprocess.DEVNULL)
      s, _ = l.accept()
      print(send(s))
      s.close()
      p.wait()
      """, [folder + "/s", Programs.path("envgate")])
    #expect(answer == "EPERM\n")
  }
}
