/// Which part of a pattern it is looked for by: letters and digits that stand in each of its spellings, and
/// that ordinary text seldom has.
struct MaskAnchor {
  /// How wide that part is.
  enum Shape { case middle, short }

  /// How far into a pattern such a part is looked for.
  ///
  /// Not far: a match that has begun at the end of a text is looked for without grams up to here.
  static let depth = 64
  /// Two parts of base64 lie no further apart, so that lines that are no shorter leave one of them whole.
  static let leastLine = 40

  let shape: Shape
  /// Where the part begins.
  let first: Int
  /// Where a second one begins: of base64, an end of line leaves one of the two whole.
  let second: Int?
  /// Where the last of them ends.
  var end: Int { max(first, second ?? 0) + reach }

  private var reach: Int { shape == .middle ? MiddleGram.reach : ShortGram.reach }

  /// nil where a pattern has no such part, and is looked for by its beginning.
  init?(_ pattern: MaskPattern, shared: Int) {
    let runs = Self.runs(of: pattern)
    let wantsTwo = pattern.isBase64 && pattern.count >= MaskPattern.leastBroken
    for (shape, reach, width) in [
      (Shape.middle, MiddleGram.reach, MiddleGram.width),
      (Shape.short, ShortGram.reach, ShortGram.width),
    ] {
      let places = Self.places(pattern, runs, reach, width, shared)
      guard let best = places.min(by: { $0.worst < $1.worst }) else { continue }
      let second = places.filter {
        abs($0.offset - best.offset) >= reach
          && abs($0.offset - best.offset) + reach <= Self.leastLine
      }.min { $0.worst < $1.worst }
      if wantsTwo, second == nil, shape == .middle, pattern.count < 4 * MiddleGram.reach {
        continue
      }
      self.shape = shape
      first = best.offset
      self.second = wantsTwo ? second?.offset : nil
      return
    }
    return nil
  }

  /// How many letters and digits follow from each place on.
  private static func runs(of pattern: MaskPattern) -> [UInt8] {
    let count = min(pattern.count, depth)
    var runs = [UInt8](repeating: 0, count: count + 1)
    for index in (0..<count).reversed() where ASCIIClass.isAlphanumeric(pattern[index]) {
      runs[index] = runs[index + 1] + 1
    }
    return runs
  }

  private static func places(
    _ pattern: MaskPattern, _ runs: [UInt8], _ reach: Int, _ width: Int, _ shared: Int
  ) -> [(offset: Int, worst: Int)] {
    runs.indices.filter { Int(runs[$0]) >= reach }.map { offset in
      let grams = (offset...offset + reach - width).map { place in
        commonness(pattern, place, width) + (place + width <= shared ? 20 : 0)
      }
      return (offset, grams.reduce(0, max))
    }
  }

  /// How often a gram may come in a log, on no particular scale.
  private static func commonness(_ pattern: MaskPattern, _ offset: Int, _ width: Int) -> Int {
    var sum = 0
    var isUniform = true
    for index in offset..<offset + width {
      sum += commonness(pattern[index])
      isUniform = isUniform && pattern[index] == pattern[offset]
    }
    // A line of the same character over and over is in many logs.
    return isUniform ? sum + 1_000 : sum
  }

  private static func commonness(_ byte: UInt8) -> Int {
    switch Unicode.Scalar(byte) {
    case "e", "t", "a", "o", "i", "n", "s", "r": 6
    case "a"..."z": 5
    case "0"..."9": 4
    default: 3
    }
  }
}
