import Glibc
import Testing

@testable import envgate

/// The prompt without echo: what is pasted there is the value or nothing, and is never shown or run.
@Suite(.enabled(if: Programs.isThere, "needs ENVGATE_BIN"))
struct PromptTests {
  private static let lines = (0..<200).map {
    "line\($0): " + String(repeating: "c2VjcmV0", count: 7)
  }

  private static func stage() throws -> TestDaemon {
    let daemon = try TestDaemon()
    try daemon.must([
      "environment", "create", "dev", "--requester", "uid:\(geteuid())", "--unprotected",
    ])
    return daemon
  }

  /// A shell at which `secret set` asks for the value.
  private static func prompt(_ daemon: TestDaemon) throws -> TerminalProcess {
    let shell = try TerminalProcess(
      ["/bin/bash", "--norc", "-i"], columns: 200,
      environment: [
        "ENVGATE_SOCKET": daemon.socket, "PS1": "ready> ", "HISTFILE": daemon.folder + "/history",
      ])
    try shell.read(until: "ready> ")
    try shell.type("\(Programs.path("envgate")) secret set KUBE -e dev\n")
    try shell.read(until: "Value of KUBE: ")
    return shell
  }

  private static func leave(_ shell: TerminalProcess, _ daemon: TestDaemon) throws {
    try shell.type("history -w; exit\n")
    _ = try shell.finish()
    let shown = String(decoding: shell.raw, as: UTF8.self)
    #expect(!shown.contains("c2Vj"), "\(shown)")
    let history = String(
      decoding: try readFile(daemon.folder + "/history"), as: UTF8.self)
    #expect(history.contains("secret set KUBE") && !history.contains("c2Vj"))
  }

  @Test func `a marked paste of many lines is the value, whole`() throws {
    let daemon = try Self.stage()
    let shell = try Self.prompt(daemon)
    let value = Self.lines.joined(separator: "\n")
    for question in ["Repeat the value: ", "KUBE of dev: version 1"] {
      try shell.type(slowly: "\u{1B}[200~" + value + "\n\u{1B}[201~\n")
      try shell.read(until: question)
    }
    try Self.leave(shell, daemon)
    #expect(try daemon.must(["secret", "get", "KUBE", "-e", "dev"]) == value)
  }

  @Test(arguments: ["all at once", "a line at a time", "lines alike", "too long"])
  func `no-echo: a paste that is not marked is refused, and nothing of it is shown or run`(
    how: String
  ) throws {
    let daemon = try Self.stage()
    let shell = try Self.prompt(daemon)
    switch how {
    case "a line at a time":
      for line in Self.lines.prefix(5) {
        try shell.type(line + "\n")
        usleep(300_000)
      }
    case "lines alike":
      let line = Self.lines[0] + "\n"
      try shell.type(line)
      try shell.read(until: "Repeat the value: ")
      for _ in 0..<4 {
        try shell.type(line)
        usleep(300_000)
      }
    case "too long":
      try shell.type(slowly: String(repeating: "c2VjcmV0", count: 9_000) + "\n")
    default:
      try shell.type(slowly: Self.lines.joined(separator: "\n") + "\n")
    }
    try shell.read(until: how == "too long" ? "keep large data elsewhere" : "nothing was set")
    try shell.read(until: "ready> ")
    try Self.leave(shell, daemon)
    #expect(try daemon.must(["secret", "list", "-e", "dev"]) == "")
  }

  /// The settings as they can be compared.
  private static func text(of settings: termios) -> String {
    "\(settings.c_iflag) \(settings.c_oflag) \(settings.c_lflag)"
  }

  @Test(arguments: [SIGTERM, SIGINT, SIGHUP, SIGQUIT], ["", "c2Vj\n"])
  func `a signal ends the prompt at once, with the terminal as it was, and by that signal`(
    number: Int32, typed: String
  ) throws {
    let daemon = try Self.stage()
    let prompt = try TerminalProcess(
      [Programs.path("envgate"), "secret", "set", "KUBE", "-e", "dev"], columns: 200,
      environment: ["ENVGATE_SOCKET": daemon.socket])
    try prompt.read(until: "Value of KUBE: ")
    #expect(Self.text(of: prompt.settings) != Self.text(of: prompt.first))
    if !typed.isEmpty {
      try prompt.type(typed)
      try prompt.read(until: "Repeat the value: ")
    }
    prompt.signal(number)
    #expect(try prompt.finish() & 0x7F == number)
    #expect(Self.text(of: prompt.settings) == Self.text(of: prompt.first))
    let shown = String(decoding: prompt.raw, as: UTF8.self)
    #expect(shown.contains("interrupted: nothing was set") && !shown.contains("c2Vj"), "\(shown)")
    #expect(try daemon.must(["secret", "list", "-e", "dev"]) == "")
  }

  @Test func `Ctrl-C at the prompt ends it as SIGINT does`() throws {
    let daemon = try Self.stage()
    let shell = try Self.prompt(daemon)
    try shell.type("c2Vj\u{3}")
    try shell.read(until: "nothing was set")
    try shell.read(until: "ready> ")
    try shell.type("echo code $?\n")
    try shell.read(until: "code 130")
    try Self.leave(shell, daemon)
  }

  @Test(arguments: [
    ("ab\u{7F}c", "ac"), ("ab\u{15}c", "c"), ("a\u{1B}[Ab\u{1B}OAc\u{1B}[1;5Cd", "abcd"),
    ("\u{1B}[200~a\u{3}\u{1B}[201b\u{1B}\u{1B}[201~c", "a\u{3}\u{1B}[201b\u{1B}c"),
  ])
  func `keys that move a cursor are no part of the value, and a paste is taken as it is`(
    typed: String, value: String
  ) {
    var keys = PromptKeys()
    var taken: [UInt8] = []
    for step in typed.utf8.flatMap({ keys.steps($0) }) {
      switch step {
      case .byte(let byte): taken.append(byte)
      case .erase: taken.removeLast()
      case .eraseLine: taken = []
      case .end, .interrupt: Issue.record("\(step)")
      }
    }
    #expect(String(decoding: taken, as: UTF8.self) == value)
  }

  @Test(arguments: [["KUBE", "c2VjcmV0"], ["KUBE=c2VjcmV0"]])
  func `no-echo: a value on the command line is refused and not repeated`(words: [String]) throws {
    let daemon = try Self.stage()
    let done = try daemon.envgate(["secret", "set", "-e", "dev"] + words, input: "")
    #expect(done.code == 64)
    #expect(done.stderr.contains("with --file") && !done.stderr.contains("c2Vj"), "\(done.stderr)")
  }
}

extension TerminalProcess {
  /// Types what is longer than the kernel's buffer of a terminal.
  fileprivate func type(slowly text: String) throws {
    var rest = Substring(text)
    while !rest.isEmpty {
      try type(String(rest.prefix(1_000)))
      rest = rest.dropFirst(1_000)
      usleep(2_000)
    }
  }
}
