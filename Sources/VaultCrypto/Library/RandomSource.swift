internal import CLibcrypto
internal import Synchronization

/// Where random bytes come from. It is passed in, so that a whole life of a vault can be replayed.
@safe
public struct RandomSource: Sendable {
  /// Writes random bytes to all of a region.
  /// - Throws: `CryptoFault.library` when the generator cannot be seeded; nothing may be used then.
  public let fill: @Sendable (UnsafeMutableRawBufferPointer) throws -> Void

  /// Makes a source from a function.
  public init(fill: @escaping @Sendable (UnsafeMutableRawBufferPointer) throws -> Void) {
    unsafe self.fill = fill
  }

  /// libcrypto's generator for secrets (RAND_priv_bytes(3), seeded by the kernel).
  public static let system = unsafe RandomSource { region in
    let start = unsafe region.baseAddress?.assumingMemoryBound(to: UInt8.self)
    try unsafe check(RAND_priv_bytes(start, Int32(region.count)), "RAND_priv_bytes")
  }

  /// The same bytes for the same seed, for replays and tests. Predictable: never for a real vault.
  public static func seeded(_ seed: UInt64) -> RandomSource {
    let stream = ReplayStream(seed: seed)
    return unsafe RandomSource { region in
      stream.state.withLock { state in
        for index in region.indices {
          unsafe region[index] = ReplayStream.next(&state)
        }
      }
    }
  }

  /// Random bytes that are no secret: a salt, a nonce, an id.
  public func bytes(_ count: Int) throws -> [UInt8] {
    try unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
      try unsafe fill(UnsafeMutableRawBufferPointer(buffer))
      initialized = count
    }
  }
}

/// SplitMix64 (Steele, Lea, Flood: OOPSLA 2014), the top byte of each output.
private final class ReplayStream: Sendable {
  let state: Mutex<UInt64>

  init(seed: UInt64) {
    state = Mutex(seed)
  }

  static func next(_ state: inout UInt64) -> UInt8 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return UInt8(truncatingIfNeeded: (mixed ^ (mixed >> 31)) >> 56)
  }
}
