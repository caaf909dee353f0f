internal import CLinux

/// Overwrites a region with zeroes, in a way that the compiler does not leave out.
///
/// For bytes that had to pass through memory outside the arena.
public func wipe(_ region: UnsafeMutableRawBufferPointer) {
  guard let start = region.baseAddress else { return }
  // Safety: the caller owns the region and lends it for this call.
  unsafe envgate_wipe(start, region.count)
}
