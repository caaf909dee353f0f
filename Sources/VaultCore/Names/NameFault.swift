/// Why a text is not a name of the vault. The sentence never repeats more than the name's own grammar.
public enum NameFault: Error, Hashable, Sendable {
  /// No characters at all.
  case empty
  /// More than 255 bytes.
  case tooLong
  /// A byte outside the grammar, at this offset (bytes from 0).
  case character(offset: Int)
  /// The name steers a loader, a shell, an interpreter or a CI runner, so no job may receive it.
  case reserved(String)

  /// One sentence for a person, lower case, without a full stop.
  public var sentence: String {
    switch self {
    case .empty: "a name cannot be empty"
    case .tooLong: "a name has at most 255 characters"
    case .character(let offset): "the character at offset \(offset) is not allowed in a name"
    case .reserved(let name):
      "\(name) steers a loader, shell, interpreter or runner; choose another name"
    }
  }
}

extension UInt8 {
  @inlinable var isASCIILetter: Bool {
    (0x41...0x5A).contains(self) || (0x61...0x7A).contains(self)
  }
  @inlinable var isASCIIDigit: Bool { (0x30...0x39).contains(self) }
}
