import CLinux

/// A stream with every occurrence of a pattern replaced by `***`, however it was cut when it came.
///
/// - Occurrences that overlap or touch become one `***`.
/// - Bytes that can be the beginning of an occurrence are held back until it is whole or broken off, or the
///   stream ends. A program that asks a question and waits may end it with such bytes, so up to
///   ``MaskAutomaton/mostShown`` of them, at most three, are let out when nothing comes after them
///   (``release(_:)``); the rest of the occurrence is still hidden. A value that is written character by
///   character with pauses shows these and nothing else. What is longer stays here for as long as it
///   takes: to let it out would be to let the value out.
/// - What has gone out is wiped here at once.
///
/// Memory: `chunk` bytes and what is held back, which is never longer than the longest spelling that is read
/// (``MaskReader/mostBytes(_:)``); a reader that does not take what goes out stops the
/// writer, as without a filter.
@safe
struct MaskFilter: ~Copyable {
  /// How much is read at a time.
  static let chunk = 1 << 18

  /// What the search may read behind the text.
  private static let margin = 8

  private static let literal: StaticString = "***"
  private static var stars: UnsafeRawBufferPointer {
    unsafe UnsafeRawBufferPointer(start: literal.utf8Start, count: literal.utf8CodeUnitCount)
  }

  private let automaton: MaskAutomaton
  private var storage: WipedStorage<UInt8>
  private let chunk: Int
  /// How many bytes there are. The first is the first of a beginning that is held back.
  private var filled = 0
  /// How many of them are out.
  private var shown = 0
  /// Up to where they are hidden, by stars that are out; -1: what went out last is no star.
  private var hidden = -1

  init(_ automaton: MaskAutomaton, chunk: Int = MaskFilter.chunk) {
    self.automaton = automaton
    self.chunk = chunk
    storage = WipedStorage(repeating: 0, count: chunk + Self.margin)
  }

  /// Whether something is held back that ``release(_:)`` lets out.
  var isWaiting: Bool { filled > max(shown, hidden) && filled <= automaton.mostShown }

  /// Takes in more of the stream, and lends what may go out; that is wiped afterwards.
  /// - Parameters:
  ///   - read: gets room, writes to it, and says how many bytes of it count.
  ///   - write: gets what may go out, if anything.
  /// - Returns: what `read` returned.
  mutating func pass(
    read: (UnsafeMutableRawBufferPointer) -> Int, write: (UnsafeRawBufferPointer) -> Void
  ) -> Int {
    // At least half of a chunk.
    if storage.count - Self.margin - filled < (chunk + 1) / 2 {
      storage.grow(to: filled + chunk + Self.margin, filling: 0)
    }
    // Safety: the room behind what is filled, lent for the call.
    let count = unsafe read(
      UnsafeMutableRawBufferPointer(
        start: storage.base + filled, count: storage.count - Self.margin - filled))
    guard count > 0 else { return count }
    filled += count
    unsafe letOut(isEnd: false, write)
    return count
  }

  /// Lends what was held back; nothing comes any more.
  mutating func finish(_ write: (UnsafeRawBufferPointer) -> Void) {
    unsafe letOut(isEnd: true, write)
  }

  /// Lends what is held back if it is short; the rest of what it may begin stays hidden.
  mutating func release(_ write: (UnsafeRawBufferPointer) -> Void) {
    guard isWaiting else { return }
    let start = max(shown, hidden)
    // Safety: within what is filled, lent for the call.
    unsafe write(UnsafeRawBufferPointer(start: storage.base + start, count: filled - start))
    shown = filled
    hidden = -1
  }

  private mutating func letOut(isEnd: Bool, _ write: (UnsafeRawBufferPointer) -> Void) {
    var (spans, rest) = unsafe automaton.search(storage.base, count: filled, isEnd: isEnd)
    let (output, endsInStars) = hide(&spans, before: rest)
    if !output.isEmpty {
      // Safety: within what is filled, lent for the call.
      unsafe write(
        UnsafeRawBufferPointer(start: storage.base + output.lowerBound, count: output.count))
    }
    // Safety: the bytes of a literal live as long as the process.
    if endsInStars { unsafe write(Self.stars) }
    drop(rest)
  }

  /// Puts stars where something is hidden, and says where what may go out stands.
  ///
  /// The last stars are left out where they would come upon what is held back: an occurrence that begins
  /// before it and ends in it. Then they go out behind the rest.
  private mutating func hide(
    _ spans: inout [MaskAutomaton.Span], before rest: Int
  ) -> (output: Range<Int>, endsInStars: Bool) {
    var read = max(shown, hidden)
    if spans.isEmpty { return (min(read, rest)..<rest, false) }
    spans.sort { ($0.start, $0.end) < ($1.start, $1.end) }
    // Never beyond `read`: an occurrence is longer than its stars.
    var written = 0
    var endsInStars = false
    for span in spans where span.start < rest {
      if span.start > hidden {
        copy(read..<max(read, span.start), to: &written)
        endsInStars = written + Self.literal.utf8CodeUnitCount > rest
        if !endsInStars { star(&written) }
      }
      hidden = max(hidden, span.end)
      read = max(read, hidden)
    }
    copy(read..<max(read, rest), to: &written)
    return (0..<written, endsInStars)
  }

  private func copy(_ range: Range<Int>, to written: inout Int) {
    // Safety: both lie within the storage; memmove allows them to overlap.
    unsafe UnsafeMutableRawPointer(storage.base + written)
      .copyMemory(from: storage.base + range.lowerBound, byteCount: range.count)
    written += range.count
  }

  private func star(_ written: inout Int) {
    // Safety: the occurrence that they stand for is longer, and has been read.
    unsafe UnsafeMutableRawPointer(storage.base + written)
      .copyMemory(from: Self.literal.utf8Start, byteCount: Self.literal.utf8CodeUnitCount)
    written += Self.literal.utf8CodeUnitCount
  }

  private mutating func drop(_ count: Int) {
    let left = filled - count
    // Safety: both lie within what is filled; memmove allows them to overlap.
    unsafe UnsafeMutableRawPointer(storage.base)
      .copyMemory(from: storage.base + count, byteCount: left)
    unsafe envgate_wipe(storage.base + left, count)
    filled = left
    shown = max(0, shown - count)
    hidden = max(-1, hidden - count)
  }

  /// Whether these bytes stand in what is kept here. For tests.
  func contains(_ bytes: [UInt8]) -> Bool {
    guard !bytes.isEmpty, storage.count >= bytes.count else { return false }
    return (0...storage.count - bytes.count).contains { start in
      bytes.indices.allSatisfy { storage[start + $0] == bytes[$0] }
    }
  }
}
