import Glibc

/// A text, and what was found in it so far.
@safe
struct MaskMatches {
  // Safety: lent by the caller of the search, for its time.
  let text: UnsafePointer<UInt8>
  let count: Int
  private let run: Int
  private(set) var spans: [MaskAutomaton.Span] = []
  /// Where the first match begins that the end of the text cuts off.
  private(set) var rest: Int

  init(text: UnsafePointer<UInt8>, count: Int, run: Int) {
    unsafe self.text = text
    self.count = count
    self.run = run
    rest = count
  }

  @inline(__always)
  subscript(place: Int) -> UInt8 {
    precondition(place >= 0 && place < count, "beyond the text")
    return unsafe text[place]
  }

  /// Takes in a pattern whose byte `gram` stands at `place`, if it is there.
  mutating func compare(
    _ pattern: UnsafePointer<UInt8>, _ length: Int, isBase64: Bool, gram: Int, at place: Int
  ) {
    if isBase64 { return unsafe compareBroken(pattern, length, gram: gram, at: place) }
    let start = place - gram
    let here = min(length, count - start)
    // Safety: `here` bytes from `start` lie within the text, and within the pattern.
    guard start >= 0, unsafe memcmp(text + start, pattern, here) == 0 else { return }
    take(start, start + here, isWhole: here == length)
  }

  private mutating func compareBroken(
    _ pattern: UnsafePointer<UInt8>, _ length: Int, gram: Int, at place: Int
  ) {
    var start = place
    var left = gram
    while left > 0 {
      guard start > 0 else { return }
      start -= 1
      // Safety: `left` stays within the pattern.
      if unsafe self[start] == pattern[left - 1] {
        left -= 1
      } else if !isBreak(start) {
        return
      }
    }
    var end = place
    var right = gram
    while right < length, end < count {
      // Safety: `right` stays within the pattern.
      if unsafe self[end] == pattern[right] {
        right += 1
      } else if !isBreak(end) {
        return
      }
      end += 1
    }
    take(start, end, isWhole: right == length)
  }

  private mutating func take(_ start: Int, _ end: Int, isWhole: Bool) {
    if isWhole {
      spans.append(MaskAutomaton.Span(start: start, end: end))
    } else {
      rest = min(rest, start)
    }
  }

  /// Whether a place belongs to an end of line that base64 goes on behind.
  func isBreak(_ place: Int) -> Bool {
    guard self[place] == 0x0A || self[place] == 0x0D else { return false }
    var end = place
    if self[place] == 0x0A, place > 0, self[place - 1] == 0x0D { end -= 1 }
    return base64(before: end) >= MaskAutomaton.lineRun
  }

  /// How many characters of base64 stand before a place; no more are counted than matter.
  func base64(before place: Int) -> Int {
    var start = place
    while start > 0, place - start < MaskAutomaton.lineRun, ASCIIClass.isBase64(self[start - 1]) {
      start -= 1
    }
    return start == 0 ? min(place + run, MaskAutomaton.lineRun) : place - start
  }
}
