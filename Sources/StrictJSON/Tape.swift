/// One value of a parsed text, by where it stands.
///
/// A container is followed by its children; `next` is the index of the node behind the whole value, so
/// that a value is skipped in one step. A member is a key node followed by its value.
struct Node {
  enum Kind: UInt8 {
    case object, array, string, number, yes, no, null, key
  }

  var kind: Kind
  /// A string or key with escapes; a number with a fraction or an exponent.
  var isComplex: Bool = false
  /// Whether a reader asked for this member.
  var isAsked: Bool = false
  /// The first byte of the value; of a string the byte behind its quote.
  var start: Int32
  /// Behind the last byte; of a string its closing quote.
  var end: Int32
  var next: Int32 = 0
}

/// The parsed form of one text: nodes in the order of the text, in storage that is used again.
///
/// A class so that values can mark members as asked for; made by a reader, and never shared.
@safe
final class Tape {
  var nodes: [Node] = []
  var bytes = unsafe UnsafeRawBufferPointer(start: nil, count: 0)
}
