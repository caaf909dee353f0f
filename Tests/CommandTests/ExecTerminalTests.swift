import Glibc
import Testing

/// `exec` on a terminal, below a shell with job control: as if envgate were not there.
@Suite(.serialized, .enabled(if: Programs.isThere && Programs.isRoot, "needs ENVGATE_BIN and root"))
struct ExecTerminalTests {
  /// A shell on a terminal, and the beginning of a command line.
  static func shell(_ daemon: TestDaemon) throws -> TerminalProcess {
    try daemon.must(["environment", "edit", "dev", "--add-requester", "uid:0"])
    let shell = try TerminalProcess(
      ["/bin/bash", "--norc", "--noprofile", "-i"],
      environment: [
        "ENVGATE_SOCKET": daemon.socket, "PS1": "$ ", "E": try Programs.path("envgate"),
      ])
    try shell.type("bind 'set enable-bracketed-paste off'; stty -echo; echo on\"\"line\n")
    try shell.read(until: "online\n")
    return shell
  }

  static func run(_ script: String) -> String { "$E exec -e dev -- sh -c '\(script)'" }

  @Test func `a key stops the command and fg takes it up again`() throws {
    let daemon = try HandOverTests.stage()
    let shell = try Self.shell(daemon)
    try shell.type(Self.run("echo ready; read line; echo got $line; exit 3") + "\n")
    try shell.read(until: "ready\n")
    try shell.type("\u{1A}")
    try shell.read(until: "Stopped")
    try shell.read(until: "$ ")
    try shell.type("fg >/dev/null\nhello\n")
    try shell.read(until: "got hello\n")
    try shell.type("echo code=$?\n")
    try shell.read(until: "code=3\n")
    #expect(try daemon.must(["history", "-e", "dev"]).contains("closed (failure)"))
  }

  @Test func `a key interrupts the command once`() throws {
    let daemon = try HandOverTests.stage()
    let shell = try Self.shell(daemon)
    try shell.type(
      Self.run("n=0; trap \"n=\\$((n+1)); echo int\" INT; echo ready; read a; read b; echo n=$n.")
        + "\n")
    try shell.read(until: "ready\n")
    try shell.type("\u{03}")
    try shell.read(until: "int\n")
    try shell.type("a\nb\n")
    try shell.read(until: "n=1.\n")
  }

  /// Such a line stands where the next command is typed.
  @Test(arguments: [("", " &"), ("CI=true ", "")])
  func `a job in the background, or under CI, draws no line while it waits`(
    before: String, after: String
  ) throws {
    let daemon = try HandOverTests.stage()
    let shell = try Self.shell(daemon)
    try daemon.must(["environment", "edit", "dev", "--reviewer", "user:\(TestDaemon.bob.name)"])
    try shell.type("\(before)$E exec -e dev -- echo do\"\"ne\(after)\n")
    try shell.read(until: "waits for")
    // The line would be drawn anew each second.
    sleep(2)
    _ = try daemon.must(["approve", "1", "--yes", "--accept-new"], as: TestDaemon.bob.uid)
    try shell.read(until: "done")
    #expect(!String(decoding: shell.raw, as: UTF8.self).contains("\u{1B}[K"))
  }

  @Test(arguments: ["TSTP", "TTIN", "TTOU"])
  func `a command in the background stops, goes on and ends as it is told`(stop: String) throws {
    let daemon = try HandOverTests.stage()
    let shell = try Self.shell(daemon)
    try shell.type(
      Self.run("trap \"exit 9\" TERM; echo ready; while :; do sleep 0.05; done") + " &\n")
    try shell.read(until: "ready\n")
    try shell.type(
      "kill -\(stop) $!; while ! jobs | grep -q Stopped; do sleep 0.05; done; echo st\"\"op\n")
    try shell.read(until: "stop\n")
    try shell.type("ps -o stat= -p $(pgrep -P $!) | cut -c1\n")
    try shell.read(until: "T\n")
    try shell.type("bg >/dev/null; kill -TERM $!; wait $!; echo code=$?\n")
    try shell.read(until: "code=9\n")
  }

  @Test func `the terminal, its size, the foreground and the process group are the command's`()
    throws
  {
    let daemon = try HandOverTests.stage()
    let shell = try Self.shell(daemon)
    try shell.type(
      Self.run(
        "test -t 0 -a -t 1 -a -t 2 && stty size </dev/tty; ps -o pgid=,tpgid= -p $$ | tr -s \" \"; "
          + "ps -o pgid= -p $PPID; ps -o comm= -p $PPID") + "\n")
    try shell.read(until: "24 80\n")
    let seen = try shell.read(until: "envgate\n")
    let groups = seen.split(whereSeparator: { " \n".contains($0) }).map(String.init)
    #expect(groups.count == 4 && Set(groups.prefix(3)).count == 1, "\(seen)")
  }

  @Test func `a hangup reaches the command, and its grant ends`() throws {
    let daemon = try HandOverTests.stage()
    let shell = try Self.shell(daemon)
    let mark = daemon.folder + "/hangup"
    try shell.type(
      Self.run("trap \"echo >\(mark); exit 4\" HUP; echo ready; while :; do sleep 0.05; done")
        + "\n")
    try shell.read(until: "ready\n")
    shell.hangUp()
    #expect(eventually { access(mark, F_OK) == 0 })
    #expect(
      eventually {
        (try? daemon.must(["history", "-e", "dev"]))?.contains("closed (failure)") == true
      })
  }
}
