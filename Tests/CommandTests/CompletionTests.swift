import Glibc
import Promises
import Testing

/// What a shell offers at TAB: the real shells, with the scripts that the client makes, and a real daemon.
@Suite(.enabled(if: Programs.isThere, "needs ENVGATE_BIN"))
final class CompletionTests {
  let daemon: TestDaemon
  let folder: String

  init() throws {
    daemon = try TestDaemon()
    folder = daemon.folder
    try daemon.must(["environment", "create", "development", "--requester", "any", "--unprotected"])
    try daemon.must([
      "environment", "create", "production", "--requester", "uid:\(geteuid())", "--reviewer",
      "uid:34",
    ])
    for name in ["AZURE_CREDENTIALS", "AZURE_TENANT_ID"] {
      try daemon.must(["secret", "set", name, "-e", "development"], input: name)
    }
    try daemon.must(["secret", "set", "TOKEN", "-e", "production"], input: "t")
    try daemon.must(["variable", "set", "REGION", "-e", "development", "--value", "x"])
    try daemon.must([
      "request", "create", "-e", "production", "--ticket-file", folder + "/ticket",
    ])
    for shell in ["bash", "zsh", "fish"] {
      try write(
        daemon.must(["--generate-completion-script", shell]),
        folder + (shell == "zsh" ? "/_envgate" : "/envgate.\(shell)"))
    }
  }

  /// Variables with which a shell finds the client and the daemon.
  var variables: [String: String] {
    [
      "PATH": (Programs.folder ?? "") + ":/usr/local/bin:/usr/bin:/bin",
      "ENVGATE_SOCKET": daemon.socket, "HOME": folder, "LC_ALL": "C.UTF-8", "TERM": "xterm",
    ]
  }

  static func has(_ shell: String) -> Bool {
    ["/usr/bin/", "/bin/", "/usr/local/bin/"].contains { access($0 + shell, X_OK) == 0 }
  }

  /// Lines, the words that bash splits them into, and what is offered.
  static let lines: [(line: String, words: [String], offered: [String])] = [
    ("secret get -e ", ["secret", "get", "-e", ""], ["production", "development"]),
    ("secret get -e pro", ["secret", "get", "-e", "pro"], ["production"]),
    (
      "secret get -e development AZURE_C", ["secret", "get", "-e", "development", "AZURE_C"],
      ["AZURE_CREDENTIALS"]
    ),
    ("secret get -e production ", ["secret", "get", "-e", "production", ""], ["TOKEN"]),
    ("exec -e production -s ", ["exec", "-e", "production", "-s", ""], ["TOKEN"]),
    ("secret get ", ["secret", "get", ""], []),
    (
      "variable delete -e development ", ["variable", "delete", "-e", "development", ""],
      ["REGION"]
    ),
    ("environment show dev", ["environment", "show", "dev"], ["development"]),
    ("env show dev", ["env", "show", "dev"], ["development"]),
    ("env sh", ["env", "sh"], ["show"]),
    ("approve ", ["approve", ""], ["1"]),
    ("request close ", ["request", "close", ""], []),
    ("request list --state wai", ["request", "list", "--state", "wai"], ["waiting"]),
    ("request close 1 --outcome s", ["request", "close", "1", "--outcome", "s"], ["success"]),
    ("principal show gr", ["principal", "show", "gr"], ["group:"]),
    ("enviro", ["enviro"], ["environment"]),
  ]

  static let harness = """
    compopt() { printf 'nospace '; }
    at() {
      COMP_LINE="envgate $1"; COMP_POINT=${#COMP_LINE}; shift
      COMP_WORDS=(envgate "$@"); COMP_CWORD=$#; COMPREPLY=()
      "$completer" envgate "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
      echo "${COMPREPLY[*]}"
    }

    """

