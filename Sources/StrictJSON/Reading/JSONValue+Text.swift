public import SecretMemory

extension JSONValue {
  /// The string, which is no secret: it is ordinary memory from here on.
  /// - Throws: `wrong_type`.
  public func string() throws(JSONFault) -> String { try Self.string(content()) }

  /// The string, of a bounded length; nothing is copied where it is longer.
  /// - Parameter maximumBytes: bytes of UTF-8 after the escapes were read.
  /// - Throws: `wrong_type` or `too_long`; the detail of the latter names the bound.
  public func string(maximumBytes: Int) throws(JSONFault) -> String {
    let content = try content()
    let count =
      content.text.count <= maximumBytes ? content.text.count : try content.decodedCount()
    guard count <= maximumBytes else {
      throw JSONFault(.tooLong, at: offset, "at most \(maximumBytes) bytes")
    }
    return try Self.string(content)
  }

  /// The longest word of a closed set, in bytes.
  public static let longestWord = 64

  /// The string where it may be a word of a closed set: ASCII of at most ``longestWord`` bytes. Nil for every
  /// other string, which a caller takes for an unknown word.
  ///
  /// Swift compares and hashes other text after normalization (Unicode Standard Annex 15), whose time grows with
  /// the square of a run of combining marks: one line of 128 KiB took seconds.
  /// - Throws: `wrong_type`.
  public func word() throws(JSONFault) -> String? {
    let content = try content()
    guard content.text.count <= Self.longestWord * 6 else { return nil }
    let text = try Self.string(content)
    let isWord = text.utf8.count <= Self.longestWord && text.utf8.allSatisfy { $0 < 0x80 }
    return isWord ? text : nil
  }

  /// The string's bytes in UTF-8, decoded into secret memory and nowhere else.
  /// - Throws: `wrong_type`, or `SecretMemoryError`.
  public func secret() throws -> SecretBuffer {
    let content = try content()
    // Safety: the buffer lends its storage for the call.
    return try unsafe SecretBuffer(capacity: content.capacity) { target in
      try unsafe content.decode(into: target)
    }
  }

  /// The bytes that the string stands for in base64, decoded into secret memory and nowhere else.
  ///
  /// The standard alphabet with padding and without anything in between; unused bits are zero
  /// (RFC 4648, 4 and 3.5), so that a value has one spelling.
  /// - Throws: `wrong_type`, `invalid_base64`, or `SecretMemoryError`.
  public func base64Secret() throws -> SecretBuffer {
    let content = try content()
    guard content.isEscaped else { return try base64(content.text) }
    // Some encoders write `\/` for a slash, which is a digit of base64.
    return try unsafe secret().withUnsafeBytes { try base64(unsafe JSONText($0)) }
  }

  /// Whether it is the string `text`, compared byte by byte; false for every other type.
  /// - Parameter text: a literal of ASCII characters.
  public func equalsASCII(_ text: StaticString) -> Bool {
    guard node.kind == .string else { return false }
    return (try? node.content(in: document.text).means(text)) ?? false
  }

  private func content() throws(JSONFault) -> EscapedText {
    let node = node
    guard node.kind == .string else { throw wrongType("a string") }
    return node.content(in: document.text)
  }

  private func base64(_ text: JSONText) throws -> SecretBuffer {
    // Safety: the buffer lends its storage for the call.
    try unsafe SecretBuffer(capacity: Base64.decodedCapacity(text.count)) { target in
      guard let count = unsafe Base64.decode(text, into: target) else {
        throw JSONFault(.invalidBase64, at: offset)
      }
      return count
    }
  }

  static func string(_ content: EscapedText) throws(JSONFault) -> String {
    guard content.isEscaped else {
      return unsafe content.text.withUnsafeBytes { unsafe String(decoding: $0, as: UTF8.self) }
    }
    var fault: JSONFault?
    // Safety: the string lends its storage for the call.
    let string = unsafe String(unsafeUninitializedCapacity: content.capacity) { target in
      do throws(JSONFault) {
        return try unsafe content.decode(into: UnsafeMutableRawBufferPointer(target))
      } catch {
        fault = error
        return 0
      }
    }
    if let fault { throw fault }
    return string
  }
}
