import Glibc
import Promises
import Testing
import VaultCore

@testable import envgate

/// `-s NAME[=VARIABLE][:FORM]`: what is read, what is refused, and what reviewers are told of it.
@Suite struct SecretMappingTests {
  static func plan(_ form: DeliveryForm, _ arguments: [String]) throws -> DeliveryPlan {
    try DeliveryPlan(form, field: nil, mappings: arguments.map { try SecretMapping(argument: $0) })
  }

  @Test func `a secret that is named twice is a fault, whatever becomes of it`() throws {
    let fault = #expect(throws: CommandFault.self) {
      try Self.plan(.env, ["TOKEN", "TOKEN=other"])
    }
    #expect(fault?.reason == "usage" && fault?.sentence.contains("names TOKEN twice") == true)
  }

  @Test func `azure's own secret must be among the secrets`() throws {
    let plan = try Self.plan(.azure, ["SP"])
    let fault = #expect(throws: CommandFault.self) {
      try plan.requireFit(secrets: [SecretName("OTHER")], settings: [], overriding: true)
    }
    #expect(fault?.reason == "secret.missing")
    try plan.requireFit(secrets: [SecretName("SP")], settings: [], overriding: true)
  }

  @Test func `azure takes its secret apart by itself, and leaves a field to nobody`() throws {
    for (form, arguments) in [(DeliveryForm.env, ["SP:azure"]), (.azure, ["SP"])] {
      let mappings = try arguments.map { try SecretMapping(argument: $0) }
      let fault = #expect(throws: CommandFault.self) {
        try DeliveryPlan(form, field: "member", mappings: mappings)
      }
      #expect(fault?.reason == "usage" && fault?.sentence.contains("--field") == true)
    }
  }

  @Test func `a name that a job may never get is refused, whoever has made it`() throws {
    let plan = try Self.plan(.env, [])
    for (secrets, settings) in [(["LD_PRELOAD"], []), ([], ["LD_PRELOAD"])]
      as [([String], [String])]
    {
      let fault = #expect(throws: CommandFault.self) {
        try plan.requireFit(
          secrets: secrets.map { try SecretName($0) },
          settings: settings.map { try SecretName($0) },
          overriding: true)
      }
      #expect(fault?.reason == "name.reserved")
    }
  }

  @Test(
    arguments: [
      ("TOKEN", "TOKEN", nil, nil), ("TOKEN=npm_token", "TOKEN", "npm_token", nil),
      ("TOKEN:file", "TOKEN", nil, .file), ("KUBE=KUBECONFIG:file", "KUBE", "KUBECONFIG", .file),
      ("SP:azure", "SP", nil, .azure), ("A=b:fd", "A", "b", .fd), ("A=_:env", "A", "_", .env),
    ] as [(String, String, String?, DeliveryForm?)])
  func `a mapping is read: to the first equals sign, from the last colon`(
    argument: String, name: String, variable: String?, form: DeliveryForm?
  ) throws {
    let mapping = try SecretMapping(argument: argument)
    #expect((mapping.name.text, mapping.variable, mapping.form) == (name, variable, form))
    #expect(mapping.text == argument)
    #expect(mapping.isExplicit == (argument != name))
  }

  @Test(
    .promise(.mappingsAreApproved),
    arguments: [
      ("", "usage"), ("=V", "usage"), ("A=", "usage"), ("A:", "usage"), ("A=:env", "usage"),
      (":env", "usage"), ("A=B:", "usage"), ("A:vault", "usage"), ("A:env=B", "usage"),
      ("A:ENV", "usage"), ("token", "name.case"), ("token=TOKEN", "name.case"),
      ("1A", "name.invalid"), ("A B", "name.invalid"), ("A=1B", "name.invalid"),
      ("A=B=C", "name.invalid"), ("A=b-c", "name.invalid"), ("A:B:env", "name.invalid"),
      ("A=PATH", "name.reserved"), ("A=Path", "name.reserved"), ("A=ld_preload", "name.reserved"),
      ("A=ENVGATE_SOCKET", "name.reserved"), ("A=BASH_ENV:file", "name.reserved"),
    ])
  func `what is no mapping is refused, and so is a variable that nobody may set`(
    argument: String, reason: String
  ) throws {
    let fault = #expect(throws: CommandFault.self) { try SecretMapping(argument: argument) }
    #expect(fault?.reason == reason)
    #expect(fault?.status == (reason == "usage" ? .usage : .badData))
  }

  @Test func `a variable that an admin would have to allow is a job's to map`() throws {
    for variable in [
      "GIT_TOKEN", "HTTPS_PROXY", "http_proxy", "KUBECONFIG", "CARGO_REGISTRY_TOKEN",
    ] {
      #expect(try SecretMapping(argument: "A=\(variable)").variable == variable)
    }
  }

  @Test(
    .promise(.mappingsAreApproved),
    arguments: [
      (.env, ["A"], "env"), (.file, ["A", "B"], "file"),
      (
        .env, ["KUBE=KUBECONFIG:file", "B", "T=npm_token"], "env; KUBE=KUBECONFIG:file, T=npm_token"
      ),
      (.fd, ["A:env"], "fd; A:env"),
    ] as [(DeliveryForm, [String], String)])
  func `what-was-approved: each mapping stands in the delivery`(
    form: DeliveryForm, arguments: [String], claim: String
  ) throws {
    #expect(try Self.plan(form, arguments).claim == claim)
  }

  @Test(
    .promise(.mappingsAreApproved),
    arguments: [
      (.env, ["A", "A"]), (.env, ["A=B", "A:file"]), (.env, ["A", "B=A"]),
      (.env, ["A=X", "B=X"]), (.file, ["A", "B=A_FILE"]), (.env, ["A:file", "B=A_FILE:fd"]),
      (.env, ["A=SETTING"]), (.env, ["SETTING_A=B", "B"]), (.azure, ["A=B"]),
      (.env, ["A=B:azure"]), (.env, ["A:azure", "B:azure"]),
      (.env, ["A:azure", "B=ARM_CLIENT_ID"]),
    ] as [(DeliveryForm, [String])])
  func `two targets alike, a setting's variable, one secret twice: a fault of usage`(
    form: DeliveryForm, arguments: [String]
  ) throws {
    let fault = #expect(throws: CommandFault.self) {
      let plan = try Self.plan(form, arguments)
      try plan.requireFit(
        secrets: plan.names, settings: [try SecretName("SETTING")], overriding: false)
    }
    #expect(fault?.reason == "usage", "\(String(describing: fault))")
  }

  @Test func `the form of --as is for those that say none`() throws {
    let plan = try Self.plan(.file, ["A", "B:env", "C=X", "D=Y:fd", "E:azure"])
    let ways = plan.names.map { plan.way(of: $0) }
    #expect(ways.map(\.form) == [.file, .env, .file, .fd, .azure])
    #expect(
      zip(plan.names, ways).map { DeliveryPlan.variable($1, $0) }.dropLast()
        == ["A_FILE", "B", "X", "Y"])
    // As before: Azure's credentials are the one secret that is named, or those of that name.
    let azure = try Self.plan(.azure, ["SP"])
    #expect(azure.way(of: try SecretName("SP")).form == .azure)
    let many = try Self.plan(.azure, ["AZURE_CREDENTIALS", "TOKEN"])
    #expect(many.names.map { many.way(of: $0).form } == [.azure, .env])
    let one = try Self.plan(.azure, ["SP", "KUBE=KUBECONFIG:file"])
    #expect(one.names.map { one.way(of: $0).form } == [.azure, .file])
    let none = try Self.plan(.azure, ["KUBE=KUBECONFIG:file"])
    #expect(throws: Never.self) {
      try none.requireFit(secrets: none.names, settings: [], overriding: true)
    }
  }
}

