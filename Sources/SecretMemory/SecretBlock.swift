/// One piece of an arena and its only owner; wiped and given back at the end of its life.
@safe
@usableFromInline
struct SecretBlock: ~Copyable, @unchecked Sendable {
  // Safety: this value alone owns the bytes, from init to deinit; `arena` keeps them mapped.
  @usableFromInline let bytes: UnsafeMutableRawBufferPointer
  private let arena: SecretArena

  init(byteCount: Int, in arena: SecretArena) throws(SecretMemoryError) {
    let start = try unsafe arena.allocate(byteCount: byteCount)
    unsafe self.bytes = UnsafeMutableRawBufferPointer(start: start, count: byteCount)
    self.arena = arena
  }

  deinit {
    if let start = unsafe bytes.baseAddress {
      unsafe arena.deallocate(start, byteCount: bytes.count)
    }
  }
}
