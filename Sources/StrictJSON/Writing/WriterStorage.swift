internal import SecretMemory

/// Memory that text is written to; wiped when it is given back.
@safe
final class WriterStorage {
  // Safety: owned by this object from init to deinit; only the writer that holds the one reference to
  // it writes there.
  let start: UnsafeMutableRawPointer
  let capacity: Int

  init(capacity: Int) {
    unsafe start = .allocate(byteCount: capacity, alignment: 8)
    self.capacity = capacity
    // What was never written is read only by `contains`, but then it has to be something.
    unsafe start.initializeMemory(as: UInt8.self, repeating: 0, count: capacity)
  }

  deinit {
    wipe(capacity)
    unsafe start.deallocate()
  }

  func wipe(_ count: Int) {
    unsafe SecretMemory.wipe(UnsafeMutableRawBufferPointer(start: start, count: count))
  }
}
