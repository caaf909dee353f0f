/// How the state directory's file system stands.
public enum DiskState: Hashable, Sendable {
  /// There is room.
  case ample
  /// Less than the low-water mark is left: `free` bytes are, and the reserve is not among them.
  case scarce(free: Int64)
  /// The database's path no longer names the file that the store has open: it was unmounted, covered by
  /// another mount, or replaced. What is committed now would be found by nobody.
  case gone
}

/// Tells scarce from ample without flapping.
struct DiskMeter {
  private var isScarce = false

  /// - Parameters:
  ///   - free: The bytes that we could have.
  ///   - size: The bytes of the whole file system.
  mutating func state(free: Int64, size: Int64) -> DiskState {
    let room = DiskRoom(free: free, size: size)
    isScarce = free < (isScarce ? room.ample : room.mark)
    return isScarce ? .scarce(free: free) : .ample
  }
}
