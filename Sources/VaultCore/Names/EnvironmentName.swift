/// The name of an environment: `[A-Za-z0-9][A-Za-z0-9_.-]{0,254}`.
///
/// Invariant: the text is ASCII and within the grammar, so that equality of `folded` is equality of
/// bytes and no two spellings can be canonically equal to Unicode yet different to the vault.
public struct EnvironmentName: Hashable, Sendable {
  /// The name as it was written when the environment was created.
  public let text: String
  /// The name after ASCII folding to lower case; unique in a vault.
  public let folded: String

  /// Its characters, for people.
  public static let grammar = "letters, digits, _ . and -, starting with a letter or digit"

  /// Reads a name.
  /// - Throws: ``NameFault`` with the first offending byte.
  public init(_ text: String) throws(NameFault) {
    let bytes = text.utf8.span
    if bytes.isEmpty { throw .empty }
    if bytes.count > 255 { throw .tooLong }
    var hasUpperCase = false
    for offset in bytes.indices {
      let byte = bytes[offset]
      let inner = byte == 0x5F || byte == 0x2E || byte == 0x2D
      guard byte.isASCIILetter || byte.isASCIIDigit || (offset > 0 && inner) else {
        throw .character(offset: offset)
      }
      if byte < 0x5B && byte > 0x40 { hasUpperCase = true }
    }
    self.text = text
    self.folded = hasUpperCase ? text.lowercased() : text
  }

  /// Equal after ASCII folding.
  public static func == (left: Self, right: Self) -> Bool { left.folded == right.folded }

  /// Hashes the folded name.
  public func hash(into hasher: inout Hasher) { hasher.combine(folded) }
}
