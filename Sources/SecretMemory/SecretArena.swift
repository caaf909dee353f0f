internal import CLinux

/// The memory that all secrets of a process live in: excluded from core dumps, empty in a forked
/// child, kept from swap as far as the kernel permits, overwritten when it is given back.
///
/// Invariant: a byte that belongs to no owner is zero, but for the links between free blocks.
///
/// The address space is reserved once and opened in pieces of `chunkSize`. Blocks come from a buddy
/// system, so memory that served many small values can serve a large one later; short stacks of
/// recently freed blocks in front of it spare the splitting and merging.
@safe
public final class SecretArena: @unchecked Sendable {
  /// Bytes that are opened, and locked, at a time: 1 MiB.
  public static let chunkSize = 1 << 20
  /// The largest block: one chunk.
  public static let largestBlock = chunkSize
  /// Bytes that `shared` gives out at most: 64 MiB.
  public static let defaultCapacity = 64 << 20

  /// The arena of this process.
  public static let shared = SecretArena(capacity: defaultCapacity)

  /// Bytes that this arena gives out at most; 0 when not even address space could be had.
  public let capacity: Int

  // Safety: owned by this object from init to deinit; what lies in it is lent to one SecretBlock
  // each, and every SecretBlock keeps the arena alive.
  private let base: UnsafeMutableRawPointer?
  private let state: Guarded<BuddyBlocks>

  /// Makes an arena of its own, for a test or a separate limit.
  /// - Parameter capacity: bytes, rounded up to whole chunks.
  public init(capacity: Int) {
    let size = (max(capacity, 1) + Self.chunkSize - 1) / Self.chunkSize * Self.chunkSize
    let reserved = unsafe envgate_reserve_secret(size)
    unsafe self.base = reserved
    self.capacity = unsafe reserved == nil ? 0 : size
    unsafe self.state = Guarded(BuddyBlocks(base: reserved, capacity: self.capacity))
  }

  deinit {
    if let base = unsafe base {
      unsafe envgate_release_secret(base, capacity)
    }
  }

  /// Whether every page that holds or held a secret is kept from swap (mlock(2)).
  public var isLocked: Bool { state.withLock { $0.unlockedChunks == 0 } }

  /// Bytes that owners hold now, each block counted with its rounding to a power of two.
  public var bytesInUse: Int { state.withLock { $0.bytesInUse } }

  /// Opens the first piece, which takes a moment, for whoever has one before a secret comes.
  public func prepare() {
    guard let block = try? unsafe allocate(byteCount: 1) else { return }
    unsafe deallocate(block, byteCount: 1)
  }

  /// Takes a block of at least `byteCount` zero bytes.
  func allocate(byteCount: Int) throws(SecretMemoryError) -> UnsafeMutableRawPointer {
    guard byteCount <= Self.largestBlock else { throw .tooLarge }
    let order = BuddyBlocks.order(byteCount: byteCount)
    guard let unit = state.withLock({ $0.take(order: order) }), let base = unsafe base else {
      throw .exhausted
    }
    return unsafe base + Int(unit) * BuddyBlocks.unitSize
  }

  /// Gives a block back. `byteCount` is what was asked for; the caller wrote nothing beyond it.
  func deallocate(_ start: UnsafeMutableRawPointer, byteCount: Int) {
    guard let base = unsafe base else { return }
    unsafe envgate_wipe(start, byteCount)
    let unit = unsafe UInt32((start - base) / BuddyBlocks.unitSize)
    let order = BuddyBlocks.order(byteCount: byteCount)
    state.withLock { $0.give(unit, order: order) }
  }

  /// Whether `pattern` stands anywhere in the opened part of the arena, in use or not. For tests.
  func contains(_ pattern: [UInt8]) -> Bool {
    guard let base = unsafe base, let first = pattern.first else { return false }
    return state.withLock { blocks in
      let size = blocks.openedBytes
      for offset in 0..<max(0, size - pattern.count + 1)
      where unsafe base.load(fromByteOffset: offset, as: UInt8.self) == first {
        let same = pattern.indices.allSatisfy {
          unsafe base.load(fromByteOffset: offset + $0, as: UInt8.self) == pattern[$0]
        }
        if same { return true }
      }
      return false
    }
  }
}
