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

  /// What is enough for a call: what it requires, and of an edit one thing to change.
  var enough: [Member] {
    method == .environmentUpdate ? required + members.filter { $0.name == "exclusive" } : required
  }

  static let digest = "\"sha256:" + String(repeating: "0f", count: 32) + "\""
  static let environment = required("environment", "\"production\"", wrong: "7")
  static let name = required("name", "\"AZURE_CREDENTIALS\"", wrong: "[]")
  static let version = required("version", "2", wrong: "\"2\"")
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
        optional("writers", "[\"user:w\"]", wrong: "\"user:w\""),
        optional("prevent_self_review", "false", wrong: "0"),
        optional("exclusive", "true", wrong: "1"), optional("in_order", "true", wrong: "1"),
        optional("max_reads", "3", wrong: "\"3\""),
        optional("request_ttl", "60", wrong: "\"60\""),
        optional("approval_ttl", "61", wrong: "1.5"), optional("grant_ttl", "62", wrong: "true"),
        optional("allowed_names", "[\"GIT_TOKEN\"]", wrong: "\"GIT_TOKEN\""),
        optional("rotation_period", "7776000", wrong: "\"90d\""),
      ]),
    MethodShape(
      method: .environmentGet, members: [required("name", "\"production\"", wrong: "{}")]),
    MethodShape(
      method: .environmentList, members: [optional("after", "7", wrong: "\"dev\""), limit]),
    MethodShape(
      method: .environmentUpdate,
      members: [
        required("name", "\"production\"", wrong: "7"),
        optional("revision", "3", wrong: "\"3\""), optional("allow_weaken", "true", wrong: "1"),
        optional(
          "rules", "[{\"reviewers\":[\"user:a\",\"group:ops\"],\"required\":1}]", wrong: "{}"),
        optional("approvals", "2", wrong: "\"2\""),
        optional("add_reviewers", "[\"user:a\"]", wrong: "\"user:a\""),
        optional("remove_reviewers", "[\"user:b\"]", wrong: "{}"),
        optional("add_requesters", "[\"uid:7\"]", wrong: "7"),
        optional("remove_requesters", "[\"any\"]", wrong: "\"any\""),
        optional("add_writers", "[\"user:c\"]", wrong: "{}"),
        optional("remove_writers", "[\"user:d\"]", wrong: "true"),
        optional("prevent_self_review", "false", wrong: "0"),
        optional("exclusive", "true", wrong: "1"), optional("in_order", "true", wrong: "1"),
        optional("request_ttl", "60", wrong: "\"60\""),
        optional("approval_ttl", "61", wrong: "1.5"), optional("grant_ttl", "62", wrong: "true"),
        optional("add_allowed_names", "[\"GIT_TOKEN\"]", wrong: "\"GIT_TOKEN\""),
        optional("remove_allowed_names", "[\"UV_TOKEN\"]", wrong: "{}"),
      ]),
    MethodShape(
      method: .environmentDelete, members: [required("name", "\"production\"", wrong: "{}")]),
    MethodShape(
      method: .principalGet,
      members: [
        required("principal", "\"user:bob\"", wrong: "7"), optional("after", "3", wrong: "\"3\""),
        limit,
      ]),
    MethodShape(
      method: .principalRemove, members: [required("principal", "\"user:bob\"", wrong: "[]")]),
    MethodShape(method: .secretCreate, members: [environment, name]),
    MethodShape(
      method: .secretSet,
      members: [
        environment, name, required("value", "\"v\"", wrong: "5"),
        optional("cas", "0", wrong: "\"0\""),
        optional("revoke_previous", "true", wrong: "1"),
      ]),
    MethodShape(
      method: .secretImport,
      members: [environment, name, required("value", "\"v\"", wrong: "5")]),
    MethodShape(
      method: .secretGet,
      members: [environment, name, optional("request", "42", wrong: "\"42\""), ticket]),
    MethodShape(
      method: .secretList, members: [environment, optional("after", "\"A\"", wrong: "1"), limit]),
    MethodShape(
      method: .secretVersions,
      members: [environment, name, optional("after", "3", wrong: "\"3\""), limit]),
    MethodShape(method: .secretDisable, members: [environment, name, version]),
    MethodShape(method: .secretEnable, members: [environment, name, version]),
    MethodShape(method: .secretDestroy, members: [environment, name, version]),
    MethodShape(
      method: .secretRollback,
      members: [
        environment, name, required("to", "2", wrong: "\"2\""), optional("cas", "3", wrong: "{}"),
      ]),
    MethodShape(method: .secretDelete, members: [environment, name]),
    MethodShape(
      method: .variableSet, members: [environment, name, required("value", "\"v\"", wrong: "5")]),
    MethodShape(
      method: .variableList,
      members: [environment, optional("after", "\"A\"", wrong: "1"), limit]),
    MethodShape(method: .variableDelete, members: [environment, name]),
    MethodShape(
      method: .requestCreate,
      members: [
        environment, optional("secrets", "[\"A\",\"B\"]", wrong: "\"A\""),
        optional("reason", "\"r\"", wrong: "1"), optional("ref", "\"r\"", wrong: "1"),
        optional("commit", "\"c\"", wrong: "1"), optional("run_url", "\"u\"", wrong: "1"),
        optional("command", "[\"a\",\"-b\"]", wrong: "\"a -b\""),
        optional("delivery", "\"env\"", wrong: "[]"), optional("key", "\"k\"", wrong: "1"),
        optional("attended", "true", wrong: "1"),
        optional("supersede", "{\"request\":41,\"ticket\":\"egr1_abc\"}", wrong: "41"),
      ]),
    MethodShape(method: .requestGet, members: [request, ticket]),
    MethodShape(
      method: .requestList,
      members: [
        optional("environment", "\"production\"", wrong: "7"),
        optional("state", "\"waiting\"", wrong: "1"), optional("secret", "\"A\"", wrong: "1"),
        optional("version", "2", wrong: "\"2\""),
        optional("since", "\"2026-01-31T12:34:56.789Z\"", wrong: "7"),
        optional("after", "9", wrong: "\"9\""), limit,
      ]),
    MethodShape(
      method: .requestWait,
      members: [request, optional("revision", "3", wrong: "\"3\""), ticket]),
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
    MethodShape(method: .requestCancel, members: [request, ticket]),
    MethodShape(method: .requestRevoke, members: [request]),
    MethodShape(
      method: .grantActivate,
      members: [
        request, ticket, optional("hold", "\"ticket\"", wrong: "true"),
        optional("wait", "true", wrong: "1"),
      ]),
    MethodShape(
      method: .grantRead, members: [request, ticket, optional("after", "\"A\"", wrong: "1")]),
    MethodShape(
      method: .grantClose,
      members: [request, ticket, required("outcome", "\"success\"", wrong: "true")]),
    MethodShape(
      method: .grantResume, members: [request, required("ticket", "\"egr1_abc\"", wrong: "{}")]),
    MethodShape(method: .grantHold, members: [request, ticket]),
    MethodShape(
      method: .auditList,
      members: [
        optional("after", "0", wrong: "\"0\""), optional("through", "9", wrong: "\"9\""),
        optional("environment", "\"production\"", wrong: "7"),
        optional("secret", "\"A\"", wrong: "1"), optional("who", "\"user:ci\"", wrong: "1"),
        optional("event", "\"secret.released\"", wrong: "1"),
        optional("since", "\"2026-01-31T12:34:56.789Z\"", wrong: "7"),
        optional("until", "\"2026-02-28T12:34:56.789Z\"", wrong: "7"),
        optional("canonical", "true", wrong: "1"), limit,
      ]),
    MethodShape(method: .auditVerify, members: []),
    MethodShape(method: .auditKey, members: []),
    MethodShape(method: .keyStatus, members: [optional("after", "0", wrong: "\"0\""), limit]),
    MethodShape(method: .keyRotate, members: [environment]),
    MethodShape(method: .backupOpen, members: []),
    MethodShape(method: .backupRead, members: [required("after", "0", wrong: "\"0\"")]),
    MethodShape(
      method: .eventsSubscribe, members: [optional("after", "3", wrong: "\"3\"")]),
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
