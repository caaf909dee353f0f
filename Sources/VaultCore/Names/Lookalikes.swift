/// What a character beyond ASCII looks like to a reader who expects ASCII.
///
/// The letters of Latin in other dress (full width, mathematical, circled, small capitals, with marks) are
/// found by their names in the standard; the letters of other scripts are a small part of the confusables
/// of Unicode TR 39. No such table is complete, so nothing relies on it alone: what it does not know is doubtful.
enum Lookalikes {
  /// The ASCII letters and digits that a character looks like, in lower case; nil where it looks like none
  /// that is known.
  static func look(of scalar: Unicode.Scalar) -> String? {
    switch scalar.value {
    case 0..<0x80: return nil
    case 0x2160...0x217F: return romanNumerals[Int(scalar.value & 0xF)]
    default: break
    }
    if let look = table[scalar] { return look }
    let properties = scalar.properties
    guard properties.generalCategory == .decimalNumber, let value = properties.numericValue,
      (0...9).contains(value)
    else { return nil }
    return "\(Int(value))"
  }

  /// Whether a letter is of a script whose letters fill a square, and so is never taken for one of ASCII.
  static func isSquare(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x1100...0x11FF, 0x2E80...0xA4CF, 0xA960...0xA97F, 0xAC00...0xD7FF, 0xF900...0xFAFF,
      0x17000...0x18DFF, 0x1AFF0...0x1B2FF, 0x20000...0x3FFFF:
      true
    default: false
    }
  }

  /// Whether it is a letter by the standard, and a stroke or a dot to a reader.
  static func isStroke(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x1C3, 0x5D9, 0xA78F, 0x16CC, 0x16CD, 0x141F, 0x1420, 0x1427, 0x1428, 0x1433, 0x1438,
      0x144A, 0x30CE, 0x4E00, 0x4E36:
      true
    default: false
    }
  }

  /// Whether a sign looks like a dot, comma, colon, dash, slash or star of ASCII. Quotation marks and the apostrophe
  /// of typographers are none.
  static func isSign(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x2C2...0x2DF, 0x387, 0x55D, 0x589, 0x5C3, 0x6D4, 0x701, 0x702, 0x2010...0x2015, 0x2024,
      0x2032, 0x2035, 0x2041, 0x2043, 0x2044, 0x204E, 0x204F, 0x2052, 0x2053, 0x205A, 0x2212,
      0x2215...0x2217, 0x2219, 0x2236, 0x223C, 0x22C5, 0x2571, 0x2572, 0x2796, 0x27CB, 0x27CD,
      0x29F5, 0x29F8, 0x29F9, 0xA4FA...0xA4FF, 0xA60E, 0xA789, 0xA78A, 0xA78F, 0x10101:
      true
    default: false
    }
  }

  /// Whether a reader knows a letter as another one than that of ASCII: the letters of Europe's languages,
  /// and those with a mark that is seen.
  static func isPlainLatin(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0xD7, 0xF7, 0x131, 0x138, 0x17F, 0x1DD: false
    case 0xC0...0x17F, 0x1A0, 0x1A1, 0x1AF, 0x1B0, 0x1CD...0x1F5, 0x1F8...0x21B, 0x226...0x233: true
    case 0x1E00...0x1E9B, 0x1E9E, 0x1EA0...0x1EFF: true
    default: false
    }
  }

  private static let romanNumerals = [
    "i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii", "l", "c", "d", "m",
  ]

  private static let table: [Unicode.Scalar: String] = {
    var table: [Unicode.Scalar: String] = [:]
    for value in dressed.joined() {
      guard let scalar = Unicode.Scalar(value), let look = named(scalar) else { continue }
      table[scalar] = look
    }
    for line in foreign.split(separator: "\n") {
      let words = line.split(separator: " ")
      for number in words.dropFirst() {
        guard let look = words.first, let value = UInt32(number, radix: 16),
          let scalar = Unicode.Scalar(value)
        else { continue }
        table[scalar] = String(look)
      }
    }
    return table
  }()

  /// The blocks in which Latin letters and digits stand in other dress.
  private static let dressed: [ClosedRange<UInt32>] = [
    0xAA...0x2AF, 0x2B0...0x2FF, 0x1D00...0x1DBF, 0x1E00...0x1EFF, 0x2070...0x209F,
    0x2100...0x214F, 0x2460...0x24FF, 0x2776...0x2793, 0x2C60...0x2C7F, 0xA720...0xA7FF,
    0xAB30...0xAB6F, 0xFB00...0xFB06, 0xFF10...0xFF5A, 0x10780...0x107BF, 0x1D400...0x1D7FF,
    0x1DF00...0x1DF1E, 0x1F100...0x1F18F,
  ]

  private static let digits = [
    "ZERO", "ONE", "TWO", "THREE", "FOUR", "FIVE", "SIX", "SEVEN", "EIGHT", "NINE",
  ]

  /// Words of names whose letter looks like another one than it is, or like none.
  private static let others: Set<Substring> = [
    "TURNED", "REVERSED", "INVERTED", "SIDEWAYS", "OPEN", "HALF", "SHARP", "LONG", "TONE",
    "INDICATOR",
  ]

  /// The Latin letter or the digit with which a character's name ends.
  private static func named(_ scalar: Unicode.Scalar) -> String? {
    guard let name = scalar.properties.name else { return nil }
    var words = name.split(separator: " ")
    if let with = words.firstIndex(of: "WITH") { words.removeSubrange(with...) }
    guard !words.contains(where: { others.contains($0) }), let last = words.popLast() else {
      return nil
    }
    if let digit = digits.firstIndex(where: { $0 == last }) { return "\(digit)" }
    let isLigature = words.last == "LIGATURE" && last.utf8.count <= 3
    let isPair = words.last == "LETTER" && last.utf8.count == 2
    guard last.utf8.count == 1 || isLigature || isPair, last.utf8.allSatisfy({ $0 < 0x80 }) else {
      return nil
    }
    return last.lowercased()
  }

  /// Letters of Greek, Cyrillic, Armenian, Cherokee, Coptic and a few others, and signs, by their numbers:
  /// behind each ASCII letter what looks like it. What looks like several stands nowhere.
  private static let foreign = """
    2 1A7
    3 1B7 21C 21D 292 417 437 498 499 4DE 4DF 4E0 4E1 10D5
    4 13CE
    5 1BC 1BD
    6 13EE
    8 222 223
    9 13E3
    a 251 391 3AC 3B1 410 430 4D0 4D1 4D2 4D3 13AA 237A
    b 184 185 392 3B2 412 42C 432 44C 13CF 13F4
    c 3F2 3F9 421 441 4AA 4AB 13DF 2CA4 2CA5
    c 2282
    d 500 501 56A 13A0
    e 395 3AD 3B5 400 401 415 435 450 451 4BD 4D6 4D7 13AC 212E 2147
    e 2208 220A 22F4
    f 192 3DC 3DD 584
    g 261 50C 50D 581 13C0
    h 397 41D 43D 4A2 4A3 4BA 4BB 570 13BB 210E 2C8E 2C8F
    i A6 131 1C0 269 37F 390 399 3AF 3B9 3CA 406 407 456 457 4C0 4CF 56B 5D5 5DF 627 13A5 2223
    i 2C92 2C93 2D38 2D4F
    i 2373 2502 2503 23B8 23B9 23D0 2336
    j 3F3 408 458 575 13AB
    k 39A 3BA 41A 43A 49A 49B 49E 49F 13E6 212A 2C94 2C95
    l 1C1 53C 56C 13DE
    l 2308 2309 230A 230B
    m 39C 3FA 3FB 41C 43C 4CD 4CE 13B7 2C98 2C99
    n 39D 3AE 3B7 43F 4C5 548 572 578 2C9A 2C9B
    n 2229 22C2
    o 39F 3BF 3C3 3CC 41E 43E 4E6 4E7 555 585 5E1 647 665 6F5 7C0 966 D20 10FF 2C9E 2C9F 3007
    p 3A1 3C1 3F1 3F7 3F8 420 440 480 13E2 2CA2 2CA3
    p 2374
    q 51A 51B 566
    r 280 433 491 13A1 2C84 2C85
    s 1A8 405 455 54F 13DA
    t 3A4 3C4 422 442 4AC 4AD 57F 13A2 2CA6 2CA7
    t 22A4
    u 3B0 3C5 3CB 3CD 54D 57D 222A
    u 22C3
    v 3BD 474 475 476 477 5D8 13D9 2228
    v 22C1
    w 3C9 3CE 460 461 51C 51D 13B3 13D4
    w 2375
    x D7 3A7 3C7 425 445 4B2 4B3 2A2F 2CAC 2CAD
    y 3A5 3B3 3D2 40E 423 443 45E 4AE 4AF 4B0 4B1 4EE 4EF 4F0 4F1 4F2 4F3 580 10E7 2CA8 2CA9
    z 396 3B6 13C3 2C8C 2C8D
    """
}
