import CLinux
import Glibc

/// Where a listening socket stands in the file system, and whether it still does.
struct SocketPlace: Hashable, Sendable {
  enum Standing { case own, removed, replaced }

  let path: String
  private let file: FileID
  private let folder: FileID

  private struct FileID: Hashable {
    let device: dev_t
    let inode: ino_t

    init(device: dev_t, inode: ino_t) {
      self.device = device
      self.inode = inode
    }

    /// Nil where there is nothing, or it cannot be looked at; then errno says why. Links are not followed.
    init?(_ path: String) {
      var found = stat()
      guard unsafe lstat(path, &found) == 0 else { return nil }
      device = found.st_dev
      inode = found.st_ino
    }
  }

  /// The place of a file that was made at a path.
  init(_ path: String, _ made: envgate_file_id) throws(SystemFault) {
    let parent = FilePath.parent(path)
    guard let folder = FileID(parent) else { throw SystemFault("look at", parent) }
    self.path = path
    self.folder = folder
    file = FileID(device: dev_t(made.device), inode: ino_t(made.inode))
  }

  /// What stands at the path now.
  init(_ path: String) throws(SystemFault) {
    self.path = path
    guard let file = FileID(path) else { throw SystemFault("look at", path) }
    let parent = FilePath.parent(path)
    guard let folder = FileID(parent) else { throw SystemFault("look at", parent) }
    self.file = file
    self.folder = folder
  }

  var folderPath: String { FilePath.parent(path) }

  /// Whether everybody may add to the folder and take away nothing but their own: what happens there in masses
  /// moves no socket.
  var isInSharedFolder: Bool {
    var found = stat()
    guard unsafe lstat(folderPath, &found) == 0 else { return false }
    return found.st_mode & S_IWOTH != 0 && found.st_mode & S_ISVTX != 0
  }

  /// What has become of it. A folder that is another one, or away, is a replacement: somebody has turned the path.
  func standing() -> Standing {
    guard FileID(folderPath) == folder else { return .replaced }
    if let found = FileID(path) { return found == file ? .own : .replaced }
    return errno == ENOENT ? .removed : .replaced
  }

  /// The place of a listener that somebody else has made; nil where whoever listens at the path is not who made it.
  static func ofListener(_ descriptor: Int32, at path: String) -> SocketPlace? {
    guard let place = try? SocketPlace(path) else { return nil }
    var answering: Int32 = -1
    // Nobody accepts yet, so a connect that waits for room in the queue would wait for us.
    switch unsafe envgate_try_connect_unix(path, &answering) {
    case 0: break
    // The queue is full of those who wait for a start: who listens cannot be told, and later changes can.
    case EAGAIN: return place
    default: return nil
    }
    defer { close(answering) }
    // Both tell who called listen(2): the kernel keeps that with the socket.
    guard let maker = listening(descriptor), maker == listening(answering),
      place.standing() == .own
    else { return nil }
    return place
  }

  private static func listening(_ descriptor: Int32) -> [Int32]? {
    var who: [Int32] = [0, 0, 0]
    var size = socklen_t(MemoryLayout<Int32>.size * 3)
    return unsafe getsockopt(descriptor, SOL_SOCKET, SO_PEERCRED, &who, &size) == 0 ? who : nil
  }
}
