import VaultCore

/// How much one message may hold.
public struct ProtocolLimits: Hashable, Sendable {
  /// The longest line in either direction, in bytes, its newline included.
  public var line: Int
  /// The longest value of a secret, in bytes after its encoding for the wire was undone.
  public var value: Int

  /// Limits with the defaults: lines of 128 KiB, values of 64 KiB.
  public init(line: Int = 131_072, value: Int = 65_536) {
    self.line = line
    self.value = value
  }

  /// The most items that a list may ask for.
  public static let mostItems = 500
  /// The items of a list that does not say how many.
  public static let usualItems = 100
  /// The longest ticket, in bytes.
  public static let longestTicket = 128
  /// What the requester says in one request, all together and as JSON, in bytes.
  ///
  /// A request's context comes back in every view of it, beside its secrets, reviews and rules; so
  /// that the whole fits one line, this part has a bound of its own.
  public static let longestContext = 39_936
  /// The principals of one gate, all together and as JSON, in bytes; for the same reason.
  public static let longestPrincipals = Gate.mostPrincipalBytes
}
