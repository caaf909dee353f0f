import CLinux
import Glibc

/// Base64 in lines that are too short for its patterns to be found in one of them, without their ends.
///
/// Only lines of base64 alone count, at least two one behind the other; with them what ends in base64 right
/// before, and what begins with it right behind.
@safe
struct NarrowLines: ~Copyable {
  // Safety: lent by ``forEach(in:_:_:)`` for one call.
  let text: UnsafePointer<UInt8>
  let places: UnsafePointer<Int32>
  let count: Int

  /// How much of it is joined at a time, and how much of that is joined once more with what follows.
  private static let most = 1 << 13
  private static let overlap = 2 * MaskAnchor.depth

  /// Calls `body` with each such part of a text.
  static func forEach(
    in text: UnsafePointer<UInt8>, _ count: Int, _ body: (borrowing NarrowLines) -> Void
  ) {
    // Safety: indices stay below `count`.
    var start = 0
    while let end = unsafe endOfLine(text, count, from: start) {
      if unsafe isNarrow(text, start, end), let next = unsafe endOfLine(text, count, from: end + 1),
        unsafe isNarrow(text, end + 1, next)
      {
        start = unsafe join(text, count, from: start, body)
      } else {
        start = end + 1
      }
    }
  }

  private static func endOfLine(_ text: UnsafePointer<UInt8>, _ count: Int, from start: Int)
    -> Int?
  {
    guard start < count, let found = unsafe memchr(text + start, 0x0A, count - start) else {
      return nil
    }
    return unsafe UnsafeRawPointer(text).distance(to: UnsafeRawPointer(found))
  }

  /// Whether a line is base64 and blanks around it, and not long.
  private static func isNarrow(_ text: UnsafePointer<UInt8>, _ start: Int, _ end: Int) -> Bool {
    if end - start > 4 * MaskAnchor.leastLine { return false }
    var (first, last) = (start, end)
    while first < last, ASCIIClass.isBlank(unsafe text[first]) { first += 1 }
    while first < last, isSpace(unsafe text[last - 1]) { last -= 1 }
    if last == first || last - first > MaskAnchor.leastLine { return false }
    return (first..<last).allSatisfy { isDigit(unsafe text[$0]) }
  }

  private static func isSpace(_ byte: UInt8) -> Bool {
    ASCIIClass.isBlank(byte) || ASCIIClass.isEndOfLine(byte)
  }

  private static func isDigit(_ byte: UInt8) -> Bool {
    ASCIIClass.isBase64(byte) || byte == UInt8(ascii: "=")
  }

  /// Returns where the first line behind them begins.
  private static func join(
    _ text: UnsafePointer<UInt8>, _ count: Int, from start: Int,
    _ body: (borrowing NarrowLines) -> Void
  ) -> Int {
    // Safety: the temporary memory is used within the closures, and its text wiped there; eight more bytes
    // may be read by the search.
    unsafe withUnsafeTemporaryAllocation(of: UInt8.self, capacity: most + 8) { room in
      unsafe withUnsafeTemporaryAllocation(of: Int32.self, capacity: most) { places in
        unsafe room.initialize(repeating: 0)
        defer { unsafe envgate_wipe(room.baseAddress, room.count) }
        var used = 0
        func lend() {
          if let text = room.baseAddress, let places = places.baseAddress {
            body(unsafe NarrowLines(text: text, places: places, count: used))
          }
        }
        func put(_ place: Int) {
          if used == most {
            lend()
            for index in 0..<overlap {
              unsafe room[index] = room[most - overlap + index]
              unsafe places[index] = places[most - overlap + index]
            }
            used = overlap
          }
          unsafe room[used] = text[place]
          unsafe places[used] = Int32(truncatingIfNeeded: place)
          used += 1
        }
        // The end of the line before.
        var before = max(0, start - 1)
        while before > 0, start - before <= MaskAnchor.leastLine * 2,
          isSpace(unsafe text[before - 1]) || isDigit(unsafe text[before - 1])
        { before -= 1 }
        for place in before..<start where isDigit(unsafe text[place]) { put(place) }
        var next = start
        while let end = unsafe endOfLine(text, count, from: next), unsafe isNarrow(text, next, end)
        {
          for place in next..<end where isDigit(unsafe text[place]) { put(place) }
          next = end + 1
        }
        // The beginning of the line behind.
        var place = next
        while place < min(count, next + MaskAnchor.leastLine * 2),
          isSpace(unsafe text[place]) || isDigit(unsafe text[place])
        {
          if isDigit(unsafe text[place]) { put(place) }
          place += 1
        }
        lend()
        return next
      }
    }
  }
}
