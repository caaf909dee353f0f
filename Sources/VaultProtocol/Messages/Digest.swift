import StrictJSON

/// A SHA-256 digest on the wire: `sha256:` and 64 lower-case hexadecimal digits.
public struct Digest: Hashable, Sendable {
  /// The 32 bytes.
  public let bytes: [UInt8]

  /// Takes the bytes of a digest.
  public init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// Reads `sha256:…`; nil where the text is not exactly that.
  public init?(_ text: String) {
    let utf8 = text.utf8
    guard utf8.count == 71, text.hasPrefix("sha256:") else { return nil }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(32)
    var high: UInt8?
    for character in utf8.dropFirst(7) {
      guard let digit = Self.digit(character) else { return nil }
      if let first = high {
        bytes.append(first << 4 | digit)
        high = nil
      } else {
        high = digit
      }
    }
    self.bytes = bytes
  }

  /// `sha256:…`.
  public var text: String { "sha256:" + Self.hexadecimal(bytes) }

  init(_ value: JSONValue) throws {
    guard let digest = Digest(try value.string()) else {
      throw JSONFault(.outOfRange, at: value.offset, "sha256: and 64 lower-case digits")
    }
    self = digest
  }

  static func hexadecimal(_ bytes: [UInt8]) -> String {
    let digits = Array("0123456789abcdef".utf8)
    return String(
      decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
  }

  private static func digit(_ character: UInt8) -> UInt8? {
    switch character {
    case 0x30...0x39: character - 0x30
    case 0x61...0x66: character - 0x61 + 10
    default: nil
    }
  }
}
