import Glibc
import Promises
import Testing

/// Hosts that are not there, not ours, or not honest. In the place of ssh stands a script where no sshd is
/// needed to say so.
@Suite(.enabled(if: Programs.isThere, "needs ENVGATE_BIN"))
struct DeskFaultTests {
  @Test(
    arguments: [
      ("exit 255", "host.unreachable", "ssh cannot reach build1, or build1 refuses you"),
      ("exit 127", "host.no_envgate", "ssh finds no envgate on build1"),
      (
        "echo 'envgate: daemon.absent: no daemon' >&2; exit 69", "host.refused",
        "its message is above"
      ),
      (
        "echo 'not available.'; exit 1", "host.invalid",
        "the answer of build1 does not come from a vault"
      ),
      (
        "exit 1", "host.invalid",
        "the command on build1 ended with code 1 and was not envgate proxy"
      ),
      (
        "cat >/dev/null & echo 'Welcome!'; sleep 3", "host.invalid",
        "check whether a login script there print"
      ),
      ("exit 0", "connection.lost", "the daemon ended the connection before it answered"),
      ("kill -9 $$", "host.unreachable", "ssh cannot reach build1"),
    ])
  func `each way not to reach a vault over ssh is told apart`(
    script: String, reason: String, sentence: String
  ) throws {
    let desk = try Desk()
    try desk.replaceSSH(script)
    let done = try desk.envgate(["status", "--host", "build1"])
    #expect(done.code == 69 && done.text.isEmpty, "\(done)")
    let last = done.stderr.split(separator: "\n").last ?? ""
    #expect(last.hasPrefix("envgate: \(reason): ") && last.contains(sentence), "\(done)")
  }

