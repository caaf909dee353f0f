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
    guard utf8.count == 71, text.hasPrefix("sha256:"),
      let bytes = Hexadecimal.bytes(text.dropFirst(7))
    else { return nil }
    self.bytes = bytes
  }

  /// `sha256:…`.
  public var text: String { "sha256:" + Hexadecimal.text(bytes) }

  init(_ value: JSONValue) throws {
    guard let digest = Digest(try value.string()) else {
      throw JSONFault(.outOfRange, at: value.offset, "sha256: and 64 lower-case digits")
    }
    self = digest
  }
}
