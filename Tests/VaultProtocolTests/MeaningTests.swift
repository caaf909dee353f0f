import SecretMemory
import Testing
import VaultCore

@testable import VaultProtocol

/// What members mean, beyond their JSON type.
@Suite struct MeaningTests {
  struct Refused: Sendable, CustomStringConvertible {
    let method: String
    let params: String
    let reason: Reason
    var description: String { "\(method) \(params.prefix(100))" }

    init(_ method: String, _ params: String, _ reason: Reason) {
      self.method = method
      self.params = params
      self.reason = reason
    }
  }

  static let create = #""name":"p","requesters":["any"]"#
  static let long = String(repeating: "x", count: 5_000)

  static let refused: [Refused] = [
    // Names: outside the grammar, in lower case; and a wrong shape wins over a wrong name.
    Refused("environment.get", #"{"name":""}"#, .nameInvalid),
    Refused("environment.get", #"{"name":"a/b"}"#, .nameInvalid),
    Refused("environment.get", #"{"name":"pröd"}"#, .nameInvalid),
    Refused("environment.get", #"{"name":"a/b","x":1}"#, .paramsInvalid),
    Refused("secret.get", #"{"environment":"p","name":"a"}"#, .nameCase),
    Refused("variable.set", #"{"environment":"p","name":"Path","value":"x"}"#, .nameCase),
    Refused("secret.create", #"{"environment":"p","name":"token"}"#, .nameCase),
    Refused("request.create", #"{"environment":"p","secrets":["A","b"]}"#, .nameCase),
    Refused("secret.import", #"{"environment":"p","names":["A","b"]}"#, .nameCase),
    Refused("secret.import", #"{"environment":"p","names":[]}"#, .paramsInvalid),
    Refused("secret.import", #"{"environment":"p","names":["A"],"name":"A"}"#, .paramsInvalid),
    Refused("secret.import", #"{"environment":"p","names":["A"],"commit":true}"#, .paramsInvalid),
    Refused("secret.import", #"{"environment":"p","commit":false}"#, .paramsInvalid),
    Refused("secret.import", #"{"environment":"p","commit":true,"dry_run":true}"#, .paramsInvalid),
    Refused("secret.import", #"{"environment":"p","commit":true,"value":"x"}"#, .paramsInvalid),
    Refused(
      "secret.import", #"{"environment":"p","name":"A","value":"x","allow_empty":true}"#,
      .paramsInvalid),
    Refused("secret.import", #"{"environment":"p","name":"A"}"#, .paramsInvalid),
    Refused("secret.import", #"{"environment":"p"}"#, .paramsInvalid),
    Refused("secret.get", #"{"environment":"p","name":"1A"}"#, .nameInvalid),
    Refused("secret.get", #"{"environment":"p","name":"1A","request":"1"}"#, .paramsInvalid),
    Refused("secret.set", #"{"environment":"p","name":"path","value":"x"}"#, .nameCase),
    Refused("secret.list", #"{"environment":"p","after":"a b"}"#, .nameInvalid),
    Refused("grant.read", #"{"request":1,"after":"a b"}"#, .nameInvalid),
    Refused("request.create", #"{"environment":"p","secrets":["A","B-"]}"#, .nameInvalid),
    // Numbers.
    Refused("request.get", #"{"request":0}"#, .paramsInvalid),
    Refused("request.get", #"{"request":-1}"#, .paramsInvalid),
    Refused("request.get", #"{"request":9007199254740992}"#, .paramsInvalid),
    Refused("request.get", #"{"request":1.0}"#, .paramsInvalid),
    Refused("request.get", #"{"request":1e2}"#, .paramsInvalid),
    Refused("secret.list", #"{"environment":"p","limit":0}"#, .paramsInvalid),
    Refused("secret.list", #"{"environment":"p","limit":501}"#, .paramsInvalid),
    Refused("secret.set", #"{"environment":"p","name":"A","value":"x","cas":-1}"#, .paramsInvalid),
    // Values.
    Refused(
      "secret.set", #"{"environment":"p","name":"A","value":{"base64":"AP8"}}"#, .paramsInvalid),
    Refused(
      "secret.set", #"{"environment":"p","name":"A","value":{"base64":"AP9="}}"#, .paramsInvalid),
    Refused("secret.set", #"{"environment":"p","name":"A","value":{}}"#, .paramsInvalid),
    Refused(
      "secret.set", #"{"environment":"p","name":"A","value":{"base64":"","hex":""}}"#,
      .paramsInvalid),
    Refused(
      "secret.set",
      #"{"environment":"p","name":"A","value":"\#(String(repeating: "v", count: 65_537))"}"#,
      .valueLimit),
    // Requests and reviews.
    Refused("request.create", #"{"environment":"p","secrets":[]}"#, .paramsInvalid),
    Refused("request.create", #"{"environment":"p","secrets":[1]}"#, .paramsInvalid),
    Refused("request.create", #"{"environment":"p","reason":"\#(long)"}"#, .textInvalid),
    Refused("request.create", #"{"environment":"p","reason":"a\nb"}"#, .textInvalid),
    Refused("request.create", #"{"environment":"p","ref":"a\u202eb"}"#, .textInvalid),
    Refused(
      "request.create",
      #"{"environment":"p","command":[\#(Array(repeating: "\"a\"", count: 257).joined(separator: ","))]}"#,
      .textInvalid),
    Refused(
      "request.create",
      #"{"environment":"p","command":["\#(String(repeating: #"\u0001"#, count: 8_000))"]}"#,
      .textInvalid),
    Refused("request.list", #"{"state":"pending"}"#, .paramsInvalid),
    Refused("request.approve", #"{"request":1,"digest":"sha256:00"}"#, .paramsInvalid),
    Refused(
      "request.approve",
      #"{"request":1,"digest":"SHA256:\#(String(repeating: "00", count: 32))"}"#, .paramsInvalid),
    Refused(
      "request.approve",
      #"{"request":1,"digest":"sha256:\#(String(repeating: "0G", count: 32))"}"#, .paramsInvalid),
    Refused(
      "request.approve",
      #"{"request":1,"digest":"sha256:\#(String(repeating: "00", count: 32))","comment":"a\tb"}"#,
      .textInvalid),
    Refused("request.reject", #"{"request":1,"comment":""}"#, .textInvalid),
    Refused("request.reject", #"{"request":1,"comment":"a\nb"}"#, .textInvalid),
    Refused("grant.close", #"{"request":1,"outcome":"abandoned"}"#, .paramsInvalid),
    Refused("grant.close", #"{"request":1,"outcome":"ended"}"#, .paramsInvalid),
    Refused("grant.hold", #"{"request":1,"replaces":1}"#, .paramsInvalid),
    Refused("grant.close", #"{"request":1,"outcome":"ok"}"#, .paramsInvalid),
    Refused(
      "grant.activate", #"{"request":1,"ticket":"\#(String(repeating: "t", count: 129))"}"#,
      .paramsInvalid),
    // Gates: said in so many words, and exactly one way.
    Refused("environment.create", "{\(create)}", .paramsInvalid),
    Refused("environment.create", #"{\#(create),"unprotected":false}"#, .paramsInvalid),
    Refused("environment.create", #"{\#(create),"unprotected":true,"rules":[]}"#, .paramsInvalid),
    Refused(
      "environment.create", #"{\#(create),"rules":[{"reviewers":["user:a"]}]}"#, .paramsInvalid),
    Refused(
      "environment.create", #"{\#(create),"rules":[{"reviewers":["user:a"],"required":1,"x":1}]}"#,
      .paramsInvalid),
    Refused(
      "environment.create", #"{\#(create),"rules":[{"reviewers":["alice"],"required":1}]}"#,
      .nameInvalid),
    Refused(
      "environment.create", #"{"name":"p","requesters":["any","user:a"],"unprotected":true}"#,
      .nameInvalid),
    Refused(
      "environment.create", #"{"name":"p","requesters":["user:"],"unprotected":true}"#, .nameInvalid
    ),
    Refused(
      "environment.create", #"{"name":"p","requesters":["uid:4294967295"],"unprotected":true}"#,
      .nameInvalid),
    Refused(
      "environment.create",
      #"{"name":"p","requesters":[\#(principals(201))],"unprotected":true}"#, .gateInvalid),
    Refused(
      "environment.create",
      #"{\#(create),"rules":[{"reviewers":[\#(principals(51))],"required":1}]}"#, .gateInvalid),
    Refused(
      "environment.create",
      #"{\#(create),"rules":[\#(Array(repeating: #"{"reviewers":["uid:1"],"required":1}"#, count: 11).joined(separator: ","))]}"#,
      .gateInvalid),
    Refused(
      "environment.create", #"{\#(create),"unprotected":true,"request_ttl":-1}"#, .paramsInvalid),
  ]

  static func principals(_ count: Int) -> String {
    (0..<count).map { "\"uid:\($0)\"" }.joined(separator: ",")
  }

  @Test(arguments: refused)
  func `what a member cannot mean is refused`(_ test: Refused) throws {
    let error = try Wire.error(test.method, test.params)
    #expect(error.known == test.reason, "\(error.message)")
    #expect(!error.message.hasSuffix("."))
  }

  @Test func `limits that are left out have their defaults`() throws {
    guard case .auditList(let list) = try Wire.call("audit.list", "{}") else {
      Issue.record("another call")
      return
    }
    #expect(list.limit == 100)
    #expect(list.after == nil)
    guard
      case .environmentCreate(let create) = try Wire.call(
        "environment.create", #"{"name":"p","requesters":["any"],"unprotected":true}"#)
    else {
      Issue.record("another call")
      return
    }
    #expect(!create.terms.allowSelfReview)
    #expect(create.requesters == nil)
    #expect(create.terms.clocks == Clocks())
  }

  @Test func `a gate is made of what was typed, in its order`() throws {
    let call = try Wire.call(
      "environment.create",
      #"{"name":"p","requesters":["user:ci"],"rules":[{"reviewers":["user:a","group:g"],"required":2},{"reviewers":["uid:7"],"required":1}],"prevent_self_review":false,"grant_ttl":60}"#
    )
    guard case .environmentCreate(let create) = call else {
      Issue.record("another call")
      return
    }
    #expect(create.principalNames.map(\.text) == ["user:ci", "user:a", "group:g", "uid:7"])
    let principals: [Principal] = [
      .user(name: "ci", uid: 1), .user(name: "a", uid: 2), .group(name: "g", gid: 3), .uid(7),
    ]
    let gate = try create.gate(principals)
    #expect(gate.requesters == .principals([principals[0]]))
    #expect(
      gate.rules == [
        ReviewerRule(reviewers: [principals[1], principals[2]], required: 2),
        ReviewerRule(reviewers: [principals[3]], required: 1),
      ])
    #expect(gate.allowSelfReview)
    #expect(gate.clocks == Clocks(grant: 60_000))
    #expect(throws: Refusal.principalUnknown("group:g")) {
      try create.gate(Array(principals.prefix(2)))
    }
  }

  @Test(arguments: [
    (#""text""#, Array("text".utf8)), (#""""#, []), (#"{"base64":""}"#, []),
    (#"{"base64":"AP8="}"#, [0, 255]), (#""\u0000\n\"ü""#, [0, 10, 34, 0xC3, 0xBC]),
  ])
  func `a value arrives byte for byte`(_ json: String, _ bytes: [UInt8]) throws {
    let call = try Wire.call("secret.set", #"{"environment":"p","name":"A","value":\#(json)}"#)
    guard case .secretSet(let set) = call else {
      Issue.record("another call")
      return
    }
    #expect(Wire.bytes(set.value) == bytes)
    #expect(set.name.text == "A")
    #expect(set.cas == nil)
  }

  @Test func `a secret that is named twice is asked for once`() throws {
    let call = try Wire.call("request.create", #"{"environment":"p","secrets":["B","A","B"]}"#)
    guard case .requestCreate(let create) = call else {
      Issue.record("another call")
      return
    }
    #expect(create.secrets?.map(\.text) == ["B", "A"])
    #expect(!create.attended)
  }

  @Test(arguments: [
    #"{"environment":"p","names":["B","A"]}"#, #"{"environment":"p","names":["A"],"dry_run":true}"#,
    #"{"environment":"p","name":"A","value":""}"#, #"{"environment":"p","commit":true}"#,
    #"{"environment":"p","commit":true,"allow_empty":true}"#,
  ])
  func `a step of an import is written as it is read`(_ params: String) throws {
    let call = try Wire.call("secret.import", params)
    #expect(Wire.line(call).contains(params))
    #expect((call.value != nil) == params.contains("value"))
  }
}
