import CLinux

/// Bytes that came from the socket, up to a limit; wiped where they were as soon as they are used.
///
/// A reply may hold a value, so the storage is our own: nothing that grows by itself leaves a copy.
@safe
struct LineBuffer: ~Copyable {
  private var storage: UnsafeMutableRawBufferPointer
  private var filled = 0
  private var scanned = 0
  let limit: Int

  /// - Parameter limit: the longest line, in bytes, its newline included.
  init(limit: Int) {
    self.limit = limit
    // Safety: owned by this value, freed in deinit.
    unsafe storage = .allocate(byteCount: min(limit, 8_192), alignment: 16)
  }

  deinit {
    // Safety: nobody else holds the storage; every lent pointer ended with its closure.
    unsafe envgate_wipe(storage.baseAddress, storage.count)
    unsafe storage.deallocate()
  }

  /// The length of the first whole line without its newline; nil while there is none.
  mutating func lineLength() -> Int? {
    while scanned < filled {
      if unsafe storage[scanned] == 0x0A { return scanned }
      scanned += 1
    }
    return nil
  }

  /// Lends free room for more bytes and takes over as many as were written.
  ///
  /// - Throws: ``ClientFault/replyTooLong(limit:)`` when the limit is full.
  mutating func fill(
    _ body: (UnsafeMutableRawBufferPointer) throws(ClientFault) -> Int
  ) throws(ClientFault) {
    if unsafe filled == storage.count { try grow() }
    // Safety: lent for the closure; the part beyond `filled` holds nothing yet.
    filled += try unsafe body(UnsafeMutableRawBufferPointer(rebasing: storage[filled...]))
  }

  /// Lends a line, then wipes it and moves what follows to the front.
  mutating func consume<R>(
    _ length: Int, _ body: (UnsafeRawBufferPointer) throws -> R
  ) rethrows -> R {
    defer { remove(length + 1) }
    // Safety: lent for the closure; nothing writes to the storage meanwhile.
    return try unsafe body(UnsafeRawBufferPointer(rebasing: storage[..<length]))
  }

  private mutating func remove(_ count: Int) {
    guard let base = unsafe storage.baseAddress else { return }
    let rest = filled - count
    // Safety: both ranges lie within the storage; memmove allows them to overlap.
    unsafe base.copyMemory(from: base + count, byteCount: rest)
    unsafe envgate_wipe(base + rest, count)
    filled = rest
    scanned = 0
  }

  private mutating func grow() throws(ClientFault) {
    guard unsafe storage.count < limit else { throw .replyTooLong(limit: limit) }
    // Safety: the old storage is copied, wiped and freed here, and no pointer into it is left.
    let larger = unsafe UnsafeMutableRawBufferPointer.allocate(
      byteCount: min(limit, storage.count * 2), alignment: 16)
    unsafe larger.copyMemory(from: UnsafeRawBufferPointer(rebasing: storage[..<filled]))
    unsafe envgate_wipe(storage.baseAddress, storage.count)
    unsafe storage.deallocate()
    unsafe storage = larger
  }
}
