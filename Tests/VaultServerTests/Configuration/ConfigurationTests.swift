import Glibc
import Testing
import VaultCore

@testable import VaultServer

@Suite struct `the configuration` {
  /// Accounts of these tests; nothing of the host's is asked.
  static let accounts = AccountSource(
    account: { _ throws(AccountFault) in nil },
    uid: { name throws(AccountFault) in
      if name == "broken" { throw AccountFault(code: EIO) }
      return ["root": 0, "alice": 1_000, "alice-adm": 1_001, "runner": 990, "nobody": 65_534][name]
    },
    gid: { name throws(AccountFault) in ["envgate": 2_000, "ops": 2_001, "nogroup": 65_534][name] })

  static let required = """
      "socket": "/run/e/s", "state_directory": "/var/lib/e", "root_key": {"file": "/etc/e/k"}
    """

  private func read(
    _ text: String, mode: mode_t = 0o600
  ) throws(ConfigurationFault) -> Configuration {
    guard let scratch = try? Scratch(),
      let path = try? scratch.write(text, to: "envgated.json", mode: mode)
    else { throw ConfigurationFault(path: "", position: nil, sentence: "no scratch file") }
    return try ConfigurationReader(accounts: Self.accounts, overflow: OverflowIDs()).read(path)
  }

  /// The fault of a text, without the path of the file.
  private func fault(_ text: String, mode: mode_t = 0o600) -> String {
    do throws(ConfigurationFault) {
      _ = try read(text, mode: mode)
      return "none"
    } catch {
      return error.position.map { "\($0.line):\($0.column): " + error.sentence } ?? error.sentence
    }
  }

  @Test func `what is left out has its default, and a list left out is empty`() throws {
    let read = try read("{\(Self.required)}")
    #expect(read.socket == Configuration.Socket(path: "/run/e/s", mode: 0o600, group: nil))
    #expect(read.stateDirectory == "/var/lib/e")
    #expect(read.rootKey == .file("/etc/e/k"))
    #expect(read.standing == Standing(admins: [], auditors: []))
    #expect(read.serviceAccounts.isEmpty)
    #expect(read.people.person(uid: 1_000).text == "uid:1000")
    #expect(read.limits == Configuration.Limits())
  }

