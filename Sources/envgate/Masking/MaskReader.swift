import Glibc

/// Reads a text forwards or backwards from a place, and says whether a pattern stands there, however it was
/// spelled.
///
/// - Letters and digits stand for themselves: nobody escapes them.
/// - Everything else may be spelled in the ways of ``MaskSpelling``, and the characters of a spelling that
///   are neither letters nor digits may be spelled again: JSON in a URL, XML in JSON.
/// - Beside such a character there may be more backslashes and quotes than the pattern has, spelled or not,
///   at most ``mostPauses``: they are how a shell or literal closes, escapes and opens again (`'\''`,
///   `'"'"'`, `""`, `\\\"`), and how it goes on in the next line.
/// - A blank may be an end of line with an indentation, and base64 may have ends of lines anywhere.
///
/// So the rules grow with the kinds of escapes, and not with the programs that combine them.
///
/// What is read is decided by what stands in the text, not by where it was cut: a spelling that goes on
/// behind the end of the text is ``Reached/cut``, unless the text ends there for good.
@safe
struct MaskReader {
  /// How far a pattern was found.
  enum Reached: Equatable {
    /// To its last character, or back to its first.
    case end(place: Int)
    /// To the end of the text.
    case cut
    case nowhere
  }

  /// So many quotes and backslashes may stand between two characters.
  static let mostPauses = 24
  /// The longest text that so many characters may take.
  static func mostBytes(_ count: Int) -> Int { count * 24 + 64 }
  /// The longest spelling of an ASCII character, in bytes.
  static let longestSpelling = 12
  /// How deep spellings are spelled again.
  static let depth = 2
  /// How many characters must follow for a spelling to be the one that was meant.
  static let ahead = 2

  // Safety: lent by the maker, `count` bytes, for the time of this value.
  let text: UnsafePointer<UInt8>
  let count: Int
  let isForward: Bool
  let isEnd: Bool

  /// - Parameter isEnd: whether nothing comes behind the text.
  init(_ text: UnsafePointer<UInt8>, _ count: Int, isForward: Bool, isEnd: Bool) {
    unsafe self.text = text
    self.count = count
    self.isForward = isForward
    self.isEnd = isEnd
  }

  var step: Int { isForward ? 1 : -1 }

  /// The byte that comes next from a place between two bytes; nil at the end.
  @inline(__always)
  func peek(_ place: Int) -> UInt8? {
    let index = isForward ? place : place - 1
    // Safety: within the text.
    return index >= 0 && index < count ? unsafe text[index] : nil
  }

  /// - Parameter index: how many characters of the pattern stand before the place.
  func follow(_ pattern: MaskPattern, from index: Int, at place: Int) -> Reached {
    let last = isForward ? pattern.count : 0
    let most = Self.mostBytes(abs(last - index))
    let start = place
    var point = Point(index: index, place: place)
    while point.index != last {
      let wanted = pattern[isForward ? point.index : point.index - 1]
      if let byte = peek(point.place), byte == wanted, isItself(wanted) {
        point = Point(index: point.index + step, place: point.place + step)
        continue
      }
      switch advance(pattern, point, ahead: Self.ahead) {
      case .at(let next): point = next
      case .cut: return .cut
      case .nowhere: return .nowhere
      }
      if abs(point.place - start) > most { return .nowhere }
    }
    return .end(place: point.place)
  }

  /// Whether a character that stands there is read without a look at what follows.
  func isItself(_ byte: UInt8) -> Bool {
    isForward ? !MaskSpelling.isLead(byte) : ASCIIClass.isAlphanumeric(byte)
  }

  // MARK: One character

  struct Point {
    var index: Int
    var place: Int
  }

  enum Step {
    case at(Point)
    case cut
    case nowhere

    var isNowhere: Bool {
      if case .nowhere = self { true } else { false }
    }
  }

  enum Place {
    case at(Int)
    case cut
    case nowhere
  }

  var edge: Place { isForward && !isEnd ? .cut : .nowhere }

  func advance(_ pattern: MaskPattern, _ point: Point, ahead: Int) -> Step {
    let direct = spell(pattern, point, ahead: ahead)
    if !direct.isNowhere { return direct }
    return pause(pattern, point, ahead: ahead, left: Self.mostPauses)
  }

  func spell(_ pattern: MaskPattern, _ point: Point, ahead: Int) -> Step {
    guard let found = peek(point.place) else { return step(edge) }
    let index = isForward ? point.index : point.index - 1
    let byte = pattern[index]
    func stays() -> Step { go(pattern, point, .at(point.place + step), 1, ahead) }
    let isLate = isForward && MaskSpelling.isLead(byte)
    if found == byte, !isLate {
      let reached = stays()
      if !reached.isNowhere { return reached }
    }
    if ASCIIClass.isAlphanumeric(byte) { return .nowhere }
    if pattern.isBase64, found == (byte == UInt8(ascii: "+") ? 0x2D : 0x5F) { return stays() }
    if byte == 0x20 {
      let reached = go(pattern, point, lineEnd(point.place), 1, ahead)
      if !reached.isNowhere { return reached }
    }
    if !isForward || MaskSpelling.canBegin(found) {
      if byte >= 0x80, let whole = pattern.character(at: point.index, forwards: isForward) {
        let reached = go(
          pattern, point, MaskSpelling.Subject(value: whole.value), whole.length, ahead)
        if !reached.isNowhere { return reached }
      }
      let reached = go(
        pattern, point, MaskSpelling.Subject(value: UInt32(byte), isByte: byte >= 0x80), 1, ahead)
      if !reached.isNowhere { return reached }
    }
    return found == byte && isLate ? stays() : .nowhere
  }

  func go(
    _ pattern: MaskPattern, _ point: Point, _ subject: MaskSpelling.Subject, _ length: Int,
    _ ahead: Int
  ) -> Step {
    var step = Step.nowhere
    forEachSpelling(of: subject, at: point.place, depth: Self.depth) { place in
      step = go(pattern, point, place, length, ahead)
      return !step.isNowhere
    }
    return step
  }

  /// Takes a character of the pattern for read, if what follows can be read too.
  func go(
    _ pattern: MaskPattern, _ point: Point, _ place: Place, _ length: Int, _ ahead: Int
  ) -> Step {
    guard case .at(let place) = place else { return step(place) }
    let next = Point(index: point.index + step * length, place: place)
    if ahead == 0 || next.index == (isForward ? pattern.count : 0) { return .at(next) }
    return advance(pattern, next, ahead: ahead - 1).isNowhere ? .nowhere : .at(next)
  }

  func step(_ place: Place) -> Step {
    if case .cut = place { .cut } else { .nowhere }
  }
}
