internal import SecretMemory

/// The derived keys of records that were opened lately, in secret memory and limited in number.
///
/// Invariant: an entry exists only for a record that opened, so its commitment was compared with
/// the derived one; it is found again only by the same salt, generation, environment *and*
/// commitment.
struct RecordKeyCache: ~Copyable, Sendable {
  struct Identity: Hashable {
    let salt: Digest32
    let commitment: Digest32
    let environment: Int64
    let generation: UInt32

    // A salt is random; the rest would cost time and part nothing more.
    func hash(into hasher: inout Hasher) {
      hasher.combine(salt)
    }
  }

  private struct Place {
    var identity: Identity
    var usedSinceSweep: Bool
  }

  private let limit: Int
  private var table: SecretKeyTable
  private var places: [Place?] = []
  private var indexes: [Identity: Int] = [:]
  private var vacant: [Int] = []
  private var hand = 0

  init(limit: Int) throws {
    self.limit = limit
    table = try SecretKeyTable(count: limit)
    places.reserveCapacity(limit)
    indexes.reserveCapacity(limit)
  }

  var count: Int { indexes.count }

  /// The place of a record's key, valid until the next change.
  mutating func index(of identity: Identity) -> Int? {
    guard let index = indexes[identity] else { return nil }
    places[index]?.usedSinceSweep = true
    return index
  }

  borrowing func withKey<R>(
    at index: Int, _ body: (UnsafeRawBufferPointer) throws -> R
  ) rethrows -> R {
    try unsafe table.withUnsafeBytes(at: index, body)
  }

  mutating func insert(_ key: borrowing SecretKey, for identity: Identity) {
    guard limit > 0, indexes[identity] == nil else { return }
    let index = freePlace()
    table.store(key, at: index)
    places[index] = Place(identity: identity, usedSinceSweep: false)
    indexes[identity] = index
  }

  mutating func removeAll(where drop: (Identity) -> Bool) {
    for index in places.indices {
      guard let place = places[index], drop(place.identity) else { continue }
      vacate(index)
      vacant.append(index)
    }
  }

  /// A place without a key: one never used, one given up, or that of a key not used for a while.
  private mutating func freePlace() -> Int {
    if let index = vacant.popLast() { return index }
    if places.count < limit {
      places.append(nil)
      return places.count - 1
    }
    while places[hand]?.usedSinceSweep == true {
      places[hand]?.usedSinceSweep = false
      hand = (hand + 1) % limit
    }
    let index = hand
    hand = (hand + 1) % limit
    vacate(index)
    return index
  }

  private mutating func vacate(_ index: Int) {
    guard let place = places[index] else { return }
    indexes[place.identity] = nil
    places[index] = nil
    table.wipe(at: index)
  }
}
