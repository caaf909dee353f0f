/// How wide the pieces of text are that a class of patterns is found by, and how far apart.
///
/// A text is looked at in every `stride`-th place alone. Of a pattern, the grams of `stride` places one
/// behind the other are known, so wherever it stands, exactly one of them stands in such a place.
protocol GramShape {
  static var width: Int { get }
  static var stride: Int { get }
  /// Reads a gram. Up to eight bytes must be readable.
  static func load(_ place: UnsafePointer<UInt8>) -> UInt64
}

extension GramShape {
  /// Bytes of a pattern that its grams take.
  static var reach: Int { width + stride - 1 }
}

/// For patterns with seven letters or digits one after the other.
enum MiddleGram: GramShape {
  static let width = 4
  static let stride = 4

  @inline(__always)
  static func load(_ place: UnsafePointer<UInt8>) -> UInt64 {
    // Safety: the caller's duty.
    unsafe UInt64(UnsafeRawPointer(place).loadUnaligned(as: UInt32.self))
  }
}

/// For those with four.
enum ShortGram: GramShape {
  static let width = 3
  static let stride = 2

  @inline(__always)
  static func load(_ place: UnsafePointer<UInt8>) -> UInt64 {
    // Safety: the caller's duty.
    unsafe UInt64(UnsafeRawPointer(place).loadUnaligned(as: UInt32.self) & 0xFF_FFFF)
  }
}

/// Where in which patterns the grams of one shape stand.
///
/// A bitmap of hashes, small enough for the processor's nearer caches, answers "nowhere" for
/// nearly every gram of an ordinary text; a hash table of the grams answers the rest.
@safe
struct GramTable<Shape: GramShape>: ~Copyable {
  /// A gram of a pattern.
  struct Occurrence: BitwiseCopyable {
    var gram: UInt64 = 0
    var pattern: UInt32 = 0
    var offset: UInt32 = 0
    /// One more than the index of the next one with the same hash; 0: none.
    var next: UInt32 = 0
  }

  private var bitmap = WipedStorage<UInt64>(repeating: 0, count: 1)
  private var heads = WipedStorage<UInt32>(repeating: 0, count: 1)
  private var occurrences: WipedStorage<Occurrence>
  private var count = 0
  private let bitmapShift: UInt64
  private let headShift: UInt64

  var isEmpty: Bool { count == 0 }
  /// How much memory it takes, in bytes.
  var size: Int {
    bitmap.count * 8 + heads.count * 4 + occurrences.count * MemoryLayout<Occurrence>.stride
  }

  /// - Parameter places: how many grams there will be at most.
  init(places: Int) {
    // 64 bits for each, so that few foreign grams pass: a branch that is guessed wrongly costs more than
    // a bit that lies in the next cache. The heads are a sixteenth of that.
    let bits = min(24, max(13, Int.bitWidth - (places * 64).leadingZeroBitCount))
    bitmapShift = UInt64(64 - bits)
    headShift = UInt64(64 - (bits - 4))
    occurrences = WipedStorage(repeating: Occurrence(), count: places)
    if places > 0 {
      bitmap.grow(to: 1 << (bits - 6), filling: 0)
      heads.grow(to: 1 << (bits - 4), filling: 0)
    }
  }

  mutating func add(_ gram: UInt64, pattern: Int, offset: Int) {
    let hash = Self.hash(gram)
    let bit = hash >> bitmapShift
    bitmap[Int(bit >> 6)] |= 1 << (bit & 63)
    let head = Int(hash >> headShift)
    occurrences[count] = Occurrence(
      gram: gram, pattern: UInt32(pattern), offset: UInt32(offset), next: heads[head])
    count += 1
    heads[head] = UInt32(count)
  }

  @inline(__always)
  private static func hash(_ gram: UInt64) -> UInt64 { gram &* 0x9E37_79B9_7F4A_7C15 }

  /// Goes through the grams of a text and calls `body` for each that stands in a pattern.
  /// - Parameter text: `count` bytes, and eight more that may be read.
  @inline(__always)
  func search(
    _ text: UnsafePointer<UInt8>, count: Int,
    _ body: (_ place: Int, _ occurrence: Occurrence) -> Void
  ) {
    if isEmpty { return }
    let bits = unsafe UnsafePointer(bitmap.base)
    let shift = bitmapShift
    @inline(__always)
    func mark(_ place: Int) -> UInt64 {
      // Safety: `place` lies within the text; a hash shifted so far lies within the bitmap.
      let bit = unsafe Self.hash(Shape.load(text + place)) &>> shift
      return unsafe bits[Int(truncatingIfNeeded: bit &>> 6)] &>> (bit & 63)
    }
    let end = count - Shape.width + 1
    var place = 0
    while place < end - 3 * Shape.stride {
      let marks =
        mark(place) | mark(place &+ Shape.stride) | mark(place &+ 2 &* Shape.stride)
        | mark(place &+ 3 &* Shape.stride)
      if marks & 1 != 0 {
        for _ in 0..<4 {
          unsafe lookUp(text, place, body)
          place &+= Shape.stride
        }
      } else {
        place &+= 4 &* Shape.stride
      }
    }
    while place < end {
      unsafe lookUp(text, place, body)
      place &+= Shape.stride
    }
  }

  @inline(__always)
  private func lookUp(
    _ text: UnsafePointer<UInt8>, _ place: Int,
    _ body: (_ place: Int, _ occurrence: Occurrence) -> Void
  ) {
    let gram = unsafe Shape.load(text + place)
    var next = heads[Int(Self.hash(gram) >> headShift)]
    while next != 0 {
      let occurrence = occurrences[Int(next) - 1]
      if occurrence.gram == gram { body(place, occurrence) }
      next = occurrence.next
    }
  }
}
