extension RequestContext {
  /// What two requests have in common where a reviewer cannot tell them apart by what they say.
  ///
  /// It covers the claims by which a reviewer recognises a job: reason, ref, commit, run URL and command. The
  /// key and the delivery are left out: nobody recognises a job by them, and a copy that leaves one out or
  /// changes it must not escape.
  public var likeness: Likeness {
    Likeness(of: [reason ?? "", ref ?? "", commit ?? "", runURL ?? "", command.joined()])
  }
}

/// Texts as a reader sees them at a glance: their letters and digits alone, without case, and those of one look as
/// one.
///
/// Invariant: a character beyond ASCII of which nothing is known may be any letter or digit. Where two texts
/// cannot be told apart by what is known, they are alike.
public struct Likeness: Hashable, Sendable {
  /// The texts' letters, each text behind its length.
  private let letters: [UInt32]
  /// How long each of them is: texts of other lengths are never alike.
  public let shape: [Int]
  /// Whether one of the letters may be another one than it is.
  public private(set) var isDoubtful = false

  init(of texts: [String]) {
    var letters: [UInt32] = []
    var shape: [Int] = []
    for text in texts {
      let start = letters.count
      Self.add(text, to: &letters)
      shape.append(letters.count - start)
    }
    self.letters = letters
    self.shape = shape
    isDoubtful = letters.contains(where: Self.isDoubtful)
  }

  /// Whether a reader may take one for the other.
  public func mayBe(_ other: Likeness) -> Bool {
    shape == other.shape && Self.mayBe(letters[...], other.letters[...])
  }

  /// Its first letters, for a comparison that costs the same for long texts.
  public func head(_ count: Int) -> ArraySlice<UInt32> { letters.prefix(count) }

  /// Whether letters of the same places may be the same.
  public static func mayBe(_ some: ArraySlice<UInt32>, _ others: ArraySlice<UInt32>) -> Bool {
    some.count == others.count && zip(some, others).allSatisfy { mayBe($0, $1) }
  }

  /// A letter may be each of ASCII and each of another script; those of one script are told apart.
  private static func mayBe(_ letter: UInt32, _ other: UInt32) -> Bool {
    if letter == other { return true }
    let (isSome, isOther) = (isDoubtful(letter), isDoubtful(other))
    guard isSome || isOther else { return false }
    return isSome && isOther ? letter >> 8 != other >> 8 : min(letter, other) < 0x80
  }

  private static func isDoubtful(_ letter: UInt32) -> Bool {
    guard letter >= 0x80, let scalar = Unicode.Scalar(letter) else { return false }
    return !Lookalikes.isSquare(scalar)
  }

  private static func add(_ text: String, to letters: inout [UInt32]) {
    for scalar in text.unicodeScalars {
      if let look = Lookalikes.look(of: scalar) {
        for byte in look.utf8 { add(byte, to: &letters) }
      } else if scalar.isASCII {
        add(UInt8(scalar.value), to: &letters)
      } else if isLetter(scalar) {
        letters.append(
          scalar.properties.lowercaseMapping.unicodeScalars.first?.value ?? scalar.value)
      }
    }
  }

  private static func add(_ byte: UInt8, to letters: inout [UInt32]) {
    switch byte {
    case UInt8(ascii: "0"), UInt8(ascii: "o"), UInt8(ascii: "O"): letters.append(0x30)
    case UInt8(ascii: "1"), UInt8(ascii: "i"), UInt8(ascii: "I"), UInt8(ascii: "l"),
      UInt8(ascii: "L"), UInt8(ascii: "|"):
      letters.append(0x31)
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "2")...UInt8(ascii: "9"):
      letters.append(UInt32(byte))
    case UInt8(ascii: "A")...UInt8(ascii: "Z"): letters.append(UInt32(byte) + 32)
    default: break
    }
  }

  /// Blanks, punctuation, symbols and marks of every script are passed over, and letters that look like those.
  private static func isLetter(_ scalar: Unicode.Scalar) -> Bool {
    if scalar.properties.generalCategory == .modifierLetter { return Lookalikes.isSquare(scalar) }
    return ForeignText.isLetter(scalar) && !Lookalikes.isStroke(scalar)
  }
}
