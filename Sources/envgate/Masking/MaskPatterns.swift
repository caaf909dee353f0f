import Glibc
import SecretMemory

/// Everything that a filter hides: each piece of each value (``MaskPieces``), no two alike, sorted by their
/// bytes; as it is, and in base64 behind zero, one and two other bytes.
///
/// Pieces are secrets: they lie in memory that is wiped when this value goes. They are there once, whatever
/// they may be spelled like: memory and start grow with the values, not with the kinds of escapes.
@safe
struct MaskPatterns: ~Copyable, @unchecked Sendable {
  private struct Piece {
    let start: Int
    let count: Int
  }

  private var pieces: [Piece]
  private let bytes: WipedStorage<UInt8>

  /// The common words that are a value or a part of one, and stay readable.
  let words: [String]

  init(_ values: MaskValues) throws {
    var taken = MaskPieces(except: values.except)
    var pieces: [Piece] = []
    var bytes = WipedStorage<UInt8>(repeating: 0, count: 4_096)
    var used = 0
    for value in values.all {
      try unsafe taken.forEach(of: value) { piece in
        bytes.grow(to: used + piece.count, filling: 0)
        // Safety: the room lies within the storage, and behind what was used.
        unsafe UnsafeMutableRawBufferPointer(start: bytes.base + used, count: piece.count)
          .copyMemory(from: piece)
        pieces.append(Piece(start: used, count: piece.count))
        used += piece.count
      }
    }
    self.bytes = bytes
    self.pieces = pieces
    words = taken.words.sorted()
    sort()
  }

  /// How many pieces there are.
  var pieceCount: Int { pieces.count }
  /// How much memory they take, in bytes.
  var size: Int { bytes.count + pieces.count * MemoryLayout<Piece>.stride }

  /// How many patterns there may be: each piece in each code.
  var count: Int { pieces.count * MaskPattern.Code.allCases.count }

  /// A pattern, as long as this value lives.
  @inline(__always)
  subscript(index: Int) -> MaskPattern {
    let codes = MaskPattern.Code.allCases.count
    let piece = pieces[index / codes]
    // Safety: a piece lies within what was used.
    return unsafe MaskPattern(
      UnsafePointer(bytes.base + piece.start), bytes: piece.count,
      MaskPattern.Code(rawValue: UInt8(truncatingIfNeeded: index % codes)) ?? .plain)
  }

  /// Lends a piece.
  func withPiece<R>(_ index: Int, _ body: (UnsafeRawBufferPointer) throws -> R) rethrows -> R {
    let piece = pieces[index]
    // Safety: lent for the closure.
    return try unsafe body(
      UnsafeRawBufferPointer(start: bytes.base + piece.start, count: piece.count))
  }

  /// How many characters of a pattern its neighbours of the same code begin with as well.
  func shared(_ index: Int) -> Int {
    let codes = MaskPattern.Code.allCases.count
    let (own, isBase64) = (index / codes, index % codes > 0)
    let bytes = max(sharedBytes(own, own - 1), sharedBytes(own, own + 1))
    return isBase64 ? bytes * 8 / 6 : bytes
  }

  private func sharedBytes(_ index: Int, _ other: Int) -> Int {
    guard pieces.indices.contains(other) else { return 0 }
    return unsafe withPiece(index) { left in
      unsafe withPiece(other) { right in
        let most = min(left.count, right.count, 2 * MaskAnchor.depth)
        return (0..<most).first { unsafe left[$0] != right[$0] } ?? most
      }
    }
  }

  private mutating func sort() {
    let sorted = pieces.sorted { order($0, $1) < 0 }
    var unique: [Piece] = []
    for piece in sorted where unique.last.map({ order($0, piece) != 0 }) ?? true {
      unique.append(piece)
    }
    pieces = unique
  }

  private func order(_ left: Piece, _ right: Piece) -> Int {
    // Safety: both lie within what was used.
    let order = unsafe memcmp(
      bytes.base + left.start, bytes.base + right.start, min(left.count, right.count))
    return order == 0 ? left.count - right.count : Int(order)
  }
}
