import Glibc

/// The uids that `/etc/subuid` hands out to accounts (subuid(5)).
///
/// One account can be 65,536 uids through newuidmap(1), with its groups, so such a uid is nobody.
/// The file is read again whenever it has changed, which is looked at on each question.
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
    var ranges: [ClosedRange<UInt32>] = []
  }

  private static let longestFile = 16 << 20
  private let path: String
  private let table = Locked(Table())

  /// - Parameter path: the file; a file that is not there hands out nothing.
  init(path: String = "/etc/subuid") { self.path = path }

  /// Whether a uid is somebody's subordinate.
  /// - Throws: where the file is there and cannot be read, so that nobody can tell.
  func contains(_ uid: UInt32) throws(SystemFault) -> Bool {
    // A closure cannot throw a type that it infers; the Result carries it.
    let answer = table.withLock { table -> Result<Bool, SystemFault> in
      do throws(SystemFault) {
        try refresh(&table)
        return .success(Self.search(table.ranges, uid))
      } catch {
        table.stamp = nil
        return .failure(error)
      }
    }
    return try answer.get()
  }

  private func refresh(_ table: inout Table) throws(SystemFault) {
    var found = stat()
    guard unsafe stat(path, &found) == 0 else {
      guard errno == ENOENT || errno == ENOTDIR else { throw SystemFault("look at", path) }
      table = Table()
      return
    }
    if table.stamp == Stamp(found) { return }
    let file = try OpenFile(path)
    // Taken before the bytes: a change in between shows at the next question.
    let status = try file.status(path)
    // A pipe is opened without waiting, and nothing in it would hand out nothing.
    guard status.st_mode.kind == S_IFREG else {
      throw SystemFault("read", path, code: EINVAL)
    }
    let stamp = Stamp(status)
    table.ranges = Self.ranges(try file.bytes(path, limit: Self.longestFile))
    table.stamp = stamp
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
