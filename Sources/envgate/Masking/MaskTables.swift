/// What patterns are found by: grams of two shapes, each pattern by the widest that it has room for; those
/// without room by their beginnings. And the beginnings of all, for the end of a text.
struct MaskTables: ~Copyable {
  private(set) var short: GramTable<ShortGram>
  private(set) var middle: GramTable<MiddleGram>
  let unanchored: MaskBeginnings
  let beginnings: MaskBeginnings
  /// A match that has begun further from the end of a text than this is found by its grams.
  let tail: Int

  init(_ patterns: borrowing MaskPatterns) {
    var anchors: [(pattern: Int, anchor: MaskAnchor)] = []
    var without: [Int] = []
    var all: [Int] = []
    var tail = 0
    for index in 0..<patterns.count where patterns[index].count >= MaskPieces.least {
      all.append(index)
      if let anchor = MaskAnchor(patterns[index], shared: patterns.shared(index)) {
        anchors.append((index, anchor))
        tail = max(tail, MaskReader.mostBytes(anchor.end))
      } else {
        without.append(index)
      }
    }
    self.tail = max(tail, 1)
    let isMiddle = anchors.count { $0.anchor.shape == .middle }
    short = GramTable(places: 2 * ShortGram.stride * (anchors.count - isMiddle))
    middle = GramTable(places: 2 * MiddleGram.stride * isMiddle)
    unanchored = MaskBeginnings(patterns, without)
    beginnings = MaskBeginnings(patterns, all)
    for (index, anchor) in anchors {
      for offset in [anchor.first] + (anchor.second.map { [$0] } ?? []) {
        switch anchor.shape {
        case .short: Self.add(patterns[index], index, offset, to: &short)
        case .middle: Self.add(patterns[index], index, offset, to: &middle)
        }
      }
    }
  }

  /// How much memory they take, in bytes.
  var size: Int { short.size + middle.size + unanchored.size + beginnings.size }

  private static func add<Shape: GramShape>(
    _ pattern: MaskPattern, _ index: Int, _ first: Int, to table: inout GramTable<Shape>
  ) {
    for offset in first..<first + Shape.stride {
      var gram: UInt64 = 0
      for place in 0..<Shape.width { gram |= UInt64(pattern[offset + place]) << UInt64(8 * place) }
      table.add(gram, pattern: index, offset: offset)
    }
  }
}