  @Test func `names become numbers and both are kept`() throws {
    let read = try read(
      """
      { // who and what
        "socket": "/run//e/./s/", "socket_group": "envgate",
        "state_directory": "/var/lib/e/", "root_key": { "credential": "envgate.root-key" },
        "admins": ["user:root", "group:ops", "user:root"], "auditors": ["uid:77", "gid:78"],
        "people": { "alice": { "accounts": ["user:alice", "user:alice-adm", "uid:1002"] } },
        "service_accounts": ["user:runner", "uid:991"], // they stand for many
        "gate_changes": "immediate",
        "limits": { "connections": 10, "line_bytes": 262144, "value_bytes": 100000 }
      }
      """)
    #expect(read.socket == Configuration.Socket(path: "/run/e/s", mode: 0o660, group: 2_000))
    #expect(read.stateDirectory == "/var/lib/e")
    #expect(read.rootKey == .credential("envgate.root-key"))
    #expect(
      read.standing
        == Standing(
          admins: [.user(name: "root", uid: 0), .group(name: "ops", gid: 2_001)],
          auditors: [.uid(77), .gid(78)]))
    for uid: UInt32 in 1_000...1_002 {
      #expect(read.people.person(uid: uid).text == "person:alice")
    }
    #expect(read.serviceAccounts == [990, 991])
    #expect(read.limits.connections == 10)
    #expect(read.limits.lineBytes == 262_144)
    #expect(read.limits.valueBytes == 100_000)
    #expect(read.limits.inFlight == 64)
  }

  @Test(
    arguments: [
      ("0600", 0o600), ("0660", 0o660), ("666", 0o666), ("0777", 0o777),
    ] as [(String, UInt32)])
  func `a socket mode is octal`(text: String, mode: UInt32) throws {
    #expect(try read("{\(Self.required), \"socket_mode\": \"\(text)\"}").socket.mode == mode)
  }

  @Test func `a job socket says whom it is for, host by default, and a group makes it 0660`() throws
  {
    func socket(_ more: String) throws -> Configuration.JobSocket? {
      try read("{\(Self.required), \"job_sockets\": {\"a\": {\"path\": \"/r/j/a/s\"\(more)}}}")
        .jobSockets.first
    }
    let plain = try #require(try socket(""))
    #expect(plain.users == .host && !plain.refusesHostUIDs)
    #expect(plain.mode == 0o666 && plain.group == nil)
    let strict = try #require(
      try socket(
        ", \"users\": \"remapped\", \"host_uids\": \"refuse\", \"group\": \"ops\""))
    #expect(strict.users == .remapped && strict.refusesHostUIDs)
    #expect(strict.mode == 0o660 && strict.group != nil)
  }

  /// Each text is what stands in place of `$` on the second line, at column 1.
  @Test(arguments: [
    ("\"sokcet_mode\": \"0600\"", "2:1: unknown key: did you mean \"socket_mode\"?"),
    ("\"state-directory\": \"/x\"", "2:1: unknown key: did you mean \"state_directory\"?"),
    ("\"frobnicate\": 1", "2:1: unknown key"),
    ("\"admins\": [], \"admins\": []", "2:15: this key appears twice; remove one of the two"),
    ("\"admins\": \"user:root\"", "2:11: this must be an array"),
    ("\"admins\": [7]", "2:12: this must be a string"),
    (
      "\"admins\": [\"root\"]", "2:12: this must be user:NAME, group:NAME, uid:N or gid:N"
    ),
    (
      "\"admins\": [\"socket:a\"]",
      "2:12: a job socket can only be a requester of an environment; name an account or a group here"
    ),
    (
      "\"admins\": [\"group:envgate-admins\"]",
      "2:12: group:envgate-admins does not exist: run: groupadd --system envgate-admins"
    ),
    (
      "\"auditors\": [\"user:carol\"]",
      "2:14: user:carol does not exist: run: useradd --system carol"
    ),
    (
      "\"socket_group\": \"nosuch\"",
      "2:17: group:nosuch does not exist: run: groupadd --system nosuch"
    ),
    ("\"socket_group\": \"user:x\"", "2:17: this must be the name of a group"),
    (
      "\"admins\": [\"user:broken\"]",
      "2:12: the account database does not answer for user:broken (errno 5)"
    ),
    (
      "\"admins\": [\"user:nobody\"]",
      "2:12: user:nobody is the kernel's overflow id and matches no caller; name another account or group"
    ),
    (
      "\"admins\": [\"uid:65534\"]",
      "2:12: uid:65534 is the kernel's overflow id and matches no caller; name another account or group"
    ),
    ("\"socket_mode\": \"0060\"", "2:16: this must be an octal mode like \"0660\""),
    ("\"socket_mode\": \"rw\"", "2:16: this must be an octal mode like \"0660\""),
    ("\"socket_mode\": \"06600\"", "2:16: this must be an octal mode like \"0660\""),
    ("\"socket_mode\": 660", "2:16: this must be a string"),
    (
      "\"gate_changes\": \"gated\"",
      "2:17: \"gated\" is not available in this version: write \"immediate\""
    ),
    ("\"gate_changes\": \"never\"", "2:17: this must be \"immediate\""),
    ("\"service_accounts\": [\"group:ops\"]", "2:22: this must be one account: user:NAME or uid:N"),
    ("\"people\": {\"a b\": {\"accounts\": [\"uid:1\"]}}", "2:19: a person's name has 1 to 64"),
    ("\"people\": {\"a\": {}}", "2:17: \"accounts\" is missing"),
    ("\"people\": {\"a\": {\"accounts\": []}}", "2:17: a person needs at least one account"),
    (
      "\"people\": {\"a\": {\"accounts\": [\"uid:1\"]}, \"b\": {\"accounts\": [\"uid:1\"]}}",
      "2:61: this account already belongs to a"
    ),
    ("\"people\": {\"a\": {\"claims\": {}}}", "2:18: unknown key"),
    ("\"limits\": {\"connection\": 1}", "2:12: unknown key: did you mean \"connections\"?"),
    ("\"limits\": {\"connections\": 0}", "2:27: this must be 1 to 65536"),
    ("\"limits\": {\"connections\": 1.5}", "2:27: this must be an integer"),
    ("\"limits\": {\"line_bytes\": 4095}", "2:26: this must be 4096 to 4194304"),
    (
      "\"limits\": {\"line_bytes\": 8192, \"value_bytes\": 8192}",
      "2:47: this must be at most 4608, so that a base64 value fits into a line of 8192 bytes"
    ),
    (
      "\"job_sockets\": {\"a\": {\"path\": \"/r/j/a/s\", \"users\": \"container\"}}",
      "2:52: this must be \"host\", for containers whose uids are the host's, or \"remapped\""
    ),
    (
      "\"job_sockets\": {\"a\": {\"path\": \"/r/j/a/s\", \"users\": true}}",
      "2:52: this must be a string"
    ),
    (
      "\"job_sockets\": {\"a\": {\"path\": \"/r/j/a/s\", \"host_uids\": \"log\"}}",
      "2:56: this must be \"refuse\""
    ),
    (
      "\"job_sockets\": {\"a\": {\"path\": \"/r/j/a/s\", \"group\": \"nosuch\"}}",
      "2:52: group:nosuch does not exist"
    ),
    (
      "\"job_sockets\": {\"a\": {\"path\": \"/r/j/a/s\", \"mode\": \"rw\"}}",
      "2:51: this must be an octal mode like \"0660\""
    ),
    (
      "\"job_sockets\": {\"a\": {\"path\": \"/r/j/a/s\", \"user\": \"host\"}}",
      "2:43: unknown key: did you mean \"users\"?"
    ),
    ("\"limits\": null", "2:11: this must be an object"),
    ("\"auditors\": [],", "3:1: this is not allowed here"),
  ])
  func `a fault has its line and column`(text: String, fault expected: String) {
    let found = fault("{\(Self.required),\n\(text)\n}")
    #expect(found.hasPrefix(expected), "\(found)")
  }

  @Test(arguments: [
    ("", "1:1: the file is empty"),
    ("[]", "1:1: this must be an object"),
    ("{}", "1:1: \"socket\" is missing"),
    ("{\"socket\": \"/run/s\"}", "1:1: \"state_directory\" is missing"),
    ("{\"sock\": \"/run/s\"}", "1:2: unknown key: did you mean \"socket\"?"),
    ("{\"socket\": \"run/s\"}", "1:12: this must be an absolute path without \"..\""),
    ("{\"socket\": \"/run/../s\"}", "1:12: this must be an absolute path without \"..\""),
    ("{\"socket\": \"/\"}", "1:12: this must be an absolute path without \"..\""),
    ("{\"socket\": \"/a\\u0000b\"}", "1:12: this must be an absolute path without \"..\""),
    (
      "{\"socket\": \"/\(String(repeating: "a", count: 107))\"}",
      "1:12: a socket's path has at most 107 bytes, and this one has 108: name a shorter one"
    ),
  ])
  func `a configuration without its required keys is refused`(text: String, fault expected: String)
  {
    #expect(fault(text) == expected)
  }

  @Test(arguments: [
    ("{}", "must hold either"), ("{\"file\": \"/k\", \"credential\": \"k\"}", "must hold either"),
    ("{\"credential\": \"../k\"}", "must be a file name"),
    ("{\"credential\": \"\"}", "must be a file name"),
    ("{\"file\": \"/var/lib/e/root.key\"}", "outside the state directory"),
    ("{\"file\": \"/var/lib//e/../e/root.key\"}", "absolute path without"),
    ("{\"file\": \"/var/./lib/e/deep/er/k\"}", "outside the state directory"),
    ("{\"file\": \"/var/lib/e\"}", "outside the state directory"),
  ])
  func `the root key is one thing, outside the state directory`(key: String, words: String) {
    let text = "{\"socket\": \"/s\", \"state_directory\": \"/var/lib/e\", \"root_key\": \(key)}"
    #expect(fault(text).contains(words), "\(fault(text))")
  }

  @Test func `a link does not hide that the root key lies in the state directory`() throws {
    let scratch = try Scratch()
    try #require(mkdir(scratch.file("state"), 0o700) == 0)
    try #require(symlink(scratch.file("state"), scratch.file("keys")) == 0)
    let found = fault(
      """
      {"socket": "/s", "state_directory": "\(scratch.file("state"))",
       "root_key": {"file": "\(scratch.file("keys"))/root.key"}}
      """)
    #expect(found.hasPrefix("2:23: the root key must lie outside"), "\(found)")
    #expect(!FilePath.contains(scratch.file("state"), scratch.file("state2/root.key")))
  }

  @Test(arguments: [0o660, 0o606, 0o622, 0o777] as [mode_t])
  func `a file that others may write is refused`(mode: mode_t) {
    let found = fault("{\(Self.required)}", mode: mode)
    #expect(found.hasPrefix("other accounts may write it (mode \(mode.octal)): run: chmod go-w"))
  }

  @Test(.enabled(if: geteuid() == 0, "only root can give a file away"))
  func `a file that neither root nor we own is refused`() throws {
    let scratch = try Scratch()
    let path = try scratch.write("{\(Self.required)}", to: "envgated.json")
    try #require(chown(path, 4_711, 0) == 0)
    let fault = #expect(throws: ConfigurationFault.self) {
      try ConfigurationReader(accounts: Self.accounts).read(path)
    }
    #expect(fault?.description == "\(path): owned by uid 4711: run: chown root '\(path)'")
  }

  @Test func `what is no plain file, or is not there, is refused and nobody waits for it`() throws {
    let scratch = try Scratch()
    try #require(mkfifo(scratch.file("pipe"), 0o600) == 0)
    for (name, words) in [
      ("pipe", "not a regular file"), (".", "not a regular file"), ("none", "open"),
    ] {
      let fault = #expect(throws: ConfigurationFault.self) {
        try ConfigurationReader(accounts: Self.accounts).read(scratch.file(name))
      }
      #expect(fault?.sentence.contains(words) == true, "\(name): \(fault?.sentence ?? "")")
    }
  }

  @Test func `no-echo: a fault shows nothing of the file but names that a principal may have`() {
    for text in ["{\"hunter2\": 1}", "{\"socket\": \"hunter2\"}", "{\"socket\": hunter2}"] {
      #expect(!fault(text).contains("hunter2"))
    }
  }

  @Test func `a value is as long as a short line has room for, where its own limit is left out`()
    throws
  {
    let read = try read("{\(Self.required), \"limits\": {\"line_bytes\": 8192}}")
    #expect(read.limits.valueBytes == Configuration.Limits.longestValue(lineBytes: 8_192))
  }

  @Test(arguments: [4_096, 8_192, 131_072, 4_194_304])
  func `a value as base64 fits a line with room to spare`(line: Int) {
    let value = Configuration.Limits.longestValue(lineBytes: line)
    #expect(value > 0)
    #expect((value + 2) / 3 * 4 + 2_048 <= line)
  }
}
