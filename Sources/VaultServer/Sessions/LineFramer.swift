import Glibc
import NIOCore

/// Cuts the bytes of a connection into lines.
///
/// Invariant: a line that is longer than the limit is noticed before any of it is parsed, and at most one
/// incomplete line and one read are held. What was consumed is overwritten at once, since it may hold a
/// value: through the non-mutating pointer, so that the storage itself is overwritten and not a copy.
struct LineFramer {
  enum Cut {
    /// A line without its newline: this many bytes from the framer's start, and where the next begins.
    case line(length: Int)
    /// No whole line yet.
    case incomplete
    /// The line is longer than the limit.
    case tooLong
  }

  private var pending: ByteBuffer?
  private let limit: Int
  /// How far the pending bytes are known to hold no newline, so that one byte a read stays linear.
  private var scanned = 0

  init(limit: Int) { self.limit = limit }

  /// The bytes that wait to be cut or completed.
  var waiting: Int { pending?.readableBytes ?? 0 }

  /// Takes what was read; the buffer must not be used afterwards.
  mutating func append(_ buffer: consuming ByteBuffer) {
    guard var known = pending.take() else {
      pending = buffer
      return
    }
    known.discardReadBytes()
    known.writeImmutableBuffer(buffer)
    buffer.wipe()
    pending = known
  }

  /// Finds the next line.
  mutating func cut() -> Cut {
    guard let pending else { return .incomplete }
    let from = scanned
    let found: Int? = unsafe pending.withUnsafeReadableBytes { bytes in
      // Safety: within the readable bytes, for the time of this call.
      guard bytes.count > from, let start = bytes.baseAddress,
        let hit = unsafe memchr(start + from, 0x0A, bytes.count - from)
      else { return nil }
      return unsafe UnsafeRawPointer(hit) - start
    }
    guard let found else {
      scanned = pending.readableBytes
      return scanned > limit ? .tooLong : .incomplete
    }
    return found >= limit ? .tooLong : .line(length: found)
  }

  /// Lends the line that ``cut()`` found, then overwrites it and moves past its newline.
  mutating func consume<Result>(
    length: Int, _ body: (UnsafeRawBufferPointer) throws -> Result
  ) rethrows -> Result {
    scanned = 0
    defer {
      self.pending?.wipe(length: length)
      self.pending?.moveReaderIndex(forwardBy: length + 1)
      if self.pending?.readableBytes == 0 { self.pending = nil }
    }
    guard let pending else { return try unsafe body(UnsafeRawBufferPointer(start: nil, count: 0)) }
    return try unsafe pending.withUnsafeReadableBytes { bytes in
      // Safety: the line is within the readable bytes, which cut() has seen.
      try unsafe body(UnsafeRawBufferPointer(rebasing: bytes[0..<length]))
    }
  }

  /// Overwrites everything that is held.
  mutating func discard() {
    pending?.wipe()
    pending = nil
    scanned = 0
  }
}

extension ByteBuffer {
  /// Overwrites the readable bytes in the storage itself.
  func wipe(length: Int? = nil) {
    unsafe withUnsafeReadableBytes { bytes in
      // Safety: the storage is heap memory of the buffer; whoever calls this is its last reader, and no
      // other buffer reads the same bytes.
      if let start = bytes.baseAddress {
        unsafe explicit_bzero(
          UnsafeMutableRawPointer(mutating: start), min(length ?? bytes.count, bytes.count))
      }
    }
  }
}
