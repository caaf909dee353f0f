import Testing
import VaultCore

@testable import VaultProtocol

/// The members of each method: valid JSON for each, and JSON of another type.
struct MethodShape: Sendable, CustomStringConvertible {
  struct Member: Sendable {
    let name: String
    let value: String
    let wrong: String
    let isRequired: Bool
  }

  let method: Method
  let members: [Member]
  var description: String { method.rawValue }

  static func required(_ name: String, _ value: String, wrong: String) -> Member {
    Member(name: name, value: value, wrong: wrong, isRequired: true)
  }

  static func optional(_ name: String, _ value: String, wrong: String) -> Member {
    Member(name: name, value: value, wrong: wrong, isRequired: false)
  }

  static func params(_ members: [Member]) -> String {
    "{" + members.map { "\"\($0.name)\":\($0.value)" }.joined(separator: ",") + "}"
  }

  var required: [Member] { members.filter(\.isRequired) }

  static let digest = "\"sha256:" + String(repeating: "0f", count: 32) + "\""
  static let environment = required("environment", "\"production\"", wrong: "7")
  static let name = required("name", "\"AZURE_CREDENTIALS\"", wrong: "[]")
  static let request = required("request", "42", wrong: "\"42\"")
  static let ticket = optional("ticket", "\"egr1_abc\"", wrong: "{}")
  static let limit = optional("limit", "500", wrong: "\"500\"")

  static let all: [MethodShape] = [
    MethodShape(method: .serverStatus, members: []),
    MethodShape(
      method: .environmentCreate,
      members: [
        required("name", "\"production\"", wrong: "7"),
        required("requesters", "[\"user:ci\",\"gid:5\"]", wrong: "\"user:ci\""),
        required(
          "rules", "[{\"reviewers\":[\"user:a\",\"group:ops\"],\"required\":1}]", wrong: "{}"),
        optional("prevent_self_review", "false", wrong: "0"),
        optional("request_ttl", "60", wrong: "\"60\""),
        optional("approval_ttl", "61", wrong: "1.5"), optional("grant_ttl", "62", wrong: "true"),
      ]),
    MethodShape(
      method: .environmentGet, members: [required("name", "\"production\"", wrong: "{}")]),
    MethodShape(
      method: .environmentList, members: [optional("after", "\"dev\"", wrong: "1"), limit]),
    MethodShape(
      method: .secretSet,
      members: [
        environment, name, required("value", "\"v\"", wrong: "5"),
        optional("cas", "0", wrong: "\"0\""),
      ]),
    MethodShape(
      method: .secretGet,
      members: [environment, name, optional("request", "42", wrong: "\"42\""), ticket]),
    MethodShape(
      method: .secretList, members: [environment, optional("after", "\"A\"", wrong: "1"), limit]),
    MethodShape(
      method: .requestCreate,
      members: [
        environment, optional("secrets", "[\"A\",\"B\"]", wrong: "\"A\""),
        optional("reason", "\"r\"", wrong: "1"), optional("ref", "\"r\"", wrong: "1"),
        optional("commit", "\"c\"", wrong: "1"), optional("run_url", "\"u\"", wrong: "1"),
        optional("command", "[\"a\",\"-b\"]", wrong: "\"a -b\""),
        optional("delivery", "\"env\"", wrong: "[]"), optional("attended", "true", wrong: "1"),
      ]),
    MethodShape(method: .requestGet, members: [request]),
    MethodShape(
      method: .requestList,
      members: [
        optional("environment", "\"production\"", wrong: "7"),
        optional("state", "\"waiting\"", wrong: "1"), optional("after", "9", wrong: "\"9\""), limit,
      ]),
    MethodShape(
      method: .requestWait, members: [request, optional("revision", "3", wrong: "\"3\"")]),
    MethodShape(
      method: .requestApprove,
      members: [
        request, required("digest", digest, wrong: "1"), optional("comment", "\"c\"", wrong: "1"),
      ]),
    MethodShape(
      method: .requestReject,
      members: [
        request, required("comment", "\"no\"", wrong: "1"), optional("digest", digest, wrong: "1"),
      ]),
    MethodShape(method: .grantActivate, members: [request, ticket]),
    MethodShape(
      method: .grantRead, members: [request, ticket, optional("after", "\"A\"", wrong: "1")]),
    MethodShape(
      method: .grantClose,
      members: [request, ticket, required("outcome", "\"success\"", wrong: "true")]),
    MethodShape(
      method: .auditList,
      members: [
        optional("after", "0", wrong: "\"0\""),
        optional("environment", "\"production\"", wrong: "7"), limit,
      ]),
    MethodShape(method: .auditVerify, members: []),
  ]

