/// Why a text is not a name of the vault. The sentence never repeats more than the name's own grammar.
public enum NameFault: Error, Hashable, Sendable {
  /// No characters at all.
  case empty
  /// More than 255 bytes.
  case tooLong
  /// A byte outside the grammar, at this offset (bytes from 0).
  case character(offset: Int)
  /// A lower-case letter in the name of a secret or a variable, and the name in upper case.
  case lowerCase(String)

  /// One sentence for a person, lower case, without a full stop; which characters are allowed belongs behind it where
  /// one is not.
  /// - Parameter grammar: the characters that such a name may have.
  public func sentence(allowing grammar: String) -> String {
    if case .character = self { return "\(sentence); allowed: \(grammar)" }
    return sentence
  }

  /// One sentence for a person, lower case, without a full stop.
  public var sentence: String {
    switch self {
    case .empty: "a name cannot be empty"
    case .tooLong: "a name has at most \(SecretName.longest) characters"
    case .character(let offset): "the character at offset \(offset) is not allowed"
    case .lowerCase(let name): "names are upper case; write \(name)"
    }
  }
}

extension UInt8 {
  @inlinable var isASCIILetter: Bool {
    (0x41...0x5A).contains(self) || (0x61...0x7A).contains(self)
  }
  @inlinable var isASCIIDigit: Bool { (0x30...0x39).contains(self) }
}
