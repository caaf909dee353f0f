public import VaultCore

/// How far a request is from its turn in an environment with one grant at a time: numbers, and no names.
public struct TurnView: DescribedView, Hashable {
  /// The request whose grant is active; nil where none is.
  public let holder: Int64?
  /// When that was activated, in milliseconds since the epoch.
  public let since: Int64?
  /// How many requests whose jobs wait go before this one.
  public let before: Int64

  /// Its members.
  public static let shape = Shape<TurnView>(
    Member("holder", \.holder, .nullable(.integer)),
    Member("since", \.since, .nullable(.time)),
    Member("before", \.before, .integer),
    as: TurnView.init)
}

extension TurnView {
  /// Makes the view.
  public init(_ turn: Turn) {
    self.init(holder: turn.holder, since: turn.since, before: Int64(turn.before))
  }

  /// In words.
  public var sentence: String {
    let waiting =
      switch before {
      case 0: "no other job waits before this one"
      case 1: "1 job waits before this one"
      default: "\(before) jobs wait before this one"
      }
    guard let holder else { return waiting }
    let time = since.map { " since \(Timestamp.text(milliseconds: $0))" } ?? ""
    return "request \(holder) has held it\(time), and \(waiting)"
  }
}
