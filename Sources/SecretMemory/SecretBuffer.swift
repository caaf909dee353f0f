internal import CLinux

/// A plaintext: bytes that are set once, lent while it lives, and zero when it is gone.
///
/// A reference, so that it can wait for a commit in an array and travel to an event loop in a
/// closure. It never shows its bytes: not in a string, a dump, or an error.
@safe
public final class SecretBuffer: Sendable {
  /// How many bytes there are.
  public let count: Int
  @usableFromInline let block: SecretBlock

  init(_ block: consuming SecretBlock, count: Int) {
    self.block = block
    self.count = count
  }

  /// Makes a buffer and lets `fill` write it.
  /// - Parameters:
  ///   - capacity: bytes that `fill` may write, at most `SecretArena.largestBlock`.
  ///   - arena: where the bytes live.
  ///   - fill: gets the zeroed bytes, valid during the call, and returns how many of them count.
  ///     What it throws is thrown on, and the bytes are wiped.
  /// - Throws: `SecretMemoryError`, or what `fill` throws.
  public init(
    capacity: Int, in arena: SecretArena = .shared,
    fill: (UnsafeMutableRawBufferPointer) throws -> Int
  ) throws {
    let block = try SecretBlock(byteCount: capacity, in: arena)
    let count = try unsafe fill(block.bytes)
    precondition(count >= 0 && count <= capacity, "more bytes than the buffer holds")
    self.block = block
    self.count = count
  }

  /// Makes a buffer with a copy of `bytes`. The original is the caller's to wipe.
  /// - Throws: `SecretMemoryError`.
  public convenience init(
    copying bytes: UnsafeRawBufferPointer, in arena: SecretArena = .shared
  ) throws {
    try unsafe self.init(capacity: bytes.count, in: arena) { target in
      unsafe target.copyMemory(from: bytes)
      return bytes.count
    }
  }

  /// Makes a buffer with a copy of `bytes`. The original is the caller's to wipe.
  /// - Throws: `SecretMemoryError`.
  public convenience init(copying bytes: RawSpan, in arena: SecretArena = .shared) throws {
    try unsafe self.init(capacity: bytes.byteCount, in: arena) { target in
      unsafe bytes.withUnsafeBytes { unsafe target.copyMemory(from: $0) }
      return bytes.byteCount
    }
  }

  /// Lends the bytes to C code. The pointer is valid during the call alone.
  @inlinable
  public func withUnsafeBytes<R: ~Copyable>(_ body: (UnsafeRawBufferPointer) throws -> R) rethrows
    -> R
  {
    // Safety: the block is owned by this object, which the call keeps alive.
    try unsafe body(UnsafeRawBufferPointer(rebasing: block.bytes[..<count]))
  }

  /// Lends the bytes; the compiler keeps the span from leaving the call.
  @inlinable
  public func withBytes<R: ~Copyable>(_ body: (RawSpan) throws -> R) rethrows -> R {
    try unsafe withUnsafeBytes { try body(unsafe $0.bytes) }
  }

  /// Whether both hold the same bytes. The time depends on the lengths alone.
  public func constantTimeEquals(_ other: SecretBuffer) -> Bool {
    guard count == other.count else { return false }
    return unsafe withUnsafeBytes { left in
      unsafe other.withUnsafeBytes { right in
        unsafe envgate_equal(left.baseAddress, right.baseAddress, count) == 1
      }
    }
  }
}

// Printing one by mistake shows its size and nothing else.
extension SecretBuffer: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  /// The size alone.
  public var description: String { "SecretBuffer(\(count) bytes)" }
  /// The size alone.
  public var debugDescription: String { description }
  /// Without children, so that `dump` finds nothing to show.
  public var customMirror: Mirror {
    Mirror(self, children: EmptyCollection<Mirror.Child>(), displayStyle: .class)
  }
}
