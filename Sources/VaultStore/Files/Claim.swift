import CSQLite
import Glibc

/// Blocks that belong to a file before anything stands in them, so that nobody else can have them.
///
/// They lie beyond the file's end and its size does not show them (FALLOC_FL_KEEP_SIZE): a write there finds
/// its block and works on a full disk. ext4, XFS and tmpfs do it so; btrfs and ZFS write elsewhere all the
/// same.
enum Claim {
  /// All of it is there.
  case whole
  /// The disk had no room for all of it.
  case part
  /// The file system does not preallocate.
  case unsupported

  /// No file system has smaller parts that matter: a page of memory, and a block of ext4.
  private static let step: Int64 = 4_096
  /// FALLOC_FL_KEEP_SIZE of linux/falloc.h.
  private static let keepSize: Int32 = 1

  /// Makes `length` bytes beyond the end of a file without holes belong to it.
  ///
  /// On a full disk it takes what there is.
  /// - Parameter growth: The end that the file is about to have, where that is known.
  static func extend(
    _ descriptor: Int32, beyond growth: Int64 = 0, length: Int64
  ) -> Claim {
    var found = stat()
    guard unsafe fstat(descriptor, &found) == 0 else { return .part }
    let end = Int64(found.st_size)
    let wanted = max(end, growth) + length
    // st_blocks counts units of 512 bytes, on every file system.
    guard Int64(found.st_blocks) * 512 < wanted else { return .whole }
    var from = end & ~(step - 1)
    // A quarter more, so that a file that grows slowly is not extended page by page.
    let goal = wanted + length / 4
    var portion = goal - from
    // What is claimed already is claimed again, and stays so where the call fails (fallocate(2)).
    while from < goal, portion >= step {
      let length = min(portion, goal - from)
      let isDone = envgate_fallocate(descriptor, keepSize, from, length) == 0
      switch isDone ? 0 : errno {
      case 0: from += length
      case EINTR: continue
      case EOPNOTSUPP, ENOSYS: return .unsupported
      case ENOSPC, EDQUOT: portion = portion / 2 & ~(step - 1)
      default: return .part
      }
    }
    return from >= wanted ? .whole : .part
  }
}