  func bash(_ script: String, _ more: [String: String] = [:]) throws -> [String] {
    let start =
      ". \(folder)/envgate.bash; completer=$(complete -p envgate | sed 's/.*-F \\([^ ]*\\).*/\\1/')\n"
    let done = try Programs.run(
      ["/bin/bash", "--norc", "-c", start + Self.harness + script],
      environment: variables.merging(more) { $1 })
    #expect(done.stderr == "")
    return done.text.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
      .map(String.init)
  }

  private static func quoted(_ words: [String]) -> String {
    words.map { "'\($0)'" }.joined(separator: " ")
  }

  @Test func `bash offers what the daemon lists`() throws {
    let script = Self.lines.map { "at " + Self.quoted([$0.line] + $0.words) }
    let offered = try bash(script.joined(separator: "\n"))
    for (line, said) in zip(Self.lines, offered) {
      let words = said.split(separator: " ").map(String.init).filter { $0 != "nospace" }
      #expect(Set(words) == Set(line.offered), "\(line.line)")
      #expect(said.hasPrefix("nospace ") == (line.offered.first?.hasSuffix(":") ?? false))
    }
    #expect(offered.count == Self.lines.count)
  }

  /// Lines, and the words that bash makes of them.
  static let cut: [(line: String, words: String, start: String)] = [
    ("secret get --environment=dev", "secret get --environment = dev", "development"),
    ("request list --state=", "request list --state =", "waiting approved active closed"),
    (
      "environment create x --requester user:ci --rev",
      "environment create x --requester user : ci --rev", "--reviewer"
    ),
    (
      "environment create x --requester user:ci --exclu",
      "environment create x --requester user : ci --exclu", "--exclusive"
    ),
    (
      "secret get -e 'development' AZURE_T", "secret get -e 'development' AZURE_T",
      "AZURE_TENANT_ID"
    ),
  ]

  @Test func `bash takes words apart that belong together, which changes nothing`() throws {
    let script = Self.cut.map { line, words, _ in
      "at \"\(line)\" " + words.split(separator: " ").map { "\"\($0)\"" }.joined(separator: " ")
    }
    let offered = try bash(script.joined(separator: "\n"))
    for (cut, said) in zip(Self.cut, offered) { #expect(said.hasPrefix(cut.start), "\(cut.line)") }
    #expect(offered.count == Self.cut.count)
  }

  @Test
  func `the daemon that the line or the environment names is asked, and only one of this host`()
    throws
  {
    let socket = daemon.socket
    let elsewhere = ["ENVGATE_SOCKET": folder + "/nowhere", "ENVGATE_HOST": ""]
    let line = "secret get --socket \(socket) -e pro"
    let words = "secret get --socket \(socket) -e pro"
    #expect(try bash("at '\(line)' \(words)", elsewhere) == ["production"])
    #expect(
      try bash("at 'x' secret get --socket = \(socket) -e pro", elsewhere) == ["production"])
    #expect(try bash("at 'x' secret get -e pro", elsewhere) == [""])
    #expect(try bash("at 'x' secret get -e pro", ["ENVGATE_HOST": "h"]) == [""])
    #expect(try bash("at 'x' secret get --host h -e pro") == [""])
  }

  @Test func `bash takes an offer at a real terminal`() throws {
    let keys = ". \(folder)/envgate.bash\nenvgate env sh\tprod\t\nexit\n"
    let done = try Programs.run(
      ["/usr/bin/timeout", "20", "/usr/bin/script", "-qec", "/bin/bash --norc --noprofile -i"]
        + [folder + "/typescript"], input: Array(keys.utf8), environment: variables)
    #expect(done.text.contains("environment  production"), "\(done.text)")
  }

