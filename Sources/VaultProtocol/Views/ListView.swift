public import StrictJSON

/// One page of a list: `{"items":[…],"next":…}`.
///
/// Invariant: a page written for a line fits it. What does not fit is left to the next page, and `next`
/// then names the last item that was written.
public struct ListView<Item: ListItem>: WireView {
  /// The items of this page.
  public let items: [Item]
  /// What `after` takes for the next page; nil where there is none.
  public let next: Item.Cursor?

  /// What the line needs beside its items: envelope, id, cursor.
  private static var overhead: Int { 1_024 }

  /// Makes a page.
  /// - Parameters:
  ///   - items: the items, in order.
  ///   - next: where the list continues behind all of them.
  public init(items: [Item], next: Item.Cursor?) {
    self.items = items
    self.next = next
  }

  /// Writes all items.
  public func write(to writer: inout JSONWriter) { write(to: &writer, fitting: .max) }

  /// Writes as many items as the line holds, and at least one.
  public func write(to writer: inout JSONWriter, fitting line: Int) {
    let count = line == .max ? items.count : self.count(fitting: line - Self.overhead)
    writer.beginObject()
    writer.member("items", Array(items.prefix(count)))
    writer.key("next")
    if let cursor = count < items.count ? items[count - 1].cursor : next {
      cursor.write(to: &writer)
    } else {
      writer.null()
    }
    writer.endObject()
  }

  /// How many items fit so many bytes; an item's size is known only by writing it.
  private func count(fitting bytes: Int) -> Int {
    var scratch = JSONWriter()
    var used = 0
    for (index, item) in items.enumerated() {
      scratch.reset()
      item.write(to: &scratch)
      used += scratch.count + 1
      if used > bytes && index > 0 { return index }
    }
    return items.count
  }

  /// Reads the value as the wire has it.
  public init(_ value: JSONValue) throws {
    var object = try value.object()
    items = try object.required("items").array().map { try Item($0) }
    let next = try object.required("next")
    self.next = next.isNull ? nil : try Item.Cursor(next)
  }
}
