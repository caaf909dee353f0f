import Glibc

/// Finds all patterns at once in a text, and what could still become one at its end.
///
/// Built once, then read by all filters; its memory is locked as far as the limit goes, and wiped
/// (``WipedStorage``). Not a tree of states: eight hundred patterns would make one of megabytes, with a
/// cache miss a byte. A text is looked at every few bytes (``GramTable``), and compared with a pattern where a gram of it stands.
///
/// Slow, and nothing worse, is a long value of one character over and over in a text of the same.
///
/// Base64 is found across the ends of its lines too. As writers break it after 60 to 76 characters, an end
/// of line counts as nothing behind ``lineRun`` characters of base64 and only there; ordinary text has no
/// such lines. A pattern of base64 has its grams twice, side by side, so that an end of line leaves one of
/// the two whole. What is shorter than twice the shortest reach is found in one piece alone.
@safe
final class MaskAutomaton: @unchecked Sendable {
  /// A part of a text.
  struct Span {
    var start: Int
    var end: Int
  }

  /// So many characters of base64 before it make an end of line one that a writer of base64 put there.
  static let lineRun = 48

  let patterns: MaskPatterns
  /// The longest text that one occurrence takes, in bytes.
  let longest: Int
  /// How many bytes of what could become a match may be shown when nothing comes after them: never more
  /// than three, and less than half of any pattern.
  let mostShown: Int

  private let tables: MaskTables

  init(_ patterns: consuming MaskPatterns) {
    var longest = 0
    var shortest = Int.max
    for entry in patterns.entries {
      let breaks = entry.isBase64 ? 2 * (entry.count / Self.lineRun + 2) : 0
      longest = max(longest, entry.count + breaks)
      shortest = min(shortest, entry.count)
    }
    tables = MaskTables(patterns)
    self.patterns = patterns
    self.longest = longest
    mostShown = min(3, (shortest - 1) / 2)
  }

  /// What of a text is hidden, in no order and partly twice, and where the first match begins that its end
  /// cuts off; the text's end where there is none.
  ///
  /// - Parameters:
  ///   - text: `count` bytes, and eight more that may be read.
  ///   - run: how many characters of base64 stand before it.
  func search(_ text: UnsafePointer<UInt8>, count: Int, run: Int) -> (spans: [Span], rest: Int) {
    var found = unsafe MaskMatches(text: text, count: count, run: run)
    unsafe tables.long.search(text, count: count) { compare($0, $1.pattern, $1.offset, &found) }
    unsafe tables.middle.search(text, count: count) { compare($0, $1.pattern, $1.offset, &found) }
    unsafe tables.short.search(text, count: count) { compare($0, $1.pattern, $1.offset, &found) }
    return (found.spans, firstBeginning(in: found))
  }

  private func compare(
    _ place: Int, _ pattern: UInt32, _ offset: UInt32, _ found: inout MaskMatches
  ) {
    let entry = patterns.entries[Int(pattern)]
    // Safety: the pattern lives as long as this object.
    unsafe found.compare(
      patterns.base(of: entry), entry.count, isBase64: entry.isBase64, gram: Int(offset), at: place)
  }

  // MARK: The end of a text

  private func firstBeginning(in found: MaskMatches) -> Int {
    let from = max(0, found.count - tables.tail)
    let isBroken = (from..<found.count).contains(where: found.isBreak)
    for place in from..<max(from, found.rest) where mayBegin(found, at: place) {
      if isBeginning(found, at: place) || isBroken && isBrokenBeginning(found, at: place) {
        return place
      }
    }
    return found.rest
  }

  private func mayBegin(_ found: MaskMatches, at place: Int) -> Bool {
    let isAlone = place + 1 == found.count || found.isBreak(place + 1)
    return tables.mayBegin(found[place], isAlone ? nil : found[place + 1])
  }

  private func isBeginning(_ found: MaskMatches, at place: Int) -> Bool {
    // Safety: the rest of the text, for the call.
    unsafe isBeginning(
      UnsafeRawBufferPointer(start: found.text + place, count: found.count - place), base64: false)
  }

  private func isBrokenBeginning(_ found: MaskMatches, at place: Int) -> Bool {
    // Safety: the temporary memory is used within the closure, and wiped there.
    unsafe withUnsafeTemporaryAllocation(byteCount: found.count - place, alignment: 1) { room in
      defer { unsafe room.initializeMemory(as: UInt8.self, repeating: 0) }
      var count = 0
      for index in place..<found.count where !found.isBreak(index) {
        unsafe room[count] = found[index]
        count += 1
      }
      return unsafe isBeginning(UnsafeRawBufferPointer(rebasing: room[..<count]), base64: true)
    }
  }

  /// Whether a pattern begins with these bytes and goes on.
  private func isBeginning(_ bytes: UnsafeRawBufferPointer, base64: Bool) -> Bool {
    var low = 0
    var high = patterns.entries.count
    while low < high {
      let middle = (low + high) / 2
      if unsafe order(patterns.entries[middle], bytes) < 0 {
        low = middle + 1
      } else {
        high = middle
      }
    }
    while low < patterns.entries.count {
      let entry = patterns.entries[low]
      guard entry.count >= bytes.count, let base = bytes.baseAddress,
        unsafe memcmp(patterns.base(of: entry), base, bytes.count) == 0
      else { return false }
      if entry.count > bytes.count, entry.isBase64 || !base64 { return true }
      low += 1
    }
    return false
  }

  private func order(_ entry: MaskPatterns.Entry, _ bytes: UnsafeRawBufferPointer) -> Int {
    guard let base = bytes.baseAddress else { return entry.count }
    let order = unsafe memcmp(patterns.base(of: entry), base, min(entry.count, bytes.count))
    return order == 0 ? entry.count - bytes.count : Int(order)
  }
}
