import Glibc

/// Whether the write-ahead log has come to a length, told from the file without SQLite.
///
/// The file's size says nothing: a log that begins anew keeps it, and blocks are reserved ahead. Each
/// frame carries the two salts of the log's header in its round, and a new round has others ("WAL File
/// Format", sqlite.org/walformat.html), so a frame with the header's salts belongs to this round, and all
/// before it do. No lock of SQLite lies on this file, which closing it would end (fcntl_locking(2)).
public struct LogProbe: Sendable {
  private let path: String

  private static let headerSize = 32
  private static let frameHeaderSize = 24

  /// - Parameter path: the log.
  public init(path: String) { self.path = path }

  /// The salts of the round that has come to a length; nil where it is shorter, or there is no log.
  /// - Parameter frames: pages in the log, at least 1.
  public func round(ofAtLeast frames: Int) -> UInt64? {
    // Safety: the path is lent for the call.
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    guard let header = Self.read(Self.headerSize, at: 0, of: descriptor) else { return nil }
    let page = header[8..<12].reduce(0) { $0 << 8 | Int($1) }
    guard (512...65_536).contains(page) else { return nil }
    let last = Self.headerSize + (frames - 1) * (Self.frameHeaderSize + page)
    guard let frame = Self.read(16, at: last, of: descriptor), frame[8..<16] == header[16..<24]
    else { return nil }
    return frame[8..<16].reduce(0) { $0 << 8 | UInt64($1) }
  }

  private static func read(_ count: Int, at offset: Int, of descriptor: Int32) -> [UInt8]? {
    var bytes = [UInt8](repeating: 0, count: count)
    // Safety: the kernel fills the local array during the call.
    return unsafe pread(descriptor, &bytes, count, offset) == count ? bytes : nil
  }
}
