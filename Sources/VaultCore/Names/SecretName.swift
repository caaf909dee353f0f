/// The name of a secret or a variable: `[A-Za-z_][A-Za-z0-9_]*`, up to 255 characters, kept in upper case.
///
/// Invariant: never a name that would steer what a job runs (``ReservedNames``), because `exec` hands
/// secrets over as environment variables.
public struct SecretName: Hashable, Sendable, Comparable {
  /// The name in upper case.
  public let text: String

  /// Reads a name in any case.
  /// - Throws: ``NameFault`` with the first offending byte, or `.reserved`.
  public init(_ text: String) throws(NameFault) {
    let utf8 = text.utf8
    if utf8.isEmpty { throw .empty }
    if utf8.count > 255 { throw .tooLong }
    var hasLowerCase = false
    for (offset, byte) in utf8.enumerated() {
      guard byte.isASCIILetter || byte == 0x5F || (offset > 0 && byte.isASCIIDigit) else {
        throw .character(offset: offset)
      }
      if byte >= 0x61 { hasLowerCase = true }
    }
    let upper = hasLowerCase ? text.uppercased() : text
    if ReservedNames.contains(upper) { throw .reserved(upper) }
    self.text = upper
  }

  /// Takes a name that was read and judged before: a sealed row, whose reservation stood when it was
  /// written. A table that has grown since must not make old rows unreadable.
  init(sealed text: String) { self.text = text }

  /// By bytes, which for ASCII is the order of a sorted list.
  public static func < (left: Self, right: Self) -> Bool { left.text < right.text }
}
