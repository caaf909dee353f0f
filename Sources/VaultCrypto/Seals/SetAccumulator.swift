/// A sum over the rows of a set, modulo 2^256, in any order: MSet-Add-Hash of Clarke, Devadas, van
/// Dijk, Gassend and Suh (ASIACRYPT 2003), with the leaf as the keyed hash of a row.
///
/// A seal shows that a row was written by the vault, but not that it is still there, nor that it is
/// the newest. The sum over all live rows shows both: updating it costs one addition and one
/// subtraction, and finding other rows with the same sum means knowing leaves, which the key hides.
/// So the sum itself is never stored: `RowSealer.tag(of:name:)` is.
public struct SetAccumulator: Equatable, Sendable {
  /// How many rows are in the set.
  public private(set) var count: Int64 = 0
  // Digits of a number of 256 bits, the least significant first.
  private(set) var word0: UInt64 = 0
  private(set) var word1: UInt64 = 0
  private(set) var word2: UInt64 = 0
  private(set) var word3: UInt64 = 0

  /// Makes the sum of an empty set.
  public init() {}

  /// Takes a row into the set.
  public mutating func add(_ leaf: Digest32) {
    let (a, b, c, d) = leaf.littleEndianWords
    var carry = Self.add(&word0, a, false)
    carry = Self.add(&word1, b, carry)
    carry = Self.add(&word2, c, carry)
    _ = Self.add(&word3, d, carry)
    count &+= 1
  }

  /// Takes a row out of the set: one deleted, or the revision that a newer one replaces.
  public mutating func subtract(_ leaf: Digest32) {
    let (a, b, c, d) = leaf.littleEndianWords
    var borrow = Self.subtract(&word0, a, false)
    borrow = Self.subtract(&word1, b, borrow)
    borrow = Self.subtract(&word2, c, borrow)
    _ = Self.subtract(&word3, d, borrow)
    count &-= 1
  }

  private static func add(_ word: inout UInt64, _ other: UInt64, _ carry: Bool) -> Bool {
    let (sum, first) = word.addingReportingOverflow(other)
    let (result, second) = sum.addingReportingOverflow(carry ? 1 : 0)
    word = result
    return first || second
  }

  private static func subtract(_ word: inout UInt64, _ other: UInt64, _ borrow: Bool) -> Bool {
    let (difference, first) = word.subtractingReportingOverflow(other)
    let (result, second) = difference.subtractingReportingOverflow(borrow ? 1 : 0)
    word = result
    return first || second
  }
}

// Printing one by mistake must not store what the key hides.
extension SetAccumulator: CustomStringConvertible, CustomReflectable {
  /// The number of rows alone.
  public var description: String { "SetAccumulator(\(count) rows)" }
  /// The number of rows alone.
  public var customMirror: Mirror { Mirror(self, children: ["count": count]) }
}
