import SecretMemory
import StrictJSON
import VaultCore
import VaultProtocol

/// The secrets of a JSON file, as other vaults write them.
///
/// | what | is |
/// |---|---|
/// | `{"NAME":"value", …}` | the secrets of one environment |
/// | `{"production":{"NAME":"value", …}, …}` | those of several |
/// | `[{"name":…,"value":…}, …]`, or one such object with `id` and `attributes` | Azure Key Vault, a list of secrets |
/// | `{"data":{"data":{…},"metadata":…}, …}`, `{"data":{…},"lease_id":…}` | `vault kv get -format=json`, version 2 and 1 |
///
/// A fault says where and what, and repeats no value (`no-echo`).
struct JSONImport {
  private let mapsNames: Bool
  private var mapped: [(from: String, to: SecretName)] = []

  static func read(_ bytes: UnsafeRawBufferPointer, mapsNames: Bool) throws -> ImportFile {
    var reader = JSONReader()
    var file = JSONImport(mapsNames: mapsNames)
    do {
      // Safety: the bytes are the caller's, and outlive the call; values are copied out.
      let batches = try unsafe reader.read(bytes) { try file.batches(of: $0) }
      return ImportFile(batches: batches, reason: .importInvalid, mapped: file.mapped)
    } catch let fault as JSONFault {
      throw Self.fault(
        "the file is not JSON that envgate can import: \(fault.code.rawValue)", at: fault.offset)
    }
  }

  private init(mapsNames: Bool) { self.mapsNames = mapsNames }

  private mutating func batches(of document: JSONValue) throws -> [ImportBatch] {
    if document.kind == .array { return [try batch(nil, try named(document.array()))] }
    var whole = try document.object()
    if whole.optional("id") != nil, whole.optional("attributes")?.kind == .object {
      return [try batch(nil, [try named(document)])]
    }
    if let data = whole.optional("data"), data.kind == .object,
      whole.optional("lease_id") != nil || whole.optional("request_id") != nil
    {
      var inner = try data.object()
      if let second = inner.optional("data"), second.kind == .object,
        inner.optional("metadata") != nil
      {
        return [try batch(nil, try second.object().members())]
      }
      return [try batch(nil, try data.object().members())]
    }
    let members = whole.members()
    guard members.contains(where: { $0.value.kind == .object }) else {
      return [try batch(nil, members)]
    }
    return try members.map { key, value in
      guard value.kind == .object else {
        throw Self.fault(
          "either every member is an environment with its secrets, or none is", at: value.offset)
      }
      let name: EnvironmentName
      do { name = try EnvironmentName(argument: key) } catch let fault as CommandFault {
        throw Self.fault(fault.sentence, at: value.offset)
      }
      return try batch(name, try value.object().members())
    }
  }

  private func named(_ list: JSONArray) throws -> [(key: String, value: JSONValue)] {
    try list.map { try named($0) }
  }

  /// A secret with its name in a member.
  private func named(_ secret: JSONValue) throws -> (key: String, value: JSONValue) {
    var members = try secret.object()
    let name = try members.required("name")
    return (try name.string(maximumBytes: 1_024), try members.required("value"))
  }

  private mutating func batch(
    _ environment: EnvironmentName?, _ members: [(key: String, value: JSONValue)]
  ) throws -> ImportBatch {
    var sources: [SecretName: String] = [:]
    let entries = try members.map { key, value in
      let name = try name(key, at: value.offset)
      if let first = sources.updateValue(key, forKey: name) {
        throw Self.fault(
          "\(ForeignText.quoted(first, limit: 80)) and \(ForeignText.quoted(key, limit: 80)) both become "
            + "\(name.text); rename one of them", at: value.offset)
      }
      guard value.kind == .string else {
        throw Self.fault("the value of \(name.text) is not a string", at: value.offset)
      }
      let secret = try value.secret()
      if secret.count > SecretInput.limit {
        throw Self.fault(
          "the value of \(name.text) is longer than \(SecretInput.limit) bytes; keep large data elsewhere",
          at: value.offset)
      }
      return ImportEntry(name: name, value: secret, place: "byte \(value.offset)")
    }
    return ImportBatch(environment: environment, entries: entries)
  }

  /// The name as it is, or the one that stands for it.
  private mutating func name(_ text: String, at offset: Int) throws -> SecretName {
    if let name = try? SecretName(text) { return name }
    // Byte by byte: by Unicode's rules the upper case of a letter that is none of ASCII's may be one of these.
    let offered = try? SecretName(
      String(
        decoding: text.utf8.map { byte -> UInt8 in
          switch byte {
          case 0x2D, 0x2E, 0x2F, 0x20: 0x5F
          case 0x61...0x7A: byte - 0x20
          default: byte
          }
        }, as: UTF8.self))
    let shown = ForeignText.quoted(text, limit: 80)
    guard let offered else {
      throw Self.fault(
        "\(shown) is not a valid name for a secret: use \(SecretName.grammar)", at: offset)
    }
    guard mapsNames else {
      throw CommandFault(
        .nameCase,
        "byte \(offset): \(shown) is not a valid name for a secret; rename it, or add --map-names to import it as "
          + "\(offered.text); nothing was imported")
    }
    mapped.append((text, offered))
    return offered
  }

  private static func fault(_ sentence: String, at offset: Int) -> CommandFault {
    CommandFault(.importInvalid, "byte \(offset): \(sentence); nothing was imported")
  }
}
