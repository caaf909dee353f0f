/// What a reader allows.
public struct JSONOptions: Sendable {
  /// Whether `//` comments may stand where white space may.
  public var allowsComments: Bool
  /// How deep containers may nest.
  public var mostDepth: Int
  /// The longest text, in bytes.
  public var mostBytes: Int

  /// RFC 8259 and I-JSON's ban on duplicate keys, nothing else: a line of the wire.
  public static let wire = JSONOptions(allowsComments: false, mostDepth: 32, mostBytes: 1 << 24)
  /// The same with `//` comments: a file that people write.
  public static let file = JSONOptions(allowsComments: true, mostDepth: 32, mostBytes: 1 << 24)
}
