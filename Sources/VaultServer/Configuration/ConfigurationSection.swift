import StrictJSON
import VaultCore

/// Something in the configuration is not as it must be.
struct Misconfiguration: Error {
  /// The byte of the file, from 0.
  let offset: Int
  let sentence: String

  init(at offset: Int, _ sentence: String) {
    self.offset = offset
    self.sentence = sentence
  }
}

/// One object of the configuration, whose keys are all known.
///
/// Valid as long as the value that it was made of.
struct ConfigurationSection {
  private let offset: Int
  private var values: [String: JSONValue] = [:]

  /// Takes the object and refuses a key that is not among `known`: first of all, since a misspelt
  /// key explains a missing one.
  init(_ value: JSONValue, known: [StaticString]) throws {
    var object = try value.object()
    offset = object.offset
    for name in known { values["\(name)"] = object.optional(name) }
    if let stray = object.unasked().first {
      let nearest = NearestName.of(stray.key, among: known.map { "\($0)" })
      throw Misconfiguration(
        at: stray.offset,
        nearest.map { "unknown key: did you mean \"\($0)\"?" }
          ?? "unknown key: remove it; envgated.json(5) lists the keys")
    }
  }

  /// A value that may be left out.
  subscript(name: String) -> JSONValue? { values[name] }

  /// A value that may not.
  func required(_ name: String) throws -> JSONValue {
    guard let value = values[name] else {
      throw Misconfiguration(at: offset, "\"\(name)\" is missing")
    }
    return value
  }
}

extension JSONFault {
  /// What is wrong, for a person who edits the file.
  var sentence: String {
    switch code {
    case .empty: "the file is empty"
    case .unexpectedByte:
      "this is not allowed here; look for an extra comma, or a missing quote or comma"
    case .unexpectedEnd: "the file ends before a quote, bracket or brace is closed"
    case .trailingGarbage: "nothing may follow the last brace"
    case .byteOrderMark: "the file begins with a byte order mark: save it as UTF-8 without one"
    case .tooDeep: "brackets are nested too deep"
    case .tooLong: "this is too long"
    case .duplicateKey: "this key appears twice; remove one of the two"
    case .invalidUTF8: "this is not UTF-8"
    case .invalidEscape: "there is no such escape"
    case .loneSurrogate: "this is half of a surrogate pair"
    case .controlCharacter: "a control character must be written as an escape, like \\n"
    case .invalidNumber: "this is not a number"
    case .invalidBase64: "this is not base64"
    case .wrongType: detail.map { "this must be \($0)" } ?? "this has the wrong type"
    case .missingMember: detail.map { "\"\($0)\" is missing" } ?? "a key is missing"
    case .unknownMember: "unknown key"
    case .outOfRange: detail.map { "this must be \($0)" } ?? "this number is out of range"
    }
  }
}
