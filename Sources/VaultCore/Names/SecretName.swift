/// The name of a secret or a variable: `[A-Z_][A-Z0-9_]*`, up to 255 characters.
///
/// Invariant: upper case, since nothing is folded: what is typed is what is stored, shown and compared.
/// Whether a name is reserved is not asked here but where it is made (``ReservedNames``), so that a table
/// that grows leaves every stored name usable.
public struct SecretName: Hashable, Sendable, Comparable {
  /// The name.
  public let text: String

  /// The longest name, in bytes.
  public static let longest = 255
  /// Its characters, for people.
  public static let grammar = "A to Z, 0 to 9 and _, not starting with a digit"

  /// Reads a name.
  /// - Throws: ``NameFault`` with the first offending byte; `.lowerCase` with the name that may be meant.
  public init(_ text: String) throws(NameFault) {
    if try Self.hasLowerCase(text) { throw .lowerCase(text.uppercased()) }
    self.text = text
  }

  /// Refuses what could not be the name of a variable, in whatever case.
  /// - Throws: ``NameFault`` with the first offending byte.
  public static func check(_ text: String) throws(NameFault) { _ = try hasLowerCase(text) }

  private static func hasLowerCase(_ text: String) throws(NameFault) -> Bool {
    let bytes = text.utf8.span
    if bytes.isEmpty { throw .empty }
    if bytes.count > longest { throw .tooLong }
    var hasLowerCase = false
    for offset in bytes.indices {
      let byte = bytes[offset]
      guard byte.isASCIILetter || byte == 0x5F || (offset > 0 && byte.isASCIIDigit) else {
        throw .character(offset: offset)
      }
      if byte >= 0x61 { hasLowerCase = true }
    }
    return hasLowerCase
  }

  /// Takes a name that was read and judged before: a sealed row.
  package init(sealed text: String) { self.text = text }

  /// By bytes, which for ASCII is the order of a sorted list.
  public static func < (left: Self, right: Self) -> Bool { left.text < right.text }
}
