internal import Glibc
internal import Synchronization

/// Where random bytes come from. It is passed in, so that a whole life of a vault can be replayed.
@safe
public struct RandomSource: Sendable {
  /// Writes random bytes to all of a region.
  /// - Throws: `CryptoFault.noRandomness` where the kernel gives none; nothing may be used then.
  public let fill: @Sendable (UnsafeMutableRawBufferPointer) throws -> Void

  /// Makes a source from a function.
  public init(fill: @escaping @Sendable (UnsafeMutableRawBufferPointer) throws -> Void) {
    unsafe self.fill = fill
  }

  /// The kernel's generator (getrandom(2)), once it is seeded.
  ///
  /// A generator of our own would keep its state in our memory, and two copies of one virtual machine that
  /// go on from one snapshot would draw the same; the kernel is told of that and seeds itself anew.
  public static let system = unsafe RandomSource { region in
    for start in stride(from: 0, to: region.count, by: 256) {
      // getentropy(3) calls getrandom(2) until it has all of up to 256 bytes, or says that there are none.
      let count = min(256, region.count - start)
      guard let base = region.baseAddress, unsafe getentropy(base + start, count) == 0 else {
        throw CryptoFault.noRandomness
      }
    }
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
