import Glibc
import NIOCore

/// Cuts the bytes of a connection into lines.
///
/// Invariants:
/// - a line that is longer than the limit is noticed before any of it is parsed, and at most one
///   incomplete line and one read are held;
/// - bytes live in storage of its own alone: what NIO read is copied out and overwritten at once, since
///   its pool keeps buffers for the next read; consumed, moved and freed bytes are overwritten too.
///
/// Safe to use: the storage is owned from the first append to deinit and lent for calls only.
@safe
final class LineFramer {
  enum Cut {
    /// A line without its newline, of this many bytes.
    case line(length: Int)
    /// No whole line yet.
    case incomplete
    /// The line is longer than the limit.
    case tooLong
  }

  /// Storage above this is given back when nothing waits, so that idle connections stay small.
  static let kept = 4_096

  private let limit: Int
  private var capacity = 0
  private var storage = unsafe UnsafeMutableRawBufferPointer(start: nil, count: 0)
  private var start = 0
  private var end = 0
  /// How far the waiting bytes are known to hold no newline, so that one byte a read stays linear.
  private var scanned = 0

  init(limit: Int) { self.limit = limit }

  deinit { release() }

  /// The bytes of memory that are held, beyond what every connection may have.
  var held: Int { capacity > Self.kept ? capacity : 0 }

  /// The bytes that wait to be cut or completed.
  var waiting: Int { end - start }

  /// Takes the bytes over and overwrites where they were.
  func append(_ buffer: ByteBuffer) {
    let count = buffer.readableBytes
    reserve(count)
    // Safety: room was reserved; the bytes are lent for this call.
    unsafe buffer.withUnsafeReadableBytes { bytes in
      unsafe UnsafeMutableRawBufferPointer(rebasing: storage[end...]).copyMemory(from: bytes)
    }
    end += count
    buffer.wipe()
  }

  /// Finds the next line.
  func cut() -> Cut {
    guard waiting > scanned, let base = unsafe storage.baseAddress,
      // Safety: within the waiting bytes.
      let hit = unsafe memchr(base + start + scanned, 0x0A, waiting - scanned)
    else {
      scanned = waiting
      return waiting > limit ? .tooLong : .incomplete
    }
    let length = unsafe UnsafeRawPointer(hit) - UnsafeRawPointer(base) - start
    return length >= limit ? .tooLong : .line(length: length)
  }

  /// Lends the line that ``cut()`` found, then overwrites it and moves past its newline.
  func consume<Result>(
    length: Int, _ body: (UnsafeRawBufferPointer) throws -> Result
  ) rethrows -> Result {
    defer {
      wipe(start..<start + length)
      start += length + 1
      scanned = 0
      if waiting == 0 { empty() }
    }
    // Safety: the line lies within the waiting bytes, which cut() has seen.
    return try unsafe body(UnsafeRawBufferPointer(rebasing: storage[start..<start + length]))
  }

  /// Overwrites everything that is held.
  func discard() {
    wipe(start..<end)
    end = start
    scanned = 0
    empty()
  }

  private func empty() {
    start = 0
    end = 0
    if capacity > Self.kept { release() }
  }

  private func reserve(_ more: Int) {
    guard capacity - end < more else { return }
    let needed = waiting + more
    if needed <= capacity {
      // Safety: both ranges lie within the storage; memmove allows their overlap.
      if let base = unsafe storage.baseAddress { unsafe memmove(base, base + start, waiting) }
      let old = start..<end
      end = waiting
      start = 0
      wipe(max(end, old.lowerBound)..<old.upperBound)
      return
    }
    let larger = UnsafeMutableRawBufferPointer.allocate(
      byteCount: max(needed, 2 * capacity, 1_024), alignment: 16)
    // Safety: the larger storage has room for what waits.
    unsafe larger.copyMemory(from: UnsafeRawBufferPointer(rebasing: storage[start..<end]))
    let count = waiting
    release()
    unsafe storage = larger
    capacity = larger.count
    start = 0
    end = count
  }

  private func release() {
    wipe(0..<capacity)
    // Safety: owned by this object; nobody else has the address.
    unsafe storage.deallocate()
    unsafe storage = UnsafeMutableRawBufferPointer(start: nil, count: 0)
    capacity = 0
  }

  private func wipe(_ range: Range<Int>) {
    // Safety: the range lies within the storage.
    if let base = unsafe storage.baseAddress, !range.isEmpty {
      unsafe explicit_bzero(base + range.lowerBound, range.count)
    }
  }
}

extension ByteBuffer {
  /// Overwrites the readable bytes in the storage itself: through the mutating pointer a buffer that is
  /// shared would overwrite a copy.
  func wipe() {
    unsafe withUnsafeReadableBytes { bytes in
      // Safety: heap memory of the buffer; whoever calls this is the last reader of these bytes.
      if let start = bytes.baseAddress {
        unsafe explicit_bzero(UnsafeMutableRawPointer(mutating: start), bytes.count)
      }
    }
  }
}
