/// A fixed number of places for 32-byte keys, in one piece of secret memory with one owner.
///
/// For caches: an array of `SecretKey` cannot be, since a key has exactly one owner.
@safe
public struct SecretKeyTable: ~Copyable, Sendable {
  /// How many places there are.
  public let count: Int
  private let block: SecretBlock

  /// Makes a table whose places hold zeroes.
  /// - Parameters:
  ///   - count: places; 32 bytes each, together at most `SecretArena.largestBlock`.
  ///   - arena: where the bytes live.
  /// - Throws: `SecretMemoryError`.
  public init(count: Int, in arena: SecretArena = .shared) throws(SecretMemoryError) {
    self.block = try SecretBlock(byteCount: count * SecretKey.byteCount, in: arena)
    self.count = count
  }

  /// Copies a key into a place.
  public mutating func store(_ key: borrowing SecretKey, at index: Int) {
    unsafe key.withUnsafeBytes { unsafe place(index).copyMemory(from: $0) }
  }

  /// Overwrites a place with zeroes.
  public mutating func wipe(at index: Int) {
    unsafe SecretMemory.wipe(place(index))
  }

  /// Lends the 32 bytes of a place. The pointer is valid during the call alone.
  public borrowing func withUnsafeBytes<R>(
    at index: Int, _ body: (UnsafeRawBufferPointer) throws -> R
  ) rethrows -> R {
    try unsafe body(UnsafeRawBufferPointer(place(index)))
  }

  // Safety: inside the block, which this value owns; rebasing checks the bounds.
  private borrowing func place(_ index: Int) -> UnsafeMutableRawBufferPointer {
    precondition(index >= 0 && index < count, "no such place")
    let start = index * SecretKey.byteCount
    return unsafe UnsafeMutableRawBufferPointer(
      rebasing: block.bytes[start..<start + SecretKey.byteCount])
  }
}
