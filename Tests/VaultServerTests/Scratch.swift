import Glibc
import Testing

@testable import VaultServer

/// A folder of one test, 0755, gone with the last reference.
final class Scratch: Sendable {
  let path: String

  init() throws {
    var template = Array("/tmp/envgate-test-XXXXXX".utf8CString)
    let made = template.withUnsafeMutableBufferPointer { $0.baseAddress.flatMap { mkdtemp($0) } }
    path = String(cString: try #require(made))
    chmod(path, 0o755)
  }

  deinit { Self.remove(path) }

  func file(_ name: String) -> String { path + "/" + name }

  /// Writes a file whole, with exactly this mode.
  @discardableResult
  func write(_ text: String, to name: String, mode: mode_t = 0o600) throws -> String {
    try write(Array(text.utf8), to: name, mode: mode)
  }

  @discardableResult
  func write(_ bytes: [UInt8], to name: String, mode: mode_t = 0o600) throws -> String {
    let path = file(name)
    // A file that its owner may not write can still be replaced.
    unlink(path)
    let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode)
    try #require(descriptor >= 0)
    defer { close(descriptor) }
    try #require(Glibc.write(descriptor, bytes, bytes.count) == bytes.count)
    try #require(fchmod(descriptor, mode) == 0)
    return path
  }

  /// The file's mode and kind, or nil where there is none.
  func mode(_ name: String) -> mode_t? {
    var found = stat()
    return lstat(file(name), &found) == 0 ? found.st_mode : nil
  }

  private static func remove(_ path: String) {
    if let folder = opendir(path) {
      while let entry = readdir(folder) {
        let name = withUnsafePointer(to: &entry.pointee.d_name) {
          $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
        }
        if name != "." && name != ".." { remove(path + "/" + name) }
      }
      closedir(folder)
      rmdir(path)
    } else {
      unlink(path)
    }
  }
}

/// Runs a program to its end and answers its exit code; nil where it cannot be started.
func runProgram(_ arguments: [String]) -> Int32? {
  var words = arguments.map { strdup($0) } + [nil]
  defer { for word in words { free(word) } }
  var pid: pid_t = 0
  guard posix_spawnp(&pid, arguments[0], nil, nil, &words, environ) == 0 else { return nil }
  var status: Int32 = 0
  while waitpid(pid, &status, 0) < 0 && errno == EINTR {}
  return status & 0x7F == 0 ? status >> 8 & 0xFF : 128 + (status & 0x7F)
}

extension SocketFile {
  /// The listening descriptor of a socket that is there.
  var descriptor: Int32 { listener?.descriptor ?? -1 }
}

extension ListeningSocket {
  /// The listening descriptor, whoever made it.
  var descriptor: Int32 {
    switch self {
    case .own(let file): file.descriptor
    case .inherited(let descriptor, _): descriptor
    }
  }
}