  struct Case: Sendable, CustomStringConvertible {
    let shape: MethodShape
    let member: Member
    var description: String { "\(shape.method.rawValue) \(member.name)" }

    func params(with value: String?) -> String {
      MethodShape.params(
        shape.members.compactMap {
          if $0.name != member.name { return $0 }
          guard let value else { return nil }
          return Member(name: $0.name, value: value, wrong: "", isRequired: false)
        })
    }
  }

  static let cases = all.flatMap { shape in shape.members.map { Case(shape: shape, member: $0) } }
}

@Suite struct ParameterTests {
  @Test func `every method has a shape to be tested by`() {
    #expect(MethodShape.all.map(\.method) == Method.allCases)
  }

  @Test(arguments: MethodShape.all)
  func `what a method requires is enough, and all it takes is read`(_ shape: MethodShape) throws {
    for members in [shape.required, shape.members, shape.members.reversed()] {
      #expect(
        try Wire.call(shape.method.rawValue, MethodShape.params(members)).method == shape.method)
    }
  }

  @Test(arguments: MethodShape.all)
  func `a call is written as it is read`(_ shape: MethodShape) throws {
    for members in [shape.required, shape.members] {
      let call = try Wire.call(shape.method.rawValue, MethodShape.params(members))
      let line = Wire.line(call)
      guard case .call(id: .integer(1), let again) = Wire.incoming(line) else {
        Issue.record("\(line) was not read")
        return
      }
      #expect(Wire.line(again) == line)
      for member in members { #expect(line.contains("\"\(member.name)\":\(member.value)")) }
    }
  }

  @Test(arguments: MethodShape.cases)
  func `a member of another type is refused at its byte`(_ test: MethodShape.Case) throws {
    let params = test.params(with: test.member.wrong)
    let error = try Wire.error(test.shape.method.rawValue, params)
    let prefix =
      "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"\(test.shape.method.rawValue)\",\"params\":"
    let before = try #require(params.firstRange(of: "\"\(test.member.name)\":")).upperBound
    let offset = prefix.utf8.count + params[..<before].utf8.count
    #expect(error.known == .paramsInvalid)
    guard case .fault(_, let found) = error.details else {
      Issue.record("no fault for \(params)")
      return
    }
    #expect(found == offset, "\(params): \(error.message)")
  }

  @Test(arguments: MethodShape.cases)
  func `null is no value`(_ test: MethodShape.Case) throws {
    let error = try Wire.error(test.shape.method.rawValue, test.params(with: "null"))
    #expect(error.known == .paramsInvalid)
    #expect(error.message.contains("wrong type"), "\(error.message)")
  }

  @Test(arguments: MethodShape.cases.filter(\.member.isRequired))
  func `a required member is missed by name`(_ test: MethodShape.Case) throws {
    let error = try Wire.error(test.shape.method.rawValue, test.params(with: nil))
    #expect(error.known == .paramsInvalid)
    #expect(error.message.contains(test.member.name), "\(error.message)")
    guard case .fault("missing_member", _) = error.details else {
      Issue.record("\(error)")
      return
    }
  }

  @Test(arguments: MethodShape.all)
  func `a member that the method does not take is refused`(_ shape: MethodShape) throws {
    let extra = MethodShape.optional("value_of_x", "\"hunter2\"", wrong: "")
    let params = MethodShape.params(shape.members + [extra])
    let error = try Wire.error(shape.method.rawValue, params)
    guard case .fault("unknown_member", let offset) = error.details else {
      Issue.record("\(error)")
      return
    }
    #expect(offset > 30)
    #expect(!error.message.contains("value_of_x") && !error.message.contains("hunter2"))
  }

  @Test(arguments: MethodShape.all)
  func `params that are no object are refused, and may be left out where nothing is required`(
    _ shape: MethodShape
  ) throws {
    for params in ["[]", "null", "\"x\"", "1"] {
      #expect(try Wire.error(shape.method.rawValue, params).known == .paramsInvalid)
    }
    let bare = Wire.incoming(#"{"jsonrpc":"2.0","id":1,"method":"\#(shape.method.rawValue)"}"#)
    if shape.required.isEmpty {
      guard case .call = bare else {
        Issue.record("\(bare)")
        return
      }
    } else {
      #expect(try Wire.error(bare).known == .paramsInvalid)
    }
  }
}
