/// What stands between two characters of a value.
extension MaskReader {
  func pause(_ pattern: MaskPattern, _ point: Point, ahead: Int, left: Int) -> Step {
    guard left > 0 else { return .nowhere }
    guard let found = peek(point.place) else { return step(edge) }
    let (before, after) = (point.index - 1, point.index)
    guard before >= 0, after < pattern.count else { return .nowhere }
    let hasBreaks = pattern.isBase64 && pattern.count >= MaskPattern.leastBroken
    let hasQuotes =
      !ASCIIClass.isAlphanumeric(pattern[before]) || !ASCIIClass.isAlphanumeric(pattern[after])
    for kind in 0..<5 {
      let place: Place =
        switch kind {
        case 0: hasBreaks ? broken(found, point.place) : .nowhere
        case 1: hasQuotes ? spelledQuote(found, point.place) : .nowhere
        case 2: hasQuotes ? joined(found, point.place) : .nowhere
        case 3: hasQuotes ? quote(found, point.place) : .nowhere
        default:
          // A doubled `%`, `$`, `{`: how formats and templates write one.
          found == pattern[isForward ? before : after] && Self.isDoubled(found)
            ? .at(point.place + step) : .nowhere
        }
      switch place {
      case .nowhere: continue
      case .cut: return .cut
      case .at(let next):
        let next = Point(index: point.index, place: next)
        let reached = spell(pattern, next, ahead: ahead)
        if !reached.isNowhere { return reached }
        let further = pause(pattern, next, ahead: ahead, left: left - 1)
        if !further.isNowhere { return further }
      }
    }
    return .nowhere
  }

  private static func isDoubled(_ byte: UInt8) -> Bool {
    switch Unicode.Scalar(byte) {
    case "%", "$", "{", "}", "^", "`": true
    default: false
    }
  }

  private func quote(_ found: UInt8, _ place: Int) -> Place {
    if ASCIIClass.isQuote(found) || found == 0x5C { return .at(place + step) }
    guard found == UInt8(ascii: "$") else { return .nowhere }
    // `$'…'` of bash.
    let behind = isForward ? place + 1 : place
    if behind >= count { return isForward ? edge : .nowhere }
    return ASCIIClass.isQuote(unsafe text[behind]) ? .at(place + step) : .nowhere
  }

  private func spelledQuote(_ found: UInt8, _ place: Int) -> Place {
    for byte: UInt8 in [0x22, 0x27, 0x5C] {
      let reached = spelled(byte, found, at: place, depth: Self.depth - 1)
      if case .nowhere = reached { continue }
      return reached
    }
    return .nowhere
  }

  /// A literal that goes on in the next line: `' +`, an end of line, an indentation and `'`.
  private func joined(_ found: UInt8, _ start: Int) -> Place {
    guard ASCIIClass.isQuote(found) else { return .nowhere }
    var place = start + step
    var hasBreak = false
    while abs(place - start) < 64 {
      guard let byte = peek(place) else { return edge }
      if ASCIIClass.isQuote(byte) { return hasBreak ? .at(place + step) : .nowhere }
      if ASCIIClass.isEndOfLine(byte) {
        hasBreak = true
      } else if !ASCIIClass.isBlank(byte), byte != 0x2B, byte != 0x2E, byte != 0x5C {
        return .nowhere
      }
      place += step
    }
    return .nowhere
  }

  /// An end of line and an indentation behind it.
  func lineEnd(_ start: Int) -> Place {
    var place = start
    var hasBreak = false
    while abs(place - start) < 256 {
      guard let byte = peek(place) else { return edge }
      let isBreak = ASCIIClass.isEndOfLine(byte)
      // Read forwards the end of line comes first, backwards the indentation.
      guard isBreak || ASCIIClass.isBlank(byte) && isForward == hasBreak else { break }
      hasBreak = hasBreak || isBreak
      place += step
    }
    return hasBreak ? .at(place) : .nowhere
  }

  /// An end of line within base64, spelled or not.
  private func broken(_ found: UInt8, _ start: Int) -> Place {
    if ASCIIClass.isEndOfLine(found) || !isForward && ASCIIClass.isBlank(found) {
      return lineEnd(start)
    }
    for byte: UInt8 in [0x0A, 0x0D] {
      let reached = spelled(byte, found, at: start, depth: 1)
      if case .nowhere = reached { continue }
      return reached
    }
    return .nowhere
  }
}
