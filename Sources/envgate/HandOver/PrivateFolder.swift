import CLinux
import Glibc
import SecretMemory

/// A folder of mode 0700 in a tmpfs, whose files are gone when their job is.
///
/// A process of its own removes it once the last holder is closed, so that a killed envgate leaves
/// nothing behind. Where the whole control group is killed it stays until the next boot, in memory,
/// readable for its account alone.
final class PrivateFolder {
  private let path: String
  /// Open as long as the folder is needed; close-on-exec here.
  let holder: Int32
  private let removed: Int32

  /// Made before a value is there that the removing process could inherit.
  /// - Throws: ``CommandFault`` `file.place` where there is not a tmpfs of ours.
  init() throws {
    let places = [ProcessContext.variable("XDG_RUNTIME_DIR"), "/dev/shm"].compactMap { $0 }
    var failure = ENOENT
    for place in places where place.hasPrefix("/") {
      var holder: Int32 = -1
      var removed: Int32 = -1
      var name = [CChar](repeating: 0, count: Int(PATH_MAX))
      // Safety: all pointers are lent for the call.
      failure = unsafe envgate_private_folder(place, &name, name.count, &holder, &removed)
      if failure == 0 {
        self.holder = holder
        self.removed = removed
        path = String(
          decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        return
      }
    }
    throw CommandFault(
      .filePlace,
      "there is no folder in memory for the files: /dev/shm "
        + (failure == EMEDIUMTYPE ? "is not a tmpfs" : "failed: \(SystemText.of(failure))")
        + "; use --as fd, or set XDG_RUNTIME_DIR")
  }

  deinit {
    _ = Glibc.close(holder)
    // Until the files are gone: what is said to be over must be.
    var byte: UInt8 = 0
    // Safety: the kernel fills the one local byte during the call.
    while unsafe read(removed, &byte, 1) < 0, errno == EINTR {}
    _ = Glibc.close(removed)
  }

  /// Writes a value to a file that its owner alone may read, and returns the path.
  /// - Throws: ``CommandFault`` `file.place` where it does not fit.
  func add(_ name: String, _ value: SecretBuffer) throws -> String {
    let file = path + "/" + name
    // Safety: the path is lent for the call.
    let descriptor = unsafe open(file, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o400)
    guard descriptor >= 0 else { throw Self.fault(name, errno) }
    defer { _ = Glibc.close(descriptor) }
    _ = fchmod(descriptor, 0o400)
    // Safety: the buffer lends its bytes for the closure.
    let error = unsafe value.withUnsafeBytes { bytes in
      unsafe WholeWrite.write(bytes, to: descriptor)
    }
    guard error == 0 else { throw Self.fault(name, error) }
    return file
  }

  /// Nothing more is added; a job that takes the folder for a place to work in is told at once.
  func close() {
    // Safety: the path is lent for the call.
    _ = unsafe chmod(path, 0o500)
  }

  private static func fault(_ name: String, _ error: Int32) -> CommandFault {
    CommandFault(.filePlace, "no file for \(name): \(SystemText.of(error))")
  }
}
