import Glibc

/// Finds all patterns at once in a text, and what could still become one at its end.
///
/// Built once, then read by all filters; its memory is locked as far as the limit goes, and wiped
/// (``WipedStorage``). A text is looked at every few bytes (``GramTable``) for letters and digits of a
/// pattern, which stand in each of its spellings, and read from there in both directions (``MaskReader``).
/// A pattern without four of them one after the other is looked for by its first two bytes, at every place.
///
/// Slow, and nothing worse, is a long value that repeats itself in a text that repeats it.
///
/// Base64 in lines is found by one of two parts, as long as a line holds both; where lines are shorter,
/// they are joined first (``NarrowLines``).
@safe
final class MaskAutomaton: @unchecked Sendable {
  /// A part of a text.
  struct Span {
    var start: Int
    var end: Int
  }

  let patterns: MaskPatterns
  /// How many bytes of what could become a match may be shown when nothing comes after them: never more
  /// than three, and less than half of any pattern.
  let mostShown: Int

  private let tables: MaskTables

  init(_ patterns: consuming MaskPatterns) {
    var shortest = Int.max
    for index in 0..<patterns.count {
      let count = patterns[index].count
      if count >= MaskPieces.least { shortest = min(shortest, count) }
    }
    tables = MaskTables(patterns)
    self.patterns = patterns
    mostShown = min(3, (shortest - 1) / 2)
  }

  /// How much memory it takes, in bytes.
  var size: Int { patterns.size + tables.size }

  /// What of a text is hidden, in no order and partly twice, and where the first match begins that its end
  /// cuts off; the text's end where there is none.
  ///
  /// - Parameters:
  ///   - text: `count` bytes, and eight more that may be read.
  ///   - isEnd: whether nothing comes behind it.
  func search(_ text: UnsafePointer<UInt8>, count: Int, isEnd: Bool) -> (spans: [Span], rest: Int) {
    var found = unsafe MaskSearch(text: text, count: count, isEnd: isEnd)
    unsafe findGrams(text, count) { pattern, offset, place in
      found.compare(patterns[Int(pattern)], index: Int(offset), at: place)
    }
    unsafe NarrowLines.forEach(in: text, count) { lines in
      unsafe findGrams(lines.text, lines.count) { pattern, offset, place in
        let pattern = patterns[Int(pattern)]
        if pattern.isBase64 {
          found.compare(pattern, index: Int(offset), at: unsafe Int(lines.places[place]))
        }
      }
    }
    unsafe tables.unanchored.search(text, count: count) { place in
      tables.unanchored.forEach(found[place], found[place + 1]) {
        found.compare(patterns[$0], at: place)
      }
    }
    if isEnd { return (found.spans, count) }
    return (found.spans, firstBeginning(in: &found))
  }

  @inline(__always)
  private func findGrams(
    _ text: UnsafePointer<UInt8>, _ count: Int,
    _ body: (_ pattern: UInt32, _ offset: UInt32, _ place: Int) -> Void
  ) {
    unsafe tables.middle.search(text, count: count) { body($1.pattern, $1.offset, $0) }
    unsafe tables.short.search(text, count: count) { body($1.pattern, $1.offset, $0) }
  }

  private func firstBeginning(in found: inout MaskSearch) -> Int {
    for place in max(0, found.count - tables.tail)..<found.count where place < found.rest {
      if place + 1 == found.count {
        if tables.beginnings.contains(found[place]) { return place }
        continue
      }
      if !tables.beginnings.contains(found[place], found[place + 1]) { continue }
      var isCut = false
      tables.beginnings.forEach(found[place], found[place + 1]) {
        isCut = found.compare(patterns[$0], at: place) || isCut
      }
      if isCut { return place }
    }
    return found.rest
  }
}
