/// Finds a key that an object has twice, whatever the spelling (RFC 7493, 2.3).
///
/// Few keys are compared with each other; many go through a hash table, so that 20,000 of them take a
/// few milliseconds. The hash is the standard library's SipHash under a key of this process: nobody
/// outside can choose keys that collide.
struct DuplicateKeys {
  private static let fewest = 16

  /// Node indices; `Node.none` marks a free place.
  private var table: [UInt32] = []

  /// Different for most keys that differ, where neither has an escape.
  static func fingerprint(_ quoted: JSONText) -> UInt32 {
    let count = quoted.count
    return UInt32(truncatingIfNeeded: count) << 16 | UInt32(quoted[1]) << 8
      | UInt32(quoted[max(1, count - 2)])
  }

  /// The offset of the first key that was there before.
  mutating func repeated(
    in object: Int, of nodes: [Node], _ text: JSONText
  ) throws(JSONFault) -> Int? {
    let end = nodes.count
    var count = 0
    var key = object + 1
    while key < end {
      // Among few keys each is compared with those before it.
      if count < Self.fewest {
        var earlier = object + 1
        while earlier < key {
          if try Self.same(nodes[earlier], nodes[key], text) { return Int(nodes[key].start) }
          earlier = Int(nodes[earlier + 1].next)
        }
      }
      count += 1
      key = Int(nodes[key + 1].next)
    }
    return count > Self.fewest ? try hashed(object, count, nodes, text) : nil
  }

  private mutating func hashed(
    _ object: Int, _ count: Int, _ nodes: [Node], _ text: JSONText
  ) throws(JSONFault) -> Int? {
    let mask = 1 << (Int.bitWidth - count.leadingZeroBitCount + 1) - 1
    table.removeAll(keepingCapacity: true)
    table.append(contentsOf: repeatElement(Node.none, count: mask + 1))
    var key = object + 1
    while key < nodes.count {
      var place = try Self.hash(nodes[key].content(in: text)) & mask
      while table[place] != Node.none {
        if try Self.same(nodes[Int(table[place])], nodes[key], text) {
          return Int(nodes[key].start)
        }
        place = (place + 1) & mask
      }
      table[place] = UInt32(key)
      key = Int(nodes[key + 1].next)
    }
    return nil
  }

  private static func hash(_ key: EscapedText) throws(JSONFault) -> Int {
    var hasher = Hasher()
    var bytes = DecodedBytes(key)
    while let byte = try bytes.next() { hasher.combine(byte) }
    return hasher.finalize()
  }

  private static func same(
    _ left: Node, _ right: Node, _ text: JSONText
  ) throws(JSONFault) -> Bool {
    let mayBe = left.next == right.next || left.isEscaped || right.isEscaped
    return mayBe ? try left.content(in: text).means(right.content(in: text)) : false
  }
}
