/// Which characters of a text a reader would take for others: blanks that are not the blank, what looks like a
/// character of ASCII where one is expected, and marks that would be drawn over what is not the text's.
///
/// A combining mark is drawn over what stands before it: at the beginning of a text that is our own quote, and a pile of
/// them reaches into other lines.
///
/// Invariant: what people write in a script of their own is left as it is. A letter is in doubt in a word that has
/// letters of ASCII as well, or in a word all of which could be ASCII, in a text that has no word that could not.
struct TextDoubts {
  /// By the place of each scalar; empty where there is none.
  private var places: [Bool] = []

  init(_ text: String) {
    if text.utf8.allSatisfy({ $0 < 0x80 }) { return }
    let scalars = Array(text.unicodeScalars)
    places = scalars.map { !$0.isASCII && $0.properties.generalCategory == .spaceSeparator }
    var disguised: [Range<Int>] = []
    var hasForeignWord = false
    var start = 0
    while start < scalars.count {
      guard Self.isOfWord(scalars[start]) else {
        start += 1
        continue
      }
      let end = scalars[start...].firstIndex { !Self.isOfWord($0) } ?? scalars.count
      switch Self.kind(scalars[start..<end]) {
      case .plain: break
      case .mixed:
        for place in start..<end where Self.isDoubtful(scalars[place]) { places[place] = true }
      case .disguised: disguised.append(start..<end)
      case .foreign: hasForeignWord = true
      }
      start = end
    }
    if !hasForeignWord {
      for place in disguised.joined() where !scalars[place].isASCII { places[place] = true }
    }
    markSigns(scalars)
    markPiles(scalars)
    if !places.contains(true) { places = [] }
  }

  var isEmpty: Bool { places.isEmpty }

  /// Whether the character at a place, counted in scalars, is in doubt.
  func has(_ place: Int) -> Bool { place < places.count && places[place] }

  // MARK: Words

  private enum Word {
    /// ASCII, or Latin as Europe's languages have it.
    case plain
    /// ASCII letters beside what could be some.
    case mixed
    /// Nothing but what looks like ASCII.
    case disguised
    /// A word of another script.
    case foreign
  }

  private static func kind(_ word: ArraySlice<Unicode.Scalar>) -> Word {
    var hasASCII = false
    var hasDoubtful = false
    var hasForeign = false
    for scalar in word {
      switch scalar {
      case "a"..."z", "A"..."Z": hasASCII = true
      case _ where scalar.value < 0xC0 || scalar == "×" || Lookalikes.isPlainLatin(scalar): break
      case _ where Lookalikes.look(of: scalar) != nil: hasDoubtful = true
      case _ where ForeignText.isLetter(scalar): hasForeign = true
      default: break
      }
    }
    if hasASCII { return .mixed }
    if hasForeign { return .foreign }
    return hasDoubtful ? .disguised : .plain
  }

  private static func isOfWord(_ scalar: Unicode.Scalar) -> Bool {
    if scalar.isASCII { return isASCIILetter(scalar) }
    return isMark(scalar) || ForeignText.isLetter(scalar) || Lookalikes.look(of: scalar) != nil
  }

  /// Whether a letter beside letters of ASCII may be taken for one: what looks like one, and each letter of a
  /// script that has capitals, since no table of looks is complete.
  private static func isDoubtful(_ scalar: Unicode.Scalar) -> Bool {
    if scalar.value < 0xC0 || Lookalikes.isPlainLatin(scalar) { return false }
    let properties = scalar.properties
    return Lookalikes.look(of: scalar) != nil || Lookalikes.isStroke(scalar) || properties.isCased
      || properties.generalCategory == .modifierLetter && !Lookalikes.isSquare(scalar)
  }

  // MARK: Signs

  /// Dots, dashes, slashes and colons that are not those of ASCII, where they stand beside a character of it.
  private mutating func markSigns(_ scalars: [Unicode.Scalar]) {
    func isBeside(_ place: Int) -> Bool {
      scalars.indices.contains(place) && scalars[place].isASCII && scalars[place] != " "
    }
    var start = 0
    while start < scalars.count {
      guard Lookalikes.isSign(scalars[start]) else {
        start += 1
        continue
      }
      let end = scalars[start...].firstIndex { !Lookalikes.isSign($0) } ?? scalars.count
      if isBeside(start - 1) || isBeside(end) {
        for place in start..<end { places[place] = true }
      }
      start = end
    }
  }

  // MARK: Marks

  /// More of them in a row than any script writes.
  private static let mostMarks = 8

  private mutating func markPiles(_ scalars: [Unicode.Scalar]) {
    // Behind the beginning of a text none may stand.
    var left = 0
    for (place, scalar) in scalars.enumerated() {
      guard Self.isMark(scalar) else {
        left = Self.mostMarks
        continue
      }
      if left == 0 { places[place] = true } else { left -= 1 }
    }
  }

  private static func isMark(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .nonspacingMark, .spacingMark, .enclosingMark: true
    default: false
    }
  }

  private static func isASCIILetter(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar {
    case "a"..."z", "A"..."Z", "0"..."9": true
    default: false
    }
  }
}
