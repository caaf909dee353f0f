import Glibc
import Promises
import Testing

/// `config/examples/sshd-reviewers.conf` against somebody who may sign in, and wants more.
@Suite(
  .serialized,
  .enabled(
    if: SSHServer.isThere,
    "needs ENVGATE_BIN, root, and sshd(8) and ssh(1) of Debian's openssh-server and openssh-client")
)
struct DeskRefusalTests {
  private static let status =
    #"{"jsonrpc":"2.0","id":1,"method":"server.status","params":{}}"# + "\n"

  @Test(.promise(.sshKeyRunsTheProxy))
  func `a reviewer's ssh runs the proxy and nothing else, whatever it asks for`() throws {
    let server = try SSHServer()
    let desk = try Desk([("build1", server, "alice"), ("open", server, "erin")])
    let marker = server.folder + "/home/alice/marker"
    try write("touch '\(marker)'\n", server.folder + "/home/alice/.profile")
    mkdir(server.folder + "/home/alice/.ssh", 0o755)
    for file in [".profile", ".ssh", ".ssh/rc", ".ssh/environment"] {
      let path = server.folder + "/home/alice/" + file
      if file != ".ssh" { try write("touch '\(marker)'\n", path) }
      chown(path, SSHServer.alice, SSHServer.alice)
    }
    // What the requests are made of: a command, none at all (a shell), a subsystem, a terminal.
    for arguments in [
      ["build1", "touch", marker], ["build1"], ["-s", "build1", "sftp"],
      ["build1", "envgate", "proxy", "--socket", "/run/other.sock"],
      ["build1", "envgate proxy; touch \(marker)"],
      ["-o", "SetEnv=ENVGATE_SOCKET=/run/other.sock", "build1"],
    ] {
      let done = try desk.ssh(arguments, input: Self.status)
      #expect(
        done.text.contains(#""account":"alice""#) && done.text.contains(#""result""#),
        "\(arguments): \(done)")
    }
    let terminal = try desk.ssh(["-tt", "build1"], input: Self.status)
    #expect(terminal.code != 0 && terminal.text.isEmpty, "\(terminal)")
    #expect(access(marker, F_OK) != 0)
    // The same for who is not in the group does what it asks: the test would notice.
    #expect(try desk.ssh(["open", "id", "-un"]).text == "erin\n")
  }

  @Test(.promise(.sshKeyRunsTheProxy))
  func `no file goes over a reviewer's ssh`() throws {
    let server = try SSHServer()
    let desk = try Desk([("build1", server, "alice"), ("open", server, "erin")])
    try write("content", server.folder + "/plain")
    chmod(server.folder + "/plain", 0o644)
    let fetched = desk.folder + "/fetched"
    for old in [[], ["-O"]] {
      // The old protocol waits for an answer, which the vault does not give to what is no line.
      let arguments =
        ["/usr/bin/timeout", "1", "/usr/bin/scp", "-q", "-S", desk.folder + "/ssh"] + old
      let refused = try Programs.run(arguments + ["build1:\(server.folder)/plain", fetched])
      #expect(refused.code != 0 && access(fetched, F_OK) != 0, "\(refused)")
      let sent = try Programs.run(
        arguments + [server.folder + "/plain", "build1:\(server.folder)/home/alice/sent"])
      #expect(sent.code != 0 && access(server.folder + "/home/alice/sent", F_OK) != 0, "\(sent)")
    }
    let granted = try Programs.run([
      "/usr/bin/scp", "-q", "-S", desk.folder + "/ssh", "open:\(server.folder)/plain", fetched,
    ])
    #expect(granted.code == 0 && access(fetched, F_OK) == 0, "\(granted)")
  }

  @Test(.promise(.sshKeyRunsTheProxy))
  func `no way leads through a reviewer's ssh to other ports and sockets`() throws {
    let server = try SSHServer()
    let desk = try Desk([("build1", server, "alice"), ("open", server, "erin")])
    // Over there, sshd's own port answers with its banner.
    let stdio = ["-W", "127.0.0.1:\(server.port)"]
    let refused = try desk.ssh(stdio + ["build1"])
    #expect(refused.code != 0 && refused.text.isEmpty, "\(refused)")
    #expect(try desk.ssh(stdio + ["open"], input: "x\n").text.hasPrefix("SSH-2.0"))
    // Over there listens nobody: a forwarding back, of a port and of a socket.
    for back in ["0:127.0.0.1:1", "\(server.folder)/home/alice/back:127.0.0.1:1"] {
      let done = try desk.ssh(
        ["-o", "ExitOnForwardFailure=yes", "-R", back, "build1"], input: Self.status)
      #expect(done.code != 0 && done.text.isEmpty, "\(back): \(done)")
    }
    // A listener at the desk is the desk's own, and what comes through it is refused over there.
    for (host, isLed) in [("build1", false), ("open", true)] {
      let local = "\(desk.folder)/local.\(host)"
      let forward = try RunningProcess(
        [desk.folder + "/ssh", "-v", "-N", "-L", "\(local):\(server.daemon.socket)", host],
        environment: desk.environment())
      _ = try forward.readErrors(until: "Entering interactive session")
      let client = try LineClient(local)
      try? client.send(Self.status)
      #expect((try client.line() != nil) == isLed, "\(host)")
    }
  }
}