  @Test(.enabled(if: has("zsh"), "zsh is not installed"))
  func `zsh takes an offer at a real terminal`() throws {
    let script = """
      zmodload zsh/zpty
      zpty z zsh -f -i
      zpty -w z 'PS1=; fpath=('\(folder)' $fpath); autoload -U compinit; compinit -u -d \(folder)/z'
      zpty -w z "echo re''ady"
      zpty -r z out '*ready*'
      zpty -w -n z $'envgate env sh\\t prod\\t\\n'
      zpty -w -n z $'envgate secret versions -e dev\\t AZURE_T\\t\\n'
      zpty -w z "echo do''ne"
      zpty -r z out '*done*'
      print -r -- "$out"
      """
    let done = try Programs.run(
      ["/usr/bin/timeout", "20", "/bin/sh", "-c", "exec zsh -f -c \"$1\"", "sh", script],
      environment: variables)
    #expect(done.text.contains("environment  production"), "\(done.text)")
    #expect(done.text.contains("1 (current)"), "\(done.text)")
  }

  @Test(.enabled(if: has("fish"), "fish is not installed"))
  func `fish offers what the daemon lists`() throws {
    // Each line costs fish as much as all of them bash.
    let lines = [0, 2, 4, 5, 8, 10, 15].map { Self.lines[$0] }
    let script =
      lines.map { "complete -C 'envgate \($0.line)' | string split -f 1 \\t; echo =" }
    let done = try Programs.run(
      [
        "/usr/bin/timeout", "60", "/bin/sh", "-c", "exec fish --no-config -c \"$1\"", "sh",
        "source \(folder)/envgate.fish\n" + script.joined(separator: "\n"),
      ], environment: variables)
    #expect(done.stderr == "")
    let offered = done.text.components(separatedBy: "=\n")
    for (line, said) in zip(lines, offered) {
      #expect(Set(said) == Set(line.offered), "\(line.line)")
    }
    #expect(offered.count == lines.count + 1)
  }

  /// Asks as the scripts do.
  func ask(_ socket: String) throws -> Finished {
    try Programs.run(
      [
        "/usr/bin/timeout", "5", Programs.path("envgate"), "---completion", "secret", "get", "--",
        "--environment", "4", "0", "envgate", "secret", "get", "-e", "",
      ], environment: ["ENVGATE_SOCKET": socket])
  }

  @Test func `without a daemon, or with one that does not answer, nothing is said`() throws {
    daemon.crash()
    let deaf = try RunningProcess([
      "/bin/sh", "-c", "echo up >&2; exec socat UNIX-LISTEN:\(folder)/deaf,fork EXEC:'sleep 30'",
    ])
    _ = try deaf.readErrors(until: "up")
    for _ in 0..<200 where access(folder + "/deaf", F_OK) != 0 { usleep(20_000) }
    for socket in ["/nonexistent/s", daemon.socket, folder + "/deaf", folder, ""] {
      let said = try ask(socket)
      #expect(said.code == 0, "\(socket)")
      #expect(said.text.filter { $0 != "\n" } == "")
      #expect(said.stderr == "")
    }
  }

  @Test(.promise(.completionsAreNames))
  func `a name that a shell would run is never offered`() throws {
    let list = try daemon.must(["environment", "list", "--json"]).dropLast()
    let server = try RunningProcess([
      "/bin/sh", "-c",
      "echo up >&2; exec socat UNIX-LISTEN:\(folder)/fake,fork "
        + "SYSTEM:'read -r line; cat \(folder)/reply'",
    ])
    _ = try server.readErrors(until: "up")
    for _ in 0..<200 where access(folder + "/fake", F_OK) != 0 { usleep(20_000) }
    for name in [
      "$(touch \(folder)/hit)", "`touch \(folder)/hit`", "a;touch \(folder)/hit", "x y", "é",
    ] {
      let items = list.replacing("\"name\":\"development\"", with: "\"name\":\"\(name)\"")
      try write(
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"items\":\(items),\"next\":null}}\n",
        folder + "/reply")
      #expect(
        try bash("at 'x' secret get -e ''", ["ENVGATE_SOCKET": folder + "/fake"]) == ["production"])
      #expect(access(folder + "/hit", F_OK) != 0)
    }
  }
}

extension String {
  fileprivate func components(separatedBy mark: String) -> [[String]] {
    split(separator: mark, omittingEmptySubsequences: false).map {
      $0.split(separator: "\n").map(String.init)
    }
  }
}