  @Test func `without ssh in PATH nothing is tried`() throws {
    let desk = try Desk()
    let done = try desk.envgate(
      ["status", "--host", "build1"], environment: ["PATH": "/nonexistent"])
    #expect(done.code == 69)
    #expect(
      done.stderr
        == "envgate: host.no_ssh: there is no ssh in PATH; install the OpenSSH client\n")
  }

  @Test(
    .promise(.hostIsOneArgument),
    arguments: [
      "-oProxyCommand=touch x", "user@-oProxyCommand=x", "-F/dev/null", "", "@host", "user@",
      "a@b@c",
      "build1 -oProxyCommand=x", "build1;id", "$(id)", "`id`", "build1\nbuild2", "build1\u{1B}[2J",
      "build\u{202E}1", "host/path", "ssh://host", "a|b", "a&b", "a'b", "a\"b", "a\\b", "*", "~",
      "häuser",
      String(repeating: "x", count: 321),
    ])
  func `what is no host is refused before ssh runs`(host: String) throws {
    let desk = try Desk()
    let marker = desk.folder + "/ran"
    try desk.replaceSSH("touch '\(marker)'; exit 255")
    for (arguments, environment) in [
      (["status", "--host=\(host)"], [:]), (["secret", "list", "-e", "e", "--host=\(host)"], [:]),
      (["approve", "--yes", "--accept-new", "--", "\(host):1"], [:]),
      (["status"], ["ENVGATE_HOST": host]),
    ] as [([String], [String: String])] {
      // A list of no host, or of several, is judged part by part.
      if !environment.isEmpty, host.isEmpty || host == "build1\nbuild2" { continue }
      let done = try desk.envgate(arguments, environment: environment)
      #expect(done.code == 64, "\(arguments): \(done)")
      #expect(!done.stderr.contains("\u{1B}") && !done.stderr.contains("\u{202E}"), "\(done)")
    }
    #expect(access(marker, F_OK) != 0)
  }

  @Test(
    .promise(.hostIsOneArgument),
    arguments: [
      "build1", "alice@build1", "alice@build1.example.com", "10.0.0.1", "fe80::1%eth0", "[::1]",
      "a_b-c@x_y-z", String(repeating: "x", count: 320),
    ])
  func `a host, an account on it and an address are one argument of ssh, behind all options`(
    host: String
  ) throws {
    let desk = try Desk()
    try desk.replaceSSH("printf '%s\\n' \"$@\" >&2; exit 255")
    let done = try desk.envgate(
      ["request", "show", "\(host):7"], environment: ["ENVGATE_SOCKET": "/no"])
    let lines = done.stderr.split(separator: "\n").map { $0.dropFirst("\(host): ".count) }
    #expect(lines.dropLast().suffix(4) == ["--", host[...], "envgate", "proxy"], "\(done)")
    #expect(lines.contains("ClearAllForwardings=yes") && lines.contains("PermitLocalCommand=no"))
    #expect(lines.starts(with: ["-T", "-x", "-a"]))
  }

  @Test(.promise(.farEndIsQuoted))
  func `what the far end says is shown as its own, and cannot steer a terminal`() throws {
    let desk = try Desk()
    try desk.replaceSSH(
      #"printf '\033[2Jgone\r\nenvgate: approved\n\342\200\256x\n' >&2; printf 'no line end' >&2; exit 255"#
    )
    let done = try desk.envgate(["status", "--host", "build1"])
    #expect(
      done.stderr.hasPrefix(
        #"""
        build1: \u{1B}[2Jgone
        build1: envgate: approved
        build1: \u{202E}x
        build1: no line end
        envgate: host.unreachable: ssh cannot reach build1
        """#), "\(done)")
  }

  @Test(.promise(.hostsSpeakForThemselves), arguments: [#""host""#, #""\\u0068ost""#])
  func `a vault cannot speak in the name of another host`(member: String) throws {
    let daemon = try TestDaemon()
    let desk = try Desk()
    // A vault that is honest, but for what it adds in front of its state.
    try desk.replaceSSH(
      "'\(try Programs.path("envgate"))' proxy --socket '\(daemon.socket)' | "
        + #"sed -u 's/"state":/\#(member):"build2","state":/'"#)
    let done = try desk.envgate(["status", "--json", "--host", "build1"])
    #expect(done.code == 70 && done.text.isEmpty, "\(done)")
    #expect(
      done.stderr.contains("build1: the reply does not follow the protocol: no answer has a member")
    )
    let shown = try desk.envgate(["status", "--json", "--socket", daemon.socket])
    #expect(shown.code == 0 && !shown.text.contains("build2"), "\(shown)")
  }

  @Test func `a list that did not come is not an empty one`() throws {
    let desk = try Desk()
    try desk.replaceSSH("exit 255")
    for place in [["--host", "build1"], ["--socket", "/nonexistent"]] {
      let done = try desk.envgate(["request", "list", "--json"] + place)
      #expect(done.code == 69 && done.text.isEmpty, "\(done)")
    }
  }

  @Test(.promise(.farEndIsQuoted))
  func `a far end that floods is cut off`() throws {
    let desk = try Desk()
    try desk.replaceSSH("head -c 6000000 /dev/zero | tr '\\0' x; exec sleep 60")
    let long = try desk.envgate(["status", "--host", "build1"])
    #expect(long.code == 70 && long.stderr.contains("the reply is longer than"), "\(long)")
    try desk.replaceSSH("yes 'a word' | head -n 100000 >&2; exit 255")
    let talk = try desk.envgate(["status", "--host", "build1"])
    #expect(talk.code == 69 && talk.stderr.split(separator: "\n").count == 101)
  }

  @Test func `a socket and a host are not both named, and a flag wins over a variable`() throws {
    let desk = try Desk()
    try desk.replaceSSH("printf '%s ' \"$@\" >&2; exit 255")
    let both = try desk.envgate(["status", "--socket", "/no", "--host", "build1"])
    #expect(both.code == 64 && both.stderr.contains("use one of them"), "\(both)")
    let flag = try desk.envgate(
      ["secret", "list", "-e", "e", "--socket", "/no"], environment: ["ENVGATE_HOST": "build1"])
    #expect(flag.code == 69 && flag.stderr.contains("there is no socket at /no"), "\(flag)")
    let host = try desk.envgate(
      ["secret", "list", "-e", "e", "--host", "build2"], environment: ["ENVGATE_HOST": "build1"])
    #expect(host.stderr.contains("-- build2 envgate proxy"), "\(host)")
    let variable = try desk.envgate(
      ["secret", "list", "-e", "e"],
      environment: ["ENVGATE_HOST": " build3 ", "ENVGATE_SOCKET": "/no"])
    #expect(variable.stderr.contains("-- build3 envgate proxy"), "\(variable)")
  }

  @Test func `without a terminal ssh asks nobody`() throws {
    let desk = try Desk()
    try desk.replaceSSH("printf '%s ' \"$@\" >&2; exit 255")
    let arguments = [
      "/usr/bin/setsid", "--wait", try Programs.path("envgate"), "status", "--host", "build1",
    ]
    let alone = try Programs.run(arguments, environment: desk.environment())
    #expect(alone.stderr.contains("-o BatchMode=yes -- build1"), "\(alone)")
    let helped = try Programs.run(
      arguments, environment: desk.environment(["SSH_ASKPASS": "/usr/bin/ssh-askpass"]))
    #expect(!helped.stderr.contains("BatchMode"), "\(helped)")
    let terminal = try TerminalProcess(
      [Programs.path("envgate"), "status", "--host", "build1"], environment: desk.environment())
    let screen = try terminal.read(until: "envgate proxy \n")
    #expect(!screen.contains("BatchMode"))
  }
}
