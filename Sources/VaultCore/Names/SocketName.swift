/// The name of a job socket: `[A-Za-z0-9][A-Za-z0-9_.-]{0,63}`, compared by bytes.
public struct SocketName: Hashable, Sendable {
  /// The name as the configuration has it.
  public let text: String

  /// The longest name, in bytes.
  public static let longest = 64

  /// Takes a name; nil where the text is none.
  public init?(_ text: some StringProtocol) {
    guard (1...Self.longest).contains(text.utf8.count) else { return nil }
    for (offset, byte) in text.utf8.enumerated() {
      let inner = byte == 0x5F || byte == 0x2E || byte == 0x2D
      guard byte.isASCIILetter || byte.isASCIIDigit || (offset > 0 && inner) else { return nil }
    }
    self.text = String(text)
  }
}
