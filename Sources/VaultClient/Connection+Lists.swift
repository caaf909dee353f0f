public import VaultProtocol

import StrictJSON

/// A list that came in pages, put together.
public struct ListAnswer<Item: ListItem>: Sendable {
  /// What the items say.
  public let items: [Item]
  /// The text of each item, as it came.
  public let texts: [[UInt8]]
  /// Whether there are more than were wanted.
  public let hasMore: Bool
}

extension ListAnswer {
  /// Several lists as one, in an order of the caller's.
  public init(joining lists: [ListAnswer], by comesBefore: (Item, Item) -> Bool) {
    let all = lists.flatMap { zip($0.items, $0.texts) }.sorted { comesBefore($0.0, $1.0) }
    self.init(
      items: all.map(\.0), texts: all.map(\.1), hasMore: lists.contains(where: \.hasMore))
  }
}

extension Connection {
  /// Seconds within which ``list(of:most:where:_:)`` ends, however many pages come.
  static let listPatience: Int64 = 300
  /// The longest list that ``list(of:most:where:_:)`` puts together, in bytes of its text.
  static let longestList = 64 << 20

  /// Calls a listing method until there is nothing more, or enough.
  /// - Parameters:
  ///   - most: how many items are wanted; nil for all.
  ///   - isWanted: which items are; nil for each.
  ///   - page: makes the call for one page, from where it continues and how many items it may hold.
  /// - Throws: as ``call(_:as:deadline:)``; ``ClientFault/timedOut`` after five minutes, and
  ///   ``ClientFault/replyTooLong(limit:)`` beyond 64 MiB.
  public func list<Item: ListItem>(
    of: Item.Type = Item.self, most: Int? = nil, where isWanted: ((Item) -> Bool)? = nil,
    _ page: (_ after: Item.Cursor?, _ limit: Int) throws -> Call
  ) throws -> ListAnswer<Item> {
    var items: [Item] = []
    var texts: [[UInt8]] = []
    var bytes = 0
    let end = WaitDeadline(secondsFromNow: Self.listPatience)
    // One more than is wanted says whether there are more.
    let enough = most.map { $0 + 1 } ?? .max
    try forEachPage(of: Item.self, most: isWanted == nil ? enough : nil, page) { list in
      bytes += list.texts.reduce(0) { $0 + $1.count }
      guard bytes <= Self.longestList else {
        throw ClientFault.replyTooLong(limit: Self.longestList)
      }
      guard end.remaining > 0 else { throw ClientFault.timedOut }
      for (item, text) in zip(list.items, list.texts) where isWanted?(item) ?? true {
        items.append(item)
        texts.append(text)
      }
      return items.count < enough
    }
    let kept = min(items.count, most ?? .max)
    return ListAnswer(
      items: Array(items.prefix(kept)), texts: Array(texts.prefix(kept)),
      hasMore: items.count > kept)
  }

  /// As ``list(of:most:where:_:)``, but hands over each page as it comes, so that nothing need hold them all.
  /// - Parameter body: takes a page, and says whether another one is wanted.
  /// - Throws: as ``call(_:as:deadline:)``, and what `body` throws.
  public func forEachPage<Item: ListItem>(
    of: Item.Type = Item.self, most: Int? = nil,
    _ page: (_ after: Item.Cursor?, _ limit: Int) throws -> Call,
    _ body: (_ page: (items: [Item], texts: [[UInt8]])) throws -> Bool
  ) throws {
    var after: Item.Cursor?
    var left = most ?? .max
    while left > 0 {
      let limit = min(left, ProtocolLimits.mostItems)
      let answer = try answer(try page(after, limit), as: Page<Item>.self)
      let view = answer.view
      let goesOn = try body(
        (
          items: Array(view.list.items.prefix(left)),
          texts: view.ranges.prefix(left).map { Array(answer.json[$0]) }
        ))
      left -= view.list.items.count
      // A cursor that does not move would never end.
      guard goesOn, let next = view.list.next, next != after else { return }
      after = next
    }
  }
}

/// A page, and where the text of each item lies in the page's own.
private struct Page<Item: ListItem>: WireView {
  let list: ListView<Item>
  let ranges: [Range<Int>]

  init(_ value: JSONValue) throws {
    list = try ListView(value)
    var object = try value.object()
    let start = value.rawRange.lowerBound
    ranges = try object.required("items").array().map { item in
      item.rawRange.lowerBound - start..<item.rawRange.upperBound - start
    }
  }

  func write(to writer: inout JSONWriter) { list.write(to: &writer) }
}
