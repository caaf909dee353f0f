public import SecretMemory

/// One member of a value that is a JSON object, as the credentials of clouds are, from secret memory to secret memory.
public enum SecretMember {
  /// The member's text where it is a string, else its JSON; nil where there is no such member.
  /// - Throws: ``JSONFault`` where the value is no object, or `SecretMemoryError`.
  public static func named(_ name: String, of value: SecretBuffer) throws -> SecretBuffer? {
    var reader = JSONReader()
    // Safety: the buffer lends its bytes for the closure; what is taken is copied into another.
    return try unsafe value.withUnsafeBytes { bytes in
      try unsafe reader.read(bytes) { document in
        for (key, member) in try document.object() where key.utf8.elementsEqual(name.utf8) {
          if member.kind == .string { return try member.secret() }
          return try unsafe SecretBuffer(
            copying: UnsafeRawBufferPointer(rebasing: bytes[member.rawRange]))
        }
        return nil
      }
    }
  }
}
