/// The members of an object, as long as their text is lent; not to be kept.
///
/// Read either by name, with ``finish()`` at the end, which refuses what nobody asked for; or, where
/// the keys are data, as a sequence. What was asked for is marked in the text's own tape, so an object
/// is read by one reader at a time.
@safe
public struct JSONObject: Sequence {
  private let document: JSONDocument
  private let index: Int
  private let end: Int
  /// Where the next search begins: members are mostly asked for in the order in which they come.
  private var likely: Int

  init(_ document: JSONDocument, _ index: Int) {
    self.document = document
    self.index = index
    end = Int(document[index].next)
    likely = index + 1
    var key = index + 1
    while key < end {
      document.setAskedFor(false, at: key)
      key = Int(document[key + 1].next)
    }
  }

  /// Where it begins: bytes from the start of the text.
  public var offset: Int { Int(document[index].start) }

  /// The member, `null` included.
  /// - Throws: `missing_member` at the object's own offset; the detail is the name.
  public mutating func required(_ name: StaticString) throws(JSONFault) -> JSONValue {
    guard let value = optional(name) else {
      throw JSONFault(.missingMember, at: offset, "\(name)")
    }
    return value
  }

  /// The member, `null` included; nil where there is none.
  public mutating func optional(_ name: StaticString) -> JSONValue? {
    guard let key = find(name, likely..<end) ?? find(name, index + 1..<likely) else { return nil }
    document.setAskedFor(true, at: key)
    likely = Int(document[key + 1].next)
    return JSONValue(document, key + 1)
  }

  /// Ends the reading by name.
  /// - Throws: `unknown_member` at the key of the first member that nobody asked for.
  public func finish() throws(JSONFault) {
    if let unknown = unknownKey {
      throw JSONFault(.unknownMember, at: Int(document[unknown].start))
    }
  }

  /// The keys that nobody asked for, with their offsets, for a message that names the nearest known one.
  public func unasked() -> [(key: String, offset: Int)] {
    var unasked: [(key: String, offset: Int)] = []
    var key = index + 1
    while key < end {
      let node = document[key]
      if !node.isAskedFor, let text = try? JSONValue.string(node.content(in: document.text)) {
        unasked.append((text, Int(node.start)))
      }
      key = Int(document[key + 1].next)
    }
    return unasked
  }

  /// Every member, for objects whose keys are data; they count as asked for.
  public func members() -> [(key: String, value: JSONValue)] { Array(self) }

  private var unknownKey: Int? {
    var key = index + 1
    while key < end {
      let node = document[key]
      if !node.isAskedFor { return key }
      key = Int(document[key + 1].next)
    }
    return nil
  }

  private func find(_ name: StaticString, _ nodes: Range<Int>) -> Int? {
    var key = nodes.lowerBound
    while key < nodes.upperBound {
      if let isFound = try? document[key].content(in: document.text).means(name), isFound {
        return key
      }
      key = Int(document[key + 1].next)
    }
    return nil
  }

  /// Goes through the members in order; each counts as asked for.
  public func makeIterator() -> Iterator {
    Iterator(document: document, index: index + 1, end: end)
  }

  /// The members that are still to come.
  @safe
  public struct Iterator: IteratorProtocol {
    fileprivate let document: JSONDocument
    fileprivate var index: Int
    fileprivate let end: Int

    /// The next member.
    public mutating func next() -> (key: String, value: JSONValue)? {
      // The text was found well-formed, so that its keys can be read.
      guard index < end,
        let key = try? JSONValue.string(document[index].content(in: document.text))
      else { return nil }
      document.setAskedFor(true, at: index)
      let value = JSONValue(document, index + 1)
      index = Int(value.node.next)
      return (key, value)
    }
  }
}
