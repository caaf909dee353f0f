import Glibc

/// The uids that `/etc/subuid` hands out to accounts (subuid(5)).
///
/// One account can be 65,536 uids through newuidmap(1), with its groups, so such a uid is nobody.
/// A question looks at a table in memory and waits for no disk; a thread of its own looks each second whether
/// the file has changed, so a change counts about a second later. Where that thread has heard nothing of the
/// file for longer than `patience`, nobody can tell.
///
/// Numbers are read as newuidmap reads them (strtoull, base 0: `0x186a0` is a range to it too). A
/// line that it could not use hands out nothing and is passed over; who owns a range does not
/// matter.
final class SubordinateIDs: Sendable {
  /// What tells one state of the file from another.
  private struct Stamp: Equatable {
    let device: UInt64
    let inode: UInt64
    let size: Int64
    let modified: [Int]
    let changed: [Int]

    init(_ found: stat) {
      device = UInt64(found.st_dev)
      inode = UInt64(found.st_ino)
      size = Int64(found.st_size)
      modified = [found.st_mtim.tv_sec, found.st_mtim.tv_nsec]
      changed = [found.st_ctim.tv_sec, found.st_ctim.tv_nsec]
    }
  }

  private struct Table {
    var stamp: Stamp?
    var answer: Result<[ClosedRange<UInt32>], SystemFault>
    /// When the file was last looked at, in milliseconds.
    var looked: Int64
  }

  private static let longestFile = 16 << 20
  /// How often the file is looked at, in milliseconds.
  private static let interval = 1_000
  /// How long the last look holds, in milliseconds. Reading the longest file takes a second or two.
  private static let patience: Int64 = 10_000

  private let path: String
  private let clock: @Sendable () -> Int64
  private let table: Locked<Table>

  /// Reads the file.
  ///
  /// - Parameters:
  ///   - path: the file; a file that is not there hands out nothing.
  ///   - clock: milliseconds on a clock that is never set back.
  init(
    path: String = "/etc/subuid",
    clock: @escaping @Sendable () -> Int64 = SubordinateIDs.sinceStart
  ) {
    self.path = path
    self.clock = clock
    table = Locked(Table(answer: .success([]), looked: clock()))
    refresh()
  }

  /// CLOCK_MONOTONIC in milliseconds: a host that sleeps does not age the table.
  @Sendable static func sinceStart() -> Int64 {
    var now = timespec()
    unsafe clock_gettime(CLOCK_MONOTONIC, &now)
    return Int64(now.tv_sec) * 1_000 + Int64(now.tv_nsec) / 1_000_000
  }

  /// Looks at the file each second from now on, on a thread of its own.
  func keepUp(until ended: Latch) throws(ThreadFault) {
    try PlainThread.start { [self] in
      while !ended.wait(milliseconds: Self.interval) { refresh() }
    }
  }

  /// Whether a uid is somebody's subordinate.
  /// - Throws: where the file is there and cannot be read, so that nobody can tell.
  func contains(_ uid: UInt32) throws(SystemFault) -> Bool {
    let now = clock()
    let answer = table.withLock { table -> Result<[ClosedRange<UInt32>], SystemFault> in
      guard now - table.looked <= Self.patience else {
        return .failure(SystemFault("look at", path, code: ETIMEDOUT))
      }
      return table.answer
    }
    return Self.search(try answer.get(), uid)
  }

  /// Looks whether the file has changed, and reads it where it has. For one thread at a time; it may take as
  /// long as the disk does.
  func refresh() {
    let known = table.withLock { $0.stamp }
    var fresh: Table?
    do throws(SystemFault) {
      fresh = try read(unless: known)
    } catch {
      fresh = Table(answer: .failure(error), looked: 0)
    }
    let now = clock()
    // What the table was, which may be long, is given back outside of the lock.
    let old = table.withLock { table in
      let old = table
      if let fresh { table = fresh }
      table.looked = now
      return old
    }
    withExtendedLifetime(old) {}
  }

  /// What the file hands out; nil where it is as it was.
  private func read(unless known: Stamp?) throws(SystemFault) -> Table? {
    var found = stat()
    guard unsafe stat(path, &found) == 0 else {
      guard errno == ENOENT || errno == ENOTDIR else { throw SystemFault("look at", path) }
      return Table(answer: .success([]), looked: 0)
    }
    if let known, known == Stamp(found) { return nil }
    let file = try OpenFile(path)
    // Taken before the bytes: a change in between shows at the next look.
    let status = try file.status(path)
    // A pipe is opened without waiting, and nothing in it would hand out nothing.
    guard status.st_mode.kind == S_IFREG else {
      throw SystemFault("read", path, code: EINVAL)
    }
    let ranges = Self.ranges(try file.bytes(path, limit: Self.longestFile))
    return Table(stamp: Stamp(status), answer: .success(ranges), looked: 0)
  }

  /// The ranges of a file's text, in order and without overlap.
  static func ranges(_ text: [UInt8]) -> [ClosedRange<UInt32>] {
    var found: [ClosedRange<UInt32>] = []
    for line in text.split(separator: 0x0A) {
      let fields = line.split(separator: 0x3A, omittingEmptySubsequences: false)
      guard fields.count >= 3, let start = number(fields[1]), let count = number(fields[2]),
        count > 0, start <= UInt64(UInt32.max)
      else { continue }
      let last = start.addingReportingOverflow(count - 1)
      let end = last.overflow ? UInt64(UInt32.max) : min(last.partialValue, UInt64(UInt32.max))
      found.append(UInt32(start)...UInt32(end))
    }
    found.sort { $0.lowerBound < $1.lowerBound }
    var merged: [ClosedRange<UInt32>] = []
    for range in found {
      if let last = merged.last, range.lowerBound <= last.upperBound {
        merged[merged.count - 1] = last.lowerBound...max(last.upperBound, range.upperBound)
      } else {
        merged.append(range)
      }
    }
    return merged
  }

  private static func number(_ field: ArraySlice<UInt8>) -> UInt64? {
    let text = field.map { CChar(bitPattern: $0) } + [0]
    // Safety: the array is NUL-terminated and outlives the call, and so the pointer into it.
    return unsafe text.withUnsafeBufferPointer { text in
      guard let start = text.baseAddress else { return nil }
      var end: UnsafeMutablePointer<CChar>?
      errno = 0
      let value = unsafe strtoull(start, &end, 0)
      let isWhole = unsafe end == UnsafeMutablePointer(mutating: start + text.count - 1)
      return isWhole && text.count > 1 && errno == 0 ? value : nil
    }
  }

  private static func search(_ ranges: [ClosedRange<UInt32>], _ uid: UInt32) -> Bool {
    var low = 0
    var high = ranges.count
    while low < high {
      let middle = (low + high) / 2
      if ranges[middle].upperBound < uid { low = middle + 1 } else { high = middle }
    }
    return low < ranges.count && ranges[low].contains(uid)
  }
}
