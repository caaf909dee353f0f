/// Which part of a pattern it is looked for by: one that ordinary text seldom has.
extension MaskPatterns {
  /// How far into a pattern that part is looked for.
  ///
  /// Not far: a match that has begun at the end of a text is looked for without grams up to here.
  private static let depth = 32

  /// Where the rarest part begins that its grams fit into.
  ///
  /// What a neighbour begins with as well is no help in telling the two apart.
  func rarest(_ index: Int, reach: Int, width: Int) -> Int {
    let entry = entries[index]
    let last = max(0, min(entry.count - reach, Self.depth))
    let shared = max(sharedBeginning(index, index - 1), sharedBeginning(index, index + 1))
    let grams = (0...last + reach - width).map { offset in
      commonness(entry, offset, width) + (offset + width <= shared ? 20 : 0)
    }
    let worst = (0...last).map { grams[$0...$0 + reach - width].reduce(0, max) }
    return worst.indices.min { worst[$0] < worst[$1] } ?? 0
  }

  private func sharedBeginning(_ index: Int, _ other: Int) -> Int {
    guard entries.indices.contains(other) else { return 0 }
    let most = min(entries[index].count, entries[other].count, 2 * Self.depth)
    // Safety: both patterns are at least that long.
    let (left, right) = unsafe (base(of: entries[index]), base(of: entries[other]))
    return (0..<most).first { unsafe left[$0] != right[$0] } ?? most
  }

  /// The bytes of a pattern from one place on, as the tables have them.
  func gram(_ entry: Entry, at offset: Int, width: Int) -> UInt64 {
    unsafe withBytes(entry) { bytes in
      (0..<width).reduce(0) { unsafe $0 | UInt64(bytes[offset + $1]) << UInt64(8 * $1) }
    }
  }

  /// How often a gram may come in a log, on no particular scale.
  private func commonness(_ entry: Entry, _ offset: Int, _ width: Int) -> Int {
    unsafe withBytes(entry) { bytes in
      let gram = unsafe bytes[offset..<offset + width]
      let sum = unsafe gram.reduce(0) { $0 + Self.commonness($1) }
      // A line of the same character over and over is in many logs.
      return unsafe gram.allSatisfy { unsafe $0 == bytes[offset] } ? sum + 1_000 : sum
    }
  }

  private static func commonness(_ byte: UInt8) -> Int {
    switch Unicode.Scalar(byte) {
    case " ", "\0": 8
    case "e", "t", "a", "o", "i", "n", "s", "r": 6
    case "a"..."z": 5
    case "0"..."9", "/", ".", "-", ":", "=", "\"", "\n": 4
    case "A"..."Z": 3
    default: 1
    }
  }
}
