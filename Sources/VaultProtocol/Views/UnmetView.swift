public import StrictJSON
public import VaultCore

/// One thing that a gate still waits for.
public struct UnmetView: WireView, Hashable {
  /// The number of the rule, from 1.
  public let rule: Int64
  /// How many approvals are missing.
  public let missing: Int64
  /// How many the rule requires.
  public let required: Int64
  /// Who may give them.
  public let from: [String]

  /// Makes the view.
  public init(_ unmet: Unmet) {
    switch unmet {
    case .approvals(let rule, let missing, let required, let from):
      self.rule = Int64(rule)
      self.missing = Int64(missing)
      self.required = Int64(required)
      self.from = from.map(\.text)
    }
  }

  /// `for user:alice to approve`, `for 2 of user:a, user:b and group:ops to approve`; of many only the
  /// first are named.
  public var sentence: String {
    let isOnePerson =
      from.count == 1 && missing == 1 && (from[0].hasPrefix("user:") || from[0].hasPrefix("uid:"))
    var names = from.prefix(Self.namesInSentence)[...]
    var last = from.count > 1 ? names.popLast() : nil
    if from.count > Self.namesInSentence { last = "\(from.count - names.count) others" }
    let who = names.joined(separator: ", ") + (last.map { " and \($0)" } ?? "")
    if isOnePerson { return "for \(who) to approve" }
    return
      "for \(missing == 1 ? "one" : "\(missing)") of \(who.isEmpty ? "nobody" : who) to approve"
  }

  private static let namesInSentence = 8

  /// Writes the value as the wire has it.
  public func write(to writer: inout JSONWriter) {
    writer.beginObject()
    writer.member("rule", rule)
    writer.member("missing", missing)
    writer.member("required", required)
    writer.member("from", from)
    writer.endObject()
  }

  /// Reads the value as the wire has it.
  public init(_ value: JSONValue) throws {
    var object = try value.object()
    rule = try object.required("rule").integer()
    missing = try object.required("missing").integer()
    required = try object.required("required").integer()
    from = try object.required("from").strings()
  }
}