/// The same with the programs that ship.
@Suite(.serialized, .enabled(if: Programs.isThere && Programs.isRoot, "needs ENVGATE_BIN and root"))
struct SecretMappingCommandTests {
  @Test func `secrets go over as the command line maps them`() throws {
    let daemon = try HandOverTests.stage(["KUBE": "clusters", "TOKEN": "t0k", "PLAIN": "p"])
    let done = try HandOverTests.exec(
      daemon, ["-s", "KUBE=KUBECONFIG:file", "-s", "TOKEN=npm_token", "-s", "PLAIN"],
      #"cat "$KUBECONFIG"; echo "|$npm_token|$PLAIN|${KUBE-none}|${TOKEN-none}|${KUBE_FILE-none}""#)
    #expect(done.text == "clusters|t0k|p|none|none|none\n", "\(done.stderr)")
  }

  @Test func `what contradicts itself is refused before anybody is asked`() throws {
    let daemon = try JobLifeTests.stage()
    try daemon.must(["variable", "set", "REGION", "-e", "production", "--value", "north"])
    try daemon.must(["secret", "set", "OTHER", "-e", "production"], input: "x")
    for (mapping, reason) in [
      (["-s", "OTHER=REGION"], "usage"), (["-s", "OTHER", "-s", "OTHER=X"], "usage"),
      (["-s", "OTHER="], "usage"), (["-s", "OTHER=X:paper"], "usage"),
      (["-s", "other"], "name.case"), (["-s", "OTHER=PATH"], "name.reserved"),
    ] as [([String], String)] {
      let done = try daemon.envgate(
        ["exec", "-e", "production"] + mapping + ["--", "/bin/true"], as: TestDaemon.runner.uid)
      #expect(done.code == 125, "\(mapping): \(done)")
      #expect(done.stderr.contains("envgate: \(reason): "), "\(mapping): \(done)")
    }
    #expect(try daemon.must(["request", "list", "--json"]) == "[]\n")
    let alone = try daemon.envgate(
      ["request", "create", "-e", "production", "-s", "OTHER=X"], as: TestDaemon.runner.uid)
    #expect(alone.code == 65, "\(alone)")
  }
}
