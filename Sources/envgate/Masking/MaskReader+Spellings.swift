/// The spellings of one character, and the spellings of those.
extension MaskReader {
  /// Calls `body` with where each spelling that stands here ends, until it says that it is the one.
  /// - Parameter depth: how deep its characters may be spelled themselves.
  func forEachSpelling(
    of subject: MaskSpelling.Subject, at place: Int, depth: Int, _ body: (Place) -> Bool
  ) {
    if !isForward { return forEachSpellingBefore(subject, place, depth, body) }
    for again in 0...Self.depth {
      var (lead, start) = (UInt8(0), Place.nowhere)
      for way in 0..<MaskSpelling.ways {
        let isLed = MaskSpelling.lead(of: way) != 0
        if !isLed && again > 0 { continue }
        if isLed, MaskSpelling.lead(of: way) != lead {
          lead = MaskSpelling.lead(of: way)
          start = readLead(lead, again, at: place, depth: depth)
          if case .cut = start, body(.cut) { return }
        }
        var from = place
        if isLed {
          guard case .at(let behind) = start else { continue }
          from = behind
        }
        guard let token = MaskSpelling.token(way, of: subject) else { continue }
        let reached = read(token, from: isLed ? 1 : 0, at: from, depth: depth)
        if case .nowhere = reached { continue }
        if body(reached) { return }
      }
    }
  }

  /// The same backwards. How many backslashes before it are the spelling's, and which the value's, only
  /// `body` can say.
  private func forEachSpellingBefore(
    _ subject: MaskSpelling.Subject, _ place: Int, _ depth: Int, _ body: (Place) -> Bool
  ) {
    for way in 0..<MaskSpelling.ways {
      guard let token = MaskSpelling.token(way, of: subject) else { continue }
      var reached = read(token, from: 0, at: place, depth: depth)
      var left = Self.mostPauses
      while case .at(let next) = reached {
        if body(reached) { return }
        left -= 1
        guard token.bytes[0] == 0x5C, left > 0 else { break }
        reached = read(0x5C, at: next, depth: depth)
      }
    }
  }

  /// Reads what a spelling begins with, where that was spelled so many times by its own kind: `%2525` is
  /// `%25`, and `&amp;lt;` is `&lt;`.
  private func readLead(_ lead: UInt8, _ times: Int, at start: Int, depth: Int) -> Place {
    var reached = readAll(lead, at: start, depth: depth)
    for _ in 0..<times {
      guard case .at(let place) = reached else { return reached }
      reached = .nowhere
      for tail in MaskSpelling.tails(of: lead) {
        let end = read(MaskSpelling.Token(tail), from: 0, at: place, depth: 0)
        if case .nowhere = end { continue }
        reached = end
        break
      }
    }
    return reached
  }

  private func read(_ token: MaskSpelling.Token, from first: Int, at start: Int, depth: Int)
    -> Place
  {
    var place = start
    for index in first..<token.count {
      let byte = token.bytes[isForward ? index : token.count - 1 - index]
      if isForward, index > 0, byte == 0x5C {
        // The second half of a surrogate pair.
        for again in 0...Self.depth {
          var reached = readLead(byte, again, at: place, depth: depth)
          if case .at(let next) = reached {
            reached = read(token, from: index + 1, at: next, depth: depth)
          }
          if case .nowhere = reached { continue }
          return reached
        }
        return .nowhere
      }
      let isLast = !isForward && index == token.count - 1
      let reached =
        isLast ? read(byte, at: place, depth: depth) : readAll(byte, at: place, depth: depth)
      guard case .at(let next) = reached else { return reached }
      place = next
    }
    return .at(place)
  }

  /// Reads a character of a spelling; of backslashes all, as whoever escapes a spelling doubles them.
  private func readAll(_ byte: UInt8, at start: Int, depth: Int) -> Place {
    var reached = read(byte, at: start, depth: depth)
    while byte == 0x5C, case .at(let place) = reached, abs(place - start) <= Self.mostPauses {
      switch read(byte, at: place, depth: depth) {
      case .at(let next): reached = .at(next)
      case .cut: return .cut
      case .nowhere: return reached
      }
    }
    return reached
  }

  /// Reads a character of a spelling, which may be spelled itself.
  private func read(_ byte: UInt8, at place: Int, depth: Int) -> Place {
    guard let found = peek(place) else { return edge }
    if found == byte || found ^ byte == 0x20 && ASCIIClass.isLetter(byte) {
      return .at(place + step)
    }
    if depth == 0 || byte >= 0x80 || ASCIIClass.isAlphanumeric(byte) { return .nowhere }
    return spelled(byte, found, at: place, depth: depth - 1)
  }

  /// Whether a spelling of an ASCII character may begin here, or end.
  func mayBeSpelled(_ found: UInt8, _ place: Int) -> Bool {
    if isForward { return found == 0x5C || found == 0x25 || found == 0x26 || found == 0x5E }
    guard ASCIIClass.isAlphanumeric(found) || found == 0x3B || found == 0x7D else { return false }
    // Safety: within the text.
    return (max(0, place - Self.longestSpelling)..<place - 1).contains {
      MaskSpelling.isLead(unsafe text[$0])
    }
  }

  func spelled(_ byte: UInt8, _ found: UInt8, at place: Int, depth: Int) -> Place {
    guard mayBeSpelled(found, place) else { return .nowhere }
    var reached = Place.nowhere
    // The shallowest first: what follows may belong to the value.
    for depth in 0...depth {
      forEachSpelling(of: MaskSpelling.Subject(value: UInt32(byte)), at: place, depth: depth) {
        reached = $0
        return true
      }
      if case .nowhere = reached { continue }
      return reached
    }
    return reached
  }
}
