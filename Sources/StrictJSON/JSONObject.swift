/// The members of an object: asked for by name, and what nobody asks for is refused.
///
/// Valid as long as its value is. Reading a member makes no string of its key.
public struct JSONObject: Sequence {
  private let container: JSONValue

  init(container: JSONValue) {
    self.container = container
    for key in Keys(container) { container.tape.nodes[key].isAsked = false }
  }

  /// The byte of the text that the object starts at.
  public var offset: Int { container.offset }

  /// A member that must be there.
  public mutating func required(_ name: StaticString) throws(JSONFault) -> JSONValue {
    guard let value = optional(name) else {
      throw JSONFault(.missingMember, at: container.offset, "\(name)")
    }
    return value
  }

  /// A member that may be there; null counts as there.
  public mutating func optional(_ name: StaticString) -> JSONValue? {
    let tape = container.tape
    for key in Keys(container) where !tape.nodes[key].isAsked {
      if JSONValue(tape: tape, index: key).equalsASCII(name) {
        tape.nodes[key].isAsked = true
        return JSONValue(tape: tape, index: key + 1)
      }
    }
    return nil
  }

  /// Refuses a member that nobody asked for.
  public func finish() throws(JSONFault) {
    let tape = container.tape
    for key in Keys(container) where !tape.nodes[key].isAsked {
      throw JSONFault(.unknownMember, at: Int(tape.nodes[key].start) - 1)
    }
  }

  /// Every member, for objects whose keys are data; they count as asked for.
  public func members() -> [(key: String, value: JSONValue)] {
    let tape = container.tape
    var members: [(key: String, value: JSONValue)] = []
    for key in Keys(container) {
      tape.nodes[key].isAsked = true
      let name = JSONValue(tape: tape, index: key)
      members.append(
        (String(decoding: name.decoded, as: UTF8.self), JSONValue(tape: tape, index: key + 1)))
    }
    return members
  }

  /// Walks ``members()``.
  public func makeIterator() -> IndexingIterator<[(key: String, value: JSONValue)]> {
    members().makeIterator()
  }

  /// The keys that nobody asked for, with their offsets, for a message that names the nearest known one.
  public func unasked() -> [(key: String, offset: Int)] {
    let tape = container.tape
    var unasked: [(key: String, offset: Int)] = []
    for key in Keys(container) where !tape.nodes[key].isAsked {
      let name = JSONValue(tape: tape, index: key)
      unasked.append((String(decoding: name.decoded, as: UTF8.self), name.offset))
    }
    return unasked
  }

  /// The indices of the key nodes.
  private struct Keys: Sequence, IteratorProtocol {
    private let tape: Tape
    private var index: Int
    private let end: Int

    init(_ container: JSONValue) {
      tape = container.tape
      index = container.index + 1
      end = Int(container.node.next)
    }

    mutating func next() -> Int? {
      guard index < end else { return nil }
      defer { index = Int(tape.nodes[index + 1].next) }
      return index
    }
  }
}
