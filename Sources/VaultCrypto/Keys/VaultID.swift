/// The identity of a vault: 16 random bytes, drawn when it is made. No secret.
///
/// It is the salt of every key that is derived from the root key, and part of what every record,
/// seal and link of the audit chain is bound to: nothing of one vault is valid in another.
public struct VaultID: Hashable, Sendable {
  /// Bytes of an id: 16.
  public static let byteCount = 16

  // The bytes in the order of memory.
  private var word0: UInt64 = 0
  private var word1: UInt64 = 0

  /// Draws a new id.
  /// - Throws: what the source throws.
  public init(random: RandomSource) throws {
    try unsafe withUnsafeMutableBytes(of: &self) { try unsafe random.fill($0) }
  }

  /// Makes an id from 16 bytes; nil for any other number.
  public init?(_ bytes: [UInt8]) {
    guard bytes.count == Self.byteCount else { return nil }
    unsafe withUnsafeMutableBytes(of: &self) { unsafe $0.copyBytes(from: bytes) }
  }

  /// Lends the 16 bytes during the call.
  public func withUnsafeBytes<R: ~Copyable>(_ body: (UnsafeRawBufferPointer) throws -> R) rethrows
    -> R
  {
    try unsafe Swift.withUnsafeBytes(of: self) { try unsafe body($0) }
  }

  /// The 16 bytes.
  public var bytes: [UInt8] { unsafe withUnsafeBytes { unsafe Array($0) } }

  /// 32 lower-case hexadecimal digits.
  public var hex: String { Hexadecimal.encode(bytes) }
}

extension VaultID: CustomStringConvertible {
  /// The hexadecimal digits.
  public var description: String { hex }
}
