/// A text, and what was found in it so far.
@safe
struct MaskSearch {
  // Safety: lent by the caller of the search, for its time.
  private let text: UnsafePointer<UInt8>
  let count: Int
  private let forwards: MaskReader
  private let backwards: MaskReader
  private(set) var spans: [MaskAutomaton.Span] = []
  /// Where the first match begins that the end of the text cuts off.
  private(set) var rest: Int

  /// - Parameter isEnd: whether nothing comes behind the text.
  init(text: UnsafePointer<UInt8>, count: Int, isEnd: Bool) {
    unsafe self.text = text
    self.count = count
    rest = count
    unsafe forwards = MaskReader(text, count, isForward: true, isEnd: isEnd)
    unsafe backwards = MaskReader(text, count, isForward: false, isEnd: isEnd)
  }

  @inline(__always)
  subscript(place: Int) -> UInt8 {
    precondition(place >= 0 && place < count, "beyond the text")
    return unsafe text[place]
  }

  /// Takes in a pattern whose character `index` stands at `place`, if all of it is there.
  mutating func compare(_ pattern: MaskPattern, index: Int, at place: Int) {
    let start = place - index
    if start >= 0, takeLiteral(pattern, at: start) { return }
    guard
      case .end(let first) = backwards.follow(pattern, from: index, at: place)
    else { return }
    take(forwards.follow(pattern, from: index, at: place), from: first, pattern)
  }

  /// Whether a pattern whose first two bytes may stand at `place` may go on behind them.
  ///
  /// Where both are letters or digits, a third one is the pattern's third or none of it: nothing else may
  /// stand in between. Only M begins a spelling. And a percent or equals sign wants two digits.
  @inline(__always)
  func mayGoOn(_ pattern: MaskPattern, at place: Int) -> Bool {
    guard place + 2 < count else { return true }
    let (first, second, third) = (self[place], self[place + 1], self[place + 2])
    if first == UInt8(ascii: "=") || first == UInt8(ascii: "%"), pattern[0] != first {
      return ASCIIClass.isHexadecimal(third) || second | 0x20 == UInt8(ascii: "u")
    }
    return !ASCIIClass.isAlphanumeric(pattern[0]) || second != pattern[1]
      || !ASCIIClass.isAlphanumeric(second) || !ASCIIClass.isAlphanumeric(third)
      || third | 0x20 == UInt8(ascii: "m") || third == pattern[2]
  }

  /// Takes in a pattern that begins at `place`, if all of it is there.
  /// - Returns: whether the end of the text cuts it off.
  @discardableResult
  mutating func compare(_ pattern: MaskPattern, at place: Int) -> Bool {
    if !mayGoOn(pattern, at: place) { return false }
    if !takeLiteral(pattern, at: place) {
      take(forwards.follow(pattern, from: 0, at: place), from: place, pattern)
    }
    return rest <= place
  }

  private mutating func takeLiteral(_ pattern: MaskPattern, at start: Int) -> Bool {
    // Safety: so many bytes of the text stand behind `start`.
    guard let here = unsafe pattern.literal(in: text + start, count - start) else { return false }
    take(
      here == pattern.count ? .end(place: start + here) : .cut, from: start, pattern)
    return true
  }

  private mutating func take(
    _ reached: MaskReader.Reached, from start: Int, _ pattern: MaskPattern
  ) {
    switch reached {
    case .end(let end):
      // Longer than its stars, in Latin-1 too.
      let length = end - start
      if length >= MaskPieces.least, length <= MaskReader.mostBytes(pattern.count) {
        spans.append(MaskAutomaton.Span(start: start, end: end))
      }
    case .cut:
      if count - start <= MaskReader.mostBytes(pattern.count) { rest = min(rest, start) }
    case .nowhere: return
    }
  }
}
