internal import CLinux

/// Which parts of an arena are free: a binary buddy system over units of 32 bytes.
///
/// Invariant: a unit lies in exactly one block; a block is with an owner, in a recent stack, or in
/// a free list. `orders` has its order plus one at its first unit in the last case, and 0 in the
/// others. Not thread-safe: the arena holds a lock around it.
@safe
struct BuddyBlocks: ~Copyable, @unchecked Sendable {
  static let unitSize = 32
  /// 32 bytes to 1 MiB.
  static let orderCount = 16

  private static let none = UInt32.max
  private static let unitsInChunk = SecretArena.chunkSize / unitSize
  // Larger blocks are rare and would keep too much from being merged.
  private static let largestRecentOrder = 9
  private static let recentLimit = 32

  // Safety: the arena that owns this value owns the memory and outlives it.
  private let base: UnsafeMutableRawPointer?
  private let chunkLimit: Int
  private var chunks = 0
  private var orders: [UInt8] = []
  private var free = [UInt32](repeating: none, count: orderCount)
  private var recent = [UInt32](repeating: none, count: orderCount)
  private var recentCount = [Int](repeating: 0, count: orderCount)
  private(set) var unlockedChunks = 0
  private(set) var bytesInUse = 0

  var openedBytes: Int { chunks * SecretArena.chunkSize }

  init(base: UnsafeMutableRawPointer?, capacity: Int) {
    unsafe self.base = base
    self.chunkLimit = capacity / SecretArena.chunkSize
  }

  /// The smallest order whose blocks hold `byteCount` bytes.
  static func order(byteCount: Int) -> Int {
    byteCount <= unitSize ? 0 : Int.bitWidth - 5 - (byteCount - 1).leadingZeroBitCount
  }

  /// Takes a block out; nil when nothing is left.
  mutating func take(order: Int) -> UInt32? {
    guard let unit = takeRecent(order: order) ?? split(order: order) else { return nil }
    bytesInUse += Self.unitSize << order
    return unit
  }

  /// Takes a block back whose bytes are zero.
  mutating func give(_ unit: UInt32, order: Int) {
    bytesInUse -= Self.unitSize << order
    guard order <= Self.largestRecentOrder, recentCount[order] < Self.recentLimit else {
      merge(unit, order: order)
      return
    }
    setLinks(unit, next: recent[order], previous: Self.none)
    recent[order] = unit
    recentCount[order] += 1
  }

  private mutating func takeRecent(order: Int) -> UInt32? {
    let unit = recent[order]
    guard unit != Self.none else { return nil }
    recent[order] = links(unit).next
    recentCount[order] -= 1
    clearLinks(unit)
    return unit
  }

  private mutating func split(order: Int) -> UInt32? {
    guard var found = smallestFree(from: order) else {
      // What lies in the stacks may merge into enough; only then is more memory opened.
      guard mergeRecent() || openChunk() else { return nil }
      return split(order: order)
    }
    let unit = free[found]
    unlink(unit, order: found)
    while found > order {
      found -= 1
      link(unit + UInt32(1 << found), order: found)
    }
    return unit
  }

  private func smallestFree(from order: Int) -> Int? {
    (order..<Self.orderCount).first { free[$0] != Self.none }
  }

  private mutating func merge(_ unit: UInt32, order: Int) {
    var unit = unit
    var order = order
    while order + 1 < Self.orderCount {
      let buddy = unit ^ UInt32(1 << order)
      guard orders[Int(buddy)] == UInt8(order + 1) else { break }
      unlink(buddy, order: order)
      unit = min(unit, buddy)
      order += 1
    }
    link(unit, order: order)
  }

  private mutating func mergeRecent() -> Bool {
    var merged = false
    for order in 0..<Self.orderCount {
      while let unit = takeRecent(order: order) {
        merge(unit, order: order)
        merged = true
      }
    }
    return merged
  }

  private mutating func openChunk() -> Bool {
    guard chunks < chunkLimit, let base = unsafe base else { return false }
    var locked: Int32 = 0
    let start = unsafe base + openedBytes
    guard unsafe envgate_commit_secret(start, SecretArena.chunkSize, &locked) == 0 else {
      return false
    }
    if locked == 0 { unlockedChunks += 1 }
    orders.append(contentsOf: repeatElement(0, count: Self.unitsInChunk))
    link(UInt32(chunks * Self.unitsInChunk), order: Self.orderCount - 1)
    chunks += 1
    return true
  }

  private mutating func link(_ unit: UInt32, order: Int) {
    let head = free[order]
    setLinks(unit, next: head, previous: Self.none)
    if head != Self.none {
      setLinks(head, next: links(head).next, previous: unit)
    }
    free[order] = unit
    orders[Int(unit)] = UInt8(order + 1)
  }

  private mutating func unlink(_ unit: UInt32, order: Int) {
    let (next, previous) = links(unit)
    if previous == Self.none {
      free[order] = next
    } else {
      setLinks(previous, next: next, previous: links(previous).previous)
    }
    if next != Self.none {
      setLinks(next, next: links(next).next, previous: previous)
    }
    orders[Int(unit)] = 0
    clearLinks(unit)
  }

  // Safety: `unit` names a block inside an opened chunk that no owner holds; its first eight bytes
  // carry the links.
  private func address(_ unit: UInt32) -> UnsafeMutableRawPointer? {
    unsafe base.map { unsafe $0 + Int(unit) * Self.unitSize }
  }

  private func links(_ unit: UInt32) -> (next: UInt32, previous: UInt32) {
    guard let start = unsafe address(unit) else { return (Self.none, Self.none) }
    return unsafe (
      start.load(as: UInt32.self), start.load(fromByteOffset: 4, as: UInt32.self)
    )
  }

  private func setLinks(_ unit: UInt32, next: UInt32, previous: UInt32) {
    guard let start = unsafe address(unit) else { return }
    unsafe start.storeBytes(of: next, as: UInt32.self)
    unsafe start.storeBytes(of: previous, toByteOffset: 4, as: UInt32.self)
  }

  private func clearLinks(_ unit: UInt32) {
    setLinks(unit, next: 0, previous: 0)
  }
}
