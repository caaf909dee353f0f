import CSQLite
import Glibc

/// Blocks that belong to a file before anything stands in them, so that nobody else can have them.
///
/// They lie beyond what the file holds, and its size does not show them (FALLOC_FL_KEEP_SIZE): a write there
/// takes a block that is there already and works on a full disk.
struct Claim {
  /// What is left of a claim.
  enum Extent {
    case whole
    /// The disk had no room for all of it.
    case part
    /// The file system does not preallocate.
    case unsupported
  }

  /// Up to where blocks were claimed.
  private var end: Int64 = 0

  /// No file system has smaller parts that matter: a page of memory, and a block of ext4.
  private static let step: Int64 = 4_096

  /// Makes `length` bytes beyond the end of a file without holes belong to it.
  ///
  /// On a full disk it takes what there is.
  /// - Parameter growth: The end that the file is about to have, where that is known.
  mutating func extend(
    _ descriptor: Int32, beyond growth: Int64 = 0, length: Int64
  ) -> Extent {
    var found = stat()
    guard unsafe fstat(descriptor, &found) == 0 else { return .part }
    // st_blocks counts units of 512 bytes, on every file system.
    let allocated = Int64(found.st_blocks) * 512
    let wanted = max(Int64(found.st_size), growth) + length
    guard allocated < wanted else { return .whole }
    // Cutting the file, or another program's checkpoint, has freed them.
    if allocated < end { end = 0 }
    // What is claimed is not claimed again: where tmpfs runs out of room in the middle of a range, it frees
    // every block in it that was never written.
    var from = max(Int64(found.st_size) & ~(Self.step - 1), end)
    // A quarter more, so that a file that grows slowly is not extended page by page.
    let goal = wanted + length / 4
    var portion = goal - from
    while from < goal, portion >= Self.step {
      let length = min(portion, goal - from)
      let isDone = envgate_fallocate(descriptor, Self.keepSize, from, length) == 0
      switch isDone ? 0 : errno {
      case 0:
        from += length
        end = from
      case EINTR: continue
      case EOPNOTSUPP, ENOSYS: return .unsupported
      case ENOSPC, EDQUOT: portion = portion / 2 & ~(Self.step - 1)
      default: return .part
      }
    }
    return from >= wanted ? .whole : .part
  }

  /// FALLOC_FL_KEEP_SIZE of linux/falloc.h.
  private static let keepSize: Int32 = 1
}
