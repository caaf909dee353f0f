import Glibc
import Testing

/// `secret import`, with the programs that ship: all of a file, or none of it.
@Suite(.serialized, .enabled(if: Programs.isThere, needsPrograms))
struct ImportCommandTests {
  static func stage() throws -> TestDaemon {
    let daemon = try TestDaemon()
    try daemon.must(["environment", "create", "dev", "--requester", "any", "--unprotected"])
    return daemon
  }

  static func imports(
    _ daemon: TestDaemon, _ file: String, _ options: [String] = []
  ) throws -> Finished {
    try daemon.envgate(["secret", "import", "-e", "dev"] + options, input: file)
  }

  private func names(_ daemon: TestDaemon) throws -> [String] {
    try daemon.must(["secret", "list", "-e", "dev"]).split(separator: "\n").map {
      String($0.prefix { $0 != "\t" })
    }
  }

  @Test func `all-or-nothing: whatever refuses one line, nothing is set, and the line is told`()
    throws
  {
    let daemon = try Self.stage()
    try daemon.must(["variable", "set", "REGION", "-e", "dev", "--value", "eu"])
    let taken = try Self.imports(daemon, "A=1\nREGION=us\nC=3\n")
    #expect(taken.code == 65 && taken.stderr.contains("nothing was imported; see line 2 (REGION)"))
    let reserved = try Self.imports(daemon, "A=1\nLD_PRELOAD=x\n")
    #expect(reserved.code == 65 && reserved.stderr.contains("see line 2 (LD_PRELOAD)"))
    #expect(try names(daemon) == [])
    let many = (1...98).map { "K\($0)=v\n" }.joined()
    #expect(
      try Self.imports(daemon, many).stderr.contains("imported into dev: 98 new, 0 changed, 0 same")
    )
    let limit = try Self.imports(daemon, "N1=1\nN2=2\nN3=3\n")
    #expect(limit.code == 77 && limit.stderr.contains("limit.secrets"), "\(limit)")
    #expect(try names(daemon).count == 98)
  }

  @Test func `says what is new, changed and the same, and a dry run sets nothing`() throws {
    let daemon = try Self.stage()
    #expect(try Self.imports(daemon, "A=1\nB=2\n").text == "A 1\nB 1\n")
    let file = "A=1\nB=3\nC=4\n"
    let dry = try Self.imports(daemon, file, ["--dry-run"])
    #expect(dry.text == "A same\nB changed\nC new\n", "\(dry)")
    #expect(dry.stderr == "envgate: nothing was set; the file has 1 new, 1 changed, 1 same\n")
    #expect(try names(daemon) == ["A", "B"])
    let json = try Self.imports(daemon, file, ["--json"])
    #expect(
      json.text
        == #"[{"environment":"dev","name":"A","version":1,"change":"same"},"#
        + #"{"environment":"dev","name":"B","version":2,"change":"changed"},"#
        + #"{"environment":"dev","name":"C","version":1,"change":"new"}]"# + "\n")
    #expect(
      try daemon.must(["audit", "list"]).split(separator: "\n").filter {
        $0.contains("secret.compared")
      }.count == 2)
  }

  @Test func `takes several environments of one file, and nothing where one of them refuses`()
    throws
  {
    let daemon = try Self.stage()
    try daemon.must(["environment", "create", "test", "--requester", "any", "--unprotected"])
    func imports(_ file: String, _ options: [String] = []) throws -> Finished {
      try daemon.envgate(["secret", "import"] + options, input: file)
    }
    let refused = try imports(#"{"dev":{"A":"1"},"nowhere":{"A":"1"}}"#)
    #expect(refused.code == 77 && refused.stderr.contains("environment.unknown"), "\(refused)")
    #expect(try names(daemon) == [])
    let done = try imports(#"{"dev":{"A":"1"},"test":{"A":"1","my-b":"2"}}"#, ["--map-names"])
    #expect(done.text == "dev/A 1\ntest/A 1\ntest/MY_B 1\n", "\(done)")
    #expect(done.stderr.contains(#""my-b" is imported as MY_B"#))
    #expect(try imports(#"{"A":"1"}"#).stderr.contains("the file names no environment"))
    let twice = try imports(#"{"dev":{"A":"1"}}"#, ["-e", "dev"])
    #expect(twice.code == 64 && twice.stderr.contains("leave --environment out"))
  }

  @Test(arguments: ["B=$HOME", "B=\"x $(id)\"", "B=x`id`", "B='\n\0'"])
  func `all-or-nothing: what some readers expand, and a NUL, is told before anything is set`(
    line: String
  ) throws {
    let daemon = try Self.stage()
    let refused = try Self.imports(daemon, "A=1\n\(line)\nC=3\n")
    let number = line.contains("\0") ? 3 : 2
    #expect(refused.code == 65 && refused.stderr.contains("dotenv.invalid: line \(number): "))
    #expect(refused.stderr.contains("nothing was imported"), "\(refused.stderr)")
    #expect(try names(daemon) == [])
  }

  @Test(arguments: [["--raw"], [], ["--file", "-"]])
  func `secret set tells what it keeps at the ends of a value from stdin`(options: [String]) throws
  {
    let daemon = try Self.stage()
    let done = try daemon.envgate(
      ["secret", "set", "A", "-e", "dev"] + options, input: "pass\r\n")
    #expect(done.code == 0 && done.text == "1\n")
    let kept = options.isEmpty ? "carriage return (CR)" : "CR LF"
    #expect(
      done.stderr.hasPrefix("envgate: kept the \(kept) at the end: the value has "),
      "\(done.stderr)")
    let plain = try daemon.envgate(["secret", "set", "B", "-e", "dev"], input: "pass\n")
    #expect(plain.code == 0 && plain.stderr.isEmpty, "\(plain.stderr)")
  }

  @Test func `an empty line empties no secret, unless that is meant`() throws {
    let daemon = try Self.stage()
    #expect(try Self.imports(daemon, "A=1\nNEW=\n").code == 0)
    let refused = try Self.imports(daemon, "B=2\nA=\n")
    #expect(refused.code == 65 && refused.stderr.contains("value.empty"), "\(refused)")
    #expect(refused.stderr.contains("see line 2 (A)") && refused.stderr.contains("--allow-empty"))
    #expect(try daemon.must(["secret", "get", "A", "-e", "dev"]) == "1")
    #expect(try names(daemon) == ["A", "NEW"])
    #expect(try Self.imports(daemon, "B=2\nA=\n", ["--allow-empty"]).text == "B 1\nA 2\n")
  }

  @Test func `a file with the line ends of Windows is told of, and UTF-16 named`() throws {
    let daemon = try Self.stage()
    let told = try Self.imports(daemon, "\u{FEFF}A=1\r\nB=2\r\n")
    #expect(told.text == "A 1\nB 1\n")
    #expect(told.stderr.hasPrefix("envgate: line 1 ends in CR LF"))
    #expect(try daemon.must(["secret", "get", "B", "-e", "dev"]) == "2")
  }

  @Test func `all-or-nothing: a client or a daemon that is killed half way has set nothing`() throws
  {
    let daemon = try Self.stage()
    try daemon.must(["secret", "set", "OLD", "-e", "dev"], input: "old")
    func line(_ id: Int, _ params: String) -> String {
      #"{"jsonrpc":"2.0","id":\#(id),"method":"secret.import","params":{"environment":"dev",\#(params)}}"#
    }
    func begin() throws -> LineClient {
      let client = try LineClient(daemon.socket)
      #expect(try client.call(line(1, #""names":["NEW","OLD","LAST"]"#)).contains("\"names\":3"))
      #expect(try client.call(line(2, #""name":"NEW","value":"1""#)).contains("\"staged\":1"))
      #expect(try client.call(line(3, #""name":"OLD","value":"2""#)).contains("\"staged\":2"))
      return client
    }
    func expectNothing(_ what: String) throws {
      #expect(try names(daemon) == ["OLD"], "\(what)")
      #expect(try daemon.must(["secret", "get", "OLD", "-e", "dev"]) == "old", "\(what)")
    }
    do {
      let client = try begin()
      try expectNothing("half way")
      _ = client
    }
    try expectNothing("the client is gone")
    let client = try begin()
    #expect(try client.call(line(4, #""commit":true"#)).contains("params.invalid"))
    daemon.crash()
    try daemon.start()
    try expectNothing("the daemon was killed")
    let again = try LineClient(daemon.socket)
    #expect(try again.call(line(1, #""commit":true"#)).contains("import.ended"))
    #expect(try daemon.must(["secret", "set", "OLD", "-e", "dev"], input: "new") == "2\n")
    #expect(try daemon.must(["audit", "verify", "--json"]).contains("\"verified\":true"))
  }
}
