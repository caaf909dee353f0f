import Glibc
import SecretMemory

/// Everything that a filter hides: each piece of each value (``MaskPieces``), in each form
/// (``MaskForms``), no two alike, sorted by their bytes.
///
/// Patterns are secrets: they lie in memory that is wiped when this value goes.
@safe
struct MaskPatterns: ~Copyable, @unchecked Sendable {
  /// One pattern.
  struct Entry {
    let start: Int
    let count: Int
    /// Whether it is base64, which programs break into lines.
    var isBase64: Bool
  }

  private(set) var entries: [Entry] = []
  private var bytes = WipedStorage<UInt8>(repeating: 0, count: 4_096)
  private var used = 0

  /// - Parameter encoded: whether the encodings of the pieces belong to it, not the pieces alone.
  init(_ values: [SecretBuffer], encoded: Bool = true) throws {
    for value in values {
      try unsafe MaskPieces.forEach(of: value) { unsafe add($0, encoded: encoded) }
    }
    sort()
  }

  /// The place of a pattern's first byte, as long as this value lives.
  func base(of entry: Entry) -> UnsafePointer<UInt8> {
    // Safety: an entry lies within what was used.
    unsafe UnsafePointer(bytes.base + entry.start)
  }

  /// Lends a pattern.
  func withBytes<R>(_ entry: Entry, _ body: (UnsafeRawBufferPointer) throws -> R) rethrows -> R {
    // Safety: lent for the closure.
    try unsafe body(UnsafeRawBufferPointer(start: base(of: entry), count: entry.count))
  }

  private mutating func add(_ piece: UnsafeRawBufferPointer, encoded: Bool) {
    let earlier = entries.count
    unsafe add(piece, since: earlier, isBase64: false) { target in
      unsafe target.copyMemory(from: piece)
      return piece.count
    }
    if !encoded { return }
    for style in MaskForms.jsonStyles {
      // By itself, in JSON of the same writer, and in that of another, which most are.
      for outer in [nil, style, MaskForms.JSONStyle()] {
        unsafe add(piece, since: earlier, isBase64: false) {
          unsafe MaskForms.json(piece, style, within: outer, into: $0)
        }
      }
    }
    for style in MaskForms.urlStyles {
      unsafe add(piece, since: earlier, isBase64: false) {
        unsafe MaskForms.url(piece, style, into: $0)
      }
    }
    for before in 0..<3 {
      for forURLs in [false, true] {
        unsafe add(piece, since: earlier, isBase64: true) {
          unsafe MaskForms.base64(piece, before: before, forURLs: forURLs, into: $0)
        }
      }
    }
  }

  /// Writes a form behind the others, and keeps it unless it is too short or one of this piece's already.
  private mutating func add(
    _ piece: UnsafeRawBufferPointer, since earlier: Int, isBase64: Bool,
    _ write: (UnsafeMutableRawBufferPointer) -> Int
  ) {
    let most = MaskForms.mostBytes(piece.count)
    bytes.grow(to: used + most, filling: 0)
    // Safety: the room lies within the storage, which nobody else uses during the call.
    let room = unsafe UnsafeMutableRawBufferPointer(start: bytes.base + used, count: most)
    let made = Entry(start: used, count: unsafe write(room), isBase64: isBase64)
    guard made.count >= MaskPieces.least else { return }
    for index in earlier..<entries.count where order(entries[index], made) == 0 { return }
    entries.append(made)
    used += made.count
  }

  private mutating func sort() {
    let sorted = entries.sorted { order($0, $1) < 0 }
    entries.removeAll(keepingCapacity: true)
    for entry in sorted {
      if let last = entries.last, order(last, entry) == 0 {
        entries[entries.count - 1].isBase64 = last.isBase64 || entry.isBase64
      } else {
        entries.append(entry)
      }
    }
  }

  private func order(_ left: Entry, _ right: Entry) -> Int {
    // Safety: both lie within what was used, or in the room behind it.
    let order = unsafe memcmp(base(of: left), base(of: right), min(left.count, right.count))
    return order == 0 ? left.count - right.count : Int(order)
  }
}
