import CLinux
import Glibc

/// Bytes on their way in one direction: filled, emptied, and wiped before they are filled again.
///
/// A value passes through here, so the storage is our own and never moves.
@safe
struct ProxyBuffer: ~Copyable {
  private let storage: UnsafeMutableRawBufferPointer
  private var held: Range<Int> = 0..<0
  /// Whether nothing more will come from the source.
  private(set) var hasEnded = false

  private static let capacity = 65_536
  /// What a pipe that is ready takes at once without blocking (pipe(7), PIPE_BUF).
  private static let step = 4_096

  init() {
    // Safety: owned by this value, freed in deinit.
    unsafe storage = .allocate(byteCount: Self.capacity, alignment: 16)
  }

  deinit {
    // Safety: nobody else holds the storage; every lent pointer ended with its call.
    unsafe envgate_wipe(storage.baseAddress, storage.count)
    unsafe storage.deallocate()
  }

  var isEmpty: Bool { held.isEmpty }
  /// Whether the source may be read.
  var wantsMore: Bool { held.isEmpty && !hasEnded }
  /// Whether all that came has gone, and nothing more will come.
  var isDone: Bool { held.isEmpty && hasEnded }

  /// Reads once from a descriptor that is ready. An error is an end.
  mutating func fill(from descriptor: Int32) {
    // Safety: the kernel fills the storage during the call.
    let count = unsafe read(descriptor, storage.baseAddress, storage.count)
    if count > 0 {
      held = 0..<count
    } else if count == 0 || (errno != EINTR && errno != EAGAIN) {
      hasEnded = true
    }
  }

  /// Writes once to a descriptor that is ready, and returns 0 or errno.
  mutating func drain(to descriptor: Int32) -> Int32 {
    // Safety: what is held lies in the storage, which is lent for the call.
    let rest = unsafe UnsafeRawBufferPointer(rebasing: storage[held])
    var count = unsafe send(
      descriptor, rest.baseAddress, rest.count, Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT))
    if count < 0, errno == ENOTSOCK {
      count = unsafe write(descriptor, rest.baseAddress, min(rest.count, Self.step))
    }
    if count < 0 { return errno == EINTR || errno == EAGAIN ? 0 : errno }
    held = held.lowerBound + count..<held.upperBound
    if held.isEmpty { wipe() }
    return 0
  }

  /// Drops what is held, for nobody will take it, and what would still come.
  mutating func abandon() {
    wipe()
    hasEnded = true
  }

  private mutating func wipe() {
    // Safety: the storage is ours. All of it that was ever filled, and what was not is not worth a count.
    unsafe envgate_wipe(storage.baseAddress, storage.count)
    held = 0..<0
  }
}
