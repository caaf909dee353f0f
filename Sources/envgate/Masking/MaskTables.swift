/// What patterns are found by: grams of three shapes, each pattern by the widest that fits into it, and the
/// first two bytes of each.
struct MaskTables: ~Copyable {
  private(set) var short: GramTable<ShortGram>
  private(set) var middle: GramTable<MiddleGram>
  private(set) var long: GramTable<LongGram>
  /// A match that has begun further from the end of a text than this is found by its grams.
  private(set) var tail = 0
  private var beginnings = WipedStorage<UInt64>(repeating: 0, count: 1 << 10)

  init(_ patterns: borrowing MaskPatterns) {
    var places = (short: 0, middle: 0, long: 0)
    for entry in patterns.entries {
      switch Self.shape(of: entry) {
      case is ShortGram.Type: places.short += 2 * ShortGram.stride
      case is MiddleGram.Type: places.middle += 2 * MiddleGram.stride
      default: places.long += 2 * LongGram.stride
      }
    }
    short = GramTable(places: places.short)
    middle = GramTable(places: places.middle)
    long = GramTable(places: places.long)
    for (index, entry) in patterns.entries.enumerated() {
      addBeginning(of: entry, patterns)
      let end =
        switch Self.shape(of: entry) {
        case is ShortGram.Type: Self.add(index, of: patterns, to: &short)
        case is MiddleGram.Type: Self.add(index, of: patterns, to: &middle)
        default: Self.add(index, of: patterns, to: &long)
        }
      // Two ends of line of two bytes each can stand among the grams.
      tail = max(tail, end + (entry.isBase64 ? 4 : 0))
    }
  }

  /// Whether a pattern begins with these bytes, the second being any where there is none.
  func mayBegin(_ first: UInt8, _ second: UInt8?) -> Bool {
    let row = Int(first) << 2
    guard let second else { return (row..<row + 4).contains { beginnings[$0] != 0 } }
    return beginnings[row | Int(second) >> 6] >> UInt64(second & 63) & 1 == 1
  }

  private mutating func addBeginning(
    of entry: MaskPatterns.Entry, _ patterns: borrowing MaskPatterns
  ) {
    let (first, second) = unsafe (patterns.base(of: entry)[0], patterns.base(of: entry)[1])
    beginnings[Int(first) << 2 | Int(second) >> 6] |= 1 << UInt64(second & 63)
  }

  private static func shape(of entry: MaskPatterns.Entry) -> any GramShape.Type {
    let half = entry.isBase64 ? entry.count / 2 : entry.count
    if half >= LongGram.reach { return LongGram.self }
    return half >= MiddleGram.reach ? MiddleGram.self : ShortGram.self
  }

  /// Returns where in the pattern its grams end.
  private static func add<Shape: GramShape>(
    _ index: Int, of patterns: borrowing MaskPatterns, to table: inout GramTable<Shape>
  ) -> Int {
    let entry = patterns.entries[index]
    // An end of line within base64 leaves one of two neighbours whole.
    let times = entry.isBase64 && entry.count >= 2 * Shape.reach ? 2 : 1
    let first = patterns.rarest(index, reach: times * Shape.reach, width: Shape.width)
    for time in 0..<times {
      for step in 0..<Shape.stride {
        let offset = first + time * Shape.reach + step
        table.add(
          patterns.gram(entry, at: offset, width: Shape.width), pattern: index, offset: offset)
      }
    }
    return first + times * Shape.reach
  }
}
