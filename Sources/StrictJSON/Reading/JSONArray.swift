/// The elements of an array, as long as their text is lent; not to be kept.
@safe
public struct JSONArray: Sequence {
  private let document: JSONDocument
  private let index: Int

  init(_ document: JSONDocument, _ index: Int) {
    self.document = document
    self.index = index
  }

  /// Whether there are none.
  public var isEmpty: Bool { Int(document[index].next) == index + 1 }

  /// Goes through the elements in order.
  public func makeIterator() -> Iterator {
    Iterator(document: document, index: index + 1, end: Int(document[index].next))
  }

  /// The elements that are still to come.
  @safe
  public struct Iterator: IteratorProtocol {
    fileprivate let document: JSONDocument
    fileprivate var index: Int
    fileprivate let end: Int

    /// The next element.
    public mutating func next() -> JSONValue? {
      guard index < end else { return nil }
      defer { index = Int(document[index].next) }
      return JSONValue(document, index)
    }
  }
}
