import Glibc

/// The folder that a path lies in.
enum ParentFolder {
  static func of(_ path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  /// Makes a file's name durable too (fsync(2)), where the folder may be opened.
  static func sync(of path: String) {
    // Safety: the path is lent for the call.
    let descriptor = unsafe open(of(path), O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { return }
    _ = fsync(descriptor)
    _ = close(descriptor)
  }
}
