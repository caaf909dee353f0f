import SecretMemory
import StrictJSON
import VaultCore

/// Takes one member out of a value that is a JSON object, as Azure's and Google's credentials are.
enum FieldReader {
  /// The member's text where it is a string, else its JSON.
  /// - Throws: ``CommandFault`` `value.field` that says where, never what.
  static func field(_ name: String, of value: SecretBuffer) throws -> SecretBuffer {
    var reader = JSONReader()
    do {
      // Safety: the buffer lends its bytes for the closure; what is taken is copied into another.
      return try unsafe value.withUnsafeBytes { bytes in
        try unsafe reader.read(bytes) { document in
          for (key, member) in try document.object() where key == name {
            if member.kind == .string { return try member.secret() }
            return try unsafe SecretBuffer(
              copying: UnsafeRawBufferPointer(rebasing: bytes[member.rawRange]))
          }
          throw CommandFault(
            "value.field", "the value has no member \(ForeignText.quoted(name, limit: 80))")
        }
      }
    } catch let fault as JSONFault {
      throw CommandFault(
        "value.field",
        "the value is no JSON object: \(fault.code.rawValue) at byte \(fault.offset)")
    }
  }
}
