internal import CLibcrypto

/// 32 bytes that are public: a hash, a seal, a commitment, a salt. Held without a heap block.
public struct Digest32: Hashable, Sendable {
  /// Bytes of a digest: 32.
  public static let byteCount = 32
  /// 32 zero bytes; what stands before the first link of a chain.
  public static let zero = Digest32(0, 0, 0, 0)

  // The bytes in the order of memory, eight to a word.
  private var word0: UInt64
  private var word1: UInt64
  private var word2: UInt64
  private var word3: UInt64

  private init(_ word0: UInt64, _ word1: UInt64, _ word2: UInt64, _ word3: UInt64) {
    self.word0 = word0
    self.word1 = word1
    self.word2 = word2
    self.word3 = word3
  }

  /// Makes a digest from 32 bytes; nil for any other number.
  public init?(_ bytes: [UInt8]) {
    guard bytes.count == Self.byteCount else { return nil }
    self = unsafe bytes.withUnsafeBytes { unsafe Digest32(loading: $0) }
  }

  /// The first 32 bytes of `bytes`, which has them.
  init(loading bytes: UnsafeRawBufferPointer) {
    precondition(bytes.count >= Self.byteCount, "a digest has 32 bytes")
    self = .zero
    unsafe withUnsafeMutableBytes(of: &self) {
      unsafe $0.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[..<Self.byteCount]))
    }
  }

  /// Makes a digest that `fill` writes.
  init(fill: (UnsafeMutableRawBufferPointer) throws -> Void) throws {
    self = .zero
    try unsafe withUnsafeMutableBytes(of: &self) { try unsafe fill($0) }
  }

  /// Lends the 32 bytes during the call.
  public func withUnsafeBytes<R: ~Copyable>(_ body: (UnsafeRawBufferPointer) throws -> R) rethrows
    -> R
  {
    try unsafe Swift.withUnsafeBytes(of: self) { try unsafe body($0) }
  }

  /// The 32 bytes.
  public var bytes: [UInt8] { unsafe withUnsafeBytes { unsafe Array($0) } }

  /// 64 lower-case hexadecimal digits.
  public var hex: String { Hexadecimal.encode(bytes) }

  /// Whether both are the same, in a time that does not depend on where they differ. For seals,
  /// commitments and hashes of bearer secrets; `==` is for all else.
  public func constantTimeEquals(_ other: Digest32) -> Bool {
    unsafe withUnsafeBytes { left in
      unsafe other.withUnsafeBytes { right in
        unsafe CRYPTO_memcmp(left.baseAddress, right.baseAddress, Self.byteCount) == 0
      }
    }
  }

  /// The four words as digits of a number of 256 bits, the least significant first.
  var littleEndianWords: (UInt64, UInt64, UInt64, UInt64) {
    (
      UInt64(littleEndian: word0), UInt64(littleEndian: word1), UInt64(littleEndian: word2),
      UInt64(littleEndian: word3)
    )
  }
}

extension Digest32: CustomStringConvertible {
  /// The hexadecimal digits.
  public var description: String { hex }
}

/// Whether two regions hold the same bytes; the time depends on the lengths alone.
public func constantTimeEqual(_ left: RawSpan, _ right: RawSpan) -> Bool {
  guard left.byteCount == right.byteCount else { return false }
  return unsafe left.withUnsafeBytes { left in
    unsafe right.withUnsafeBytes { right in
      unsafe CRYPTO_memcmp(left.baseAddress, right.baseAddress, left.count) == 0
    }
  }
}
