/// What a value is (RFC 8259, 3).
public enum JSONKind: String, Sendable {
  case object, array, string, number, bool, null
}

/// One value of a text, as long as ``JSONReader/read(_:_:)`` lends it; not to be kept.
///
/// Each way of reading it names the type that is expected and refuses all others: nothing is converted.
@safe
public struct JSONValue {
  let document: JSONDocument
  let index: Int

  init(_ document: JSONDocument, _ index: Int) {
    self.document = document
    self.index = index
  }

  var node: Node { document[index] }

  /// What it is.
  public var kind: JSONKind {
    switch node.kind {
    case .null: .null
    case .true, .false: .bool
    case .integer, .number: .number
    case .string, .key: .string
    case .array: .array
    case .object: .object
    }
  }

  /// Where it begins: bytes from the start of the text.
  public var offset: Int { Int(node.start) }

  /// The bytes of the text that it takes, quotes and brackets included: what echoes it exactly.
  public var rawRange: Range<Int> { Int(node.start)..<Int(node.end) }

  /// Whether it is `null`.
  public var isNull: Bool { node.kind == .null }

  /// The truth value.
  /// - Throws: `wrong_type`.
  public func bool() throws(JSONFault) -> Bool {
    switch node.kind {
    case .true: true
    case .false: false
    default: throw wrongType("true or false")
    }
  }

  /// The elements, in order.
  /// - Throws: `wrong_type`.
  public func array() throws(JSONFault) -> JSONArray {
    guard node.kind == .array else { throw wrongType("an array") }
    return JSONArray(document, index)
  }

  /// The members. Which of them were asked for is counted from here anew.
  /// - Throws: `wrong_type`.
  public func object() throws(JSONFault) -> JSONObject {
    guard node.kind == .object else { throw wrongType("an object") }
    return JSONObject(document, index)
  }

  func wrongType(_ expected: String) -> JSONFault {
    JSONFault(.wrongType, at: offset, expected)
  }
}
