internal import CLinux

/// 32 secret bytes with exactly one owner; zero when their owner is gone.
///
/// It cannot be copied, compared with `==`, printed or put into a collection. Another thread gets a
/// key that was derived for it.
@safe
public struct SecretKey: ~Copyable, Sendable {
  /// Bytes of a key: 32.
  public static let byteCount = 32

  @usableFromInline let block: SecretBlock

  /// Makes a key and lets `fill` write all of its 32 bytes.
  /// - Throws: `SecretMemoryError`, or what `fill` throws; the bytes are wiped then.
  public init(
    in arena: SecretArena = .shared, fill: (UnsafeMutableRawBufferPointer) throws -> Void
  ) throws {
    let block = try SecretBlock(byteCount: Self.byteCount, in: arena)
    try unsafe fill(block.bytes)
    self.block = block
  }

  /// Makes a key with a copy of `bytes`. The original is the caller's to wipe.
  /// - Throws: `SecretMemoryError.wrongSize` unless there are 32 bytes.
  public init(copying bytes: RawSpan, in arena: SecretArena = .shared) throws {
    guard bytes.byteCount == Self.byteCount else { throw SecretMemoryError.wrongSize }
    try unsafe self.init(in: arena) { target in
      unsafe bytes.withUnsafeBytes { unsafe target.copyMemory(from: $0) }
    }
  }

  /// Lends the 32 bytes. The pointer is valid during the call alone.
  @inlinable
  public borrowing func withUnsafeBytes<R: ~Copyable>(
    _ body: (UnsafeRawBufferPointer) throws -> R
  ) rethrows -> R {
    // Safety: the block is owned by this value, which the call borrows.
    try unsafe body(UnsafeRawBufferPointer(block.bytes))
  }

  /// Whether both hold the same bytes, in constant time.
  public borrowing func constantTimeEquals(_ other: borrowing SecretKey) -> Bool {
    unsafe envgate_equal(block.bytes.baseAddress, other.block.bytes.baseAddress, Self.byteCount)
      == 1
  }
}
