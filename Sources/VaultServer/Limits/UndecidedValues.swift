/// The bytes of values that were read and are not decided, by lane.
///
/// Invariant: no lane holds more than ``most``, a sixteenth of the arena, so that nobody fills it for everybody.
struct UndecidedValues {
  static let most = 4 << 20
  private var bytes: [Lane: Int] = [:]

  /// Whether nothing is held.
  var isEmpty: Bool { bytes.isEmpty }

  /// Counts a value; false where the lane has too much of that.
  mutating func hold(_ count: Int, of lane: Lane) -> Bool {
    guard bytes[lane, default: 0] + count <= Self.most else { return false }
    bytes[lane, default: 0] += count
    return true
  }

  /// A value is decided, or its connection is gone.
  mutating func release(_ count: Int, of lane: Lane) {
    let left = bytes[lane, default: 0] - count
    bytes[lane] = left > 0 ? left : nil
  }
}
