import SecretMemory
import StrictJSON
import VaultCore

/// Takes one member out of a value that is a JSON object, as Azure's and Google's credentials are.
enum FieldReader {
  /// The member's text where it is a string, else its JSON.
  /// - Throws: ``CommandFault`` `value.field` that says where, never what.
  static func field(_ name: String, of value: SecretBuffer) throws -> SecretBuffer {
    try refusing {
      guard let member = try SecretMember.named(name, of: value) else {
        throw CommandFault(
          .valueField, "the value has no member \(ForeignText.quoted(name, limit: 80))")
      }
      return member
    }
  }

  /// Those of the members that are there, which must be strings.
  /// - Parameter nullable: members for which null means that they are not there.
  /// - Throws: ``CommandFault`` `value.field` that says where, never what.
  static func texts(
    _ names: [String], of value: SecretBuffer, nullable: [String] = []
  ) throws -> [String: SecretBuffer] {
    try withMembers(of: value) { members in
      var texts: [String: SecretBuffer] = [:]
      for (key, member) in members where names.contains(key) {
        if member.kind == .null, nullable.contains(key) { continue }
        guard member.kind == .string else {
          throw CommandFault(.valueField, "its member \(key) is not a string")
        }
        texts[key] = try member.secret()
      }
      return texts
    }
  }

  private static func withMembers<Result>(
    of value: SecretBuffer, _ body: (JSONObject) throws -> Result
  ) throws -> Result {
    var reader = JSONReader()
    return try refusing {
      // Safety: the buffer lends its bytes for the closure; what is taken is copied into another.
      try unsafe value.withUnsafeBytes { bytes in
        try unsafe reader.read(bytes) { document in try body(document.object()) }
      }
    }
  }

  private static func refusing<Result>(_ body: () throws -> Result) throws -> Result {
    do { return try body() } catch let fault as JSONFault {
      throw CommandFault(
        .valueField,
        "the value is not a JSON object: \(fault.code.rawValue) at byte \(fault.offset)")
    }
  }
}
