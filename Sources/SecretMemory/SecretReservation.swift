internal import Synchronization

/// Room for a plaintext that is still to come.
///
/// Taken before something irrevocable happens (a commit), so that afterwards there is memory for
/// what was promised. It becomes a `SecretBuffer` once, without a copy; unused it goes back wiped.
public final class SecretReservation: Sendable {
  /// Bytes that fit.
  public let capacity: Int
  private let block: Mutex<SecretBlock?>

  /// Takes the room.
  /// - Parameters:
  ///   - capacity: bytes, at most `SecretArena.largestBlock`.
  ///   - arena: where the bytes live.
  /// - Throws: `SecretMemoryError`.
  public init(capacity: Int, in arena: SecretArena = .shared) throws(SecretMemoryError) {
    self.capacity = capacity
    self.block = Mutex(try SecretBlock(byteCount: capacity, in: arena))
  }

  /// Lets `fill` write the bytes and hands them over as a buffer.
  /// - Parameter fill: gets zeroed bytes, valid during the call, and returns how many count. When
  ///   it throws, the bytes are wiped and the reservation is spent.
  /// - Throws: `SecretMemoryError.exhausted` when the reservation was spent before, or what `fill`
  ///   throws.
  public func fill(_ fill: (UnsafeMutableRawBufferPointer) throws -> Int) throws -> SecretBuffer {
    guard let block = block.withLock({ $0.take() }) else { throw SecretMemoryError.exhausted }
    let count = try unsafe fill(block.bytes)
    precondition(count >= 0 && count <= capacity, "more bytes than were reserved")
    return SecretBuffer(block, count: count)
  }
}
