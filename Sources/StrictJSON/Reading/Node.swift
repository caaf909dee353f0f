/// One value or key on the tape.
///
/// The tape lists them in the order of the text: a container, then what is in it; a key, then its value.
struct Node {
  enum Kind: UInt8 {
    case null, `true`, `false`, integer, number, string, key, array, object
  }

  /// The bytes of its text, quotes included.
  var start: UInt32
  var end: UInt32
  /// The node behind it and all that is in it; while a container is open, the one that it is in; of a
  /// key, a fingerprint.
  var next: UInt32
  var kind: Kind
  /// Whether a string or key has a backslash.
  var isEscaped = false
  /// Whether somebody asked for the member that this key names.
  var isAskedFor = false

  static let none = UInt32.max

  /// What stands between the quotes.
  func content(in text: JSONText) -> EscapedText {
    EscapedText(text: text[Int(start) + 1..<Int(end) - 1], isEscaped: isEscaped)
  }
}

/// A text that was read, and its tape.
@safe
struct JSONDocument {
  let text: JSONText
  // Safety: lent by the reader for the body of its `read`, which all values that hold it stay within.
  private let nodes: UnsafeMutableBufferPointer<Node>

  init(text: JSONText, nodes: UnsafeMutableBufferPointer<Node>) {
    self.text = text
    unsafe self.nodes = nodes
  }

  @inline(__always)
  subscript(index: Int) -> Node {
    precondition(index >= 0 && index < (unsafe nodes.count), "beyond the tape")
    return unsafe nodes[index]
  }

  func setAskedFor(_ isAskedFor: Bool, at index: Int) {
    precondition(index >= 0 && index < (unsafe nodes.count), "beyond the tape")
    unsafe nodes[index].isAskedFor = isAskedFor
  }
}
