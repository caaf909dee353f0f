/// Eight bytes of text at once, the first in the lowest lane.
///
/// A question is answered by a mark, 0x80, in each lane that it holds for, and in no other: sums stay
/// within their lane because the top bit is masked off before.
struct ByteWord {
  static let width = 8
  static let ones: UInt64 = 0x0101_0101_0101_0101
  static let tops: UInt64 = 0x8080_8080_8080_8080

  let lanes: UInt64

  @inline(__always)
  func equal(to byte: UInt8) -> UInt64 {
    let difference = lanes ^ (Self.ones &* UInt64(byte))
    return ~(((difference & ~Self.tops) &+ ~Self.tops) | difference) & Self.tops
  }

  /// Lanes below `limit`, which is at most 0x80.
  @inline(__always)
  func below(_ limit: UInt8) -> UInt64 {
    ~(((lanes & ~Self.tops) &+ (Self.ones &* UInt64(0x80 - limit))) | lanes) & Self.tops
  }

  /// What is not ASCII.
  @inline(__always)
  var wide: UInt64 { lanes & Self.tops }

  @inline(__always)
  var control: UInt64 { below(ASCII.space) }

  @inline(__always)
  var quoteOrBackslash: UInt64 { equal(to: ASCII.quote) | equal(to: ASCII.backslash) }

  /// Not zero where any lane is a control, a quote, a backslash or not ASCII. Which lane it is the borrow
  /// between lanes blurs, so this is for whole words alone.
  @inline(__always)
  var doubts: UInt64 {
    let quote = lanes ^ (Self.ones &* UInt64(ASCII.quote))
    let backslash = lanes ^ (Self.ones &* UInt64(ASCII.backslash))
    let control = lanes &- Self.ones &* UInt64(ASCII.space)
    return (control | (quote &- Self.ones) | (backslash &- Self.ones) | lanes) & Self.tops
  }

  /// How many lanes lie before the first mark.
  @inline(__always)
  static func lanesBefore(_ marks: UInt64) -> Int { marks.trailingZeroBitCount >> 3 }
}
