public import VaultCore

/// One thing that a gate still waits for.
public struct UnmetView: DescribedView, Hashable {
  /// The number of the rule, from 1.
  public let rule: Int64
  /// How many approvals are missing.
  public let missing: Int64
  /// How many the rule requires.
  public let required: Int64
  /// Who may give them.
  public let from: [String]

  /// Its members.
  public static let shape = Shape<UnmetView>(
    Member("rule", \.rule, .integer),
    Member("missing", \.missing, .integer),
    Member("required", \.required, .integer),
    Member("from", \.from, .list(.text)),
    as: UnmetView.init)
}

extension UnmetView {
  /// Makes the view.
  public init(_ unmet: Unmet) {
    switch unmet {
    case .approvals(let rule, let missing, let required, let from):
      self.init(
        rule: Int64(rule), missing: Int64(missing), required: Int64(required),
        from: from.map(\.text))
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
}
