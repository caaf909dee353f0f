extension RequestContext {
  /// What two requests have in common where a reviewer cannot tell them apart by what they say.
  ///
  /// It covers the claims by which a reviewer recognises a job: reason, ref, commit, run URL and command. The
  /// key and the delivery are left out: nobody recognises a job by them, and a copy that leaves one out or
  /// changes it must not escape. The texts are compared as a reader sees them at a glance, without case, blanks
  /// and punctuation, and with characters of one look taken for one.
  public var likeness: [UInt8] {
    var encoder = CanonicalEncoder()
    for text in [reason, ref, commit, runURL] {
      encoder.text(ForeignText.skeleton(of: text ?? ""))
    }
    encoder.text(ForeignText.skeleton(of: command.joined()))
    return encoder.output
  }
}

extension ForeignText {
  /// The text as it looks at a glance: two texts with the same skeleton are easily taken for each other.
  ///
  /// A small part of the confusables of Unicode TR 39: Latin letters, digits, and the Greek and Cyrillic letters
  /// of the same look.
  static func skeleton(of text: String) -> String {
    var skeleton = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      // Full-width forms repeat ASCII.
      let plain =
        (0xFF01...0xFF5E).contains(scalar.value)
        ? Unicode.Scalar(scalar.value - 0xFEE0) ?? scalar : lookalikes[scalar] ?? scalar
      switch plain {
      case "0", "o", "O": skeleton.append("0")
      case "1", "i", "I", "l", "L": skeleton.append("1")
      case "a"..."z", "2"..."9": skeleton.append(plain)
      case "A"..."Z": skeleton.append(Unicode.Scalar(plain.value + 32) ?? plain)
      // Marks that are set above or below the letter before.
      case "\u{300}"..."\u{36F}": break
      default: if plain.value > 0x7F, plain.value != 0xA0 { skeleton.append(plain) }
      }
    }
    return String(skeleton)
  }

  private static let lookalikes: [Unicode.Scalar: Unicode.Scalar] = Dictionary(
    zip(
      "АВЕЅІЈКМНОРСТУХаеѕіјорсухԁһѵΑΒΕΖΗΙΚΜΝΟΡΤΥΧογνι".unicodeScalars,
      "ABESIJKMHOPCTYXaesijopcyxdhvABEZHIKMNOPTYXoyvi".unicodeScalars),
    uniquingKeysWith: { first, _ in first })
}
