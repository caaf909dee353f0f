import Glibc
import SecretMemory

/// Why a recovery key's file is not read, with what to do about it.
enum RecoveryKeyFault: Error, Hashable, CustomStringConvertible {
  /// What was found, and the remedy.
  case unfit(path: String, found: String, remedy: String)
  case missing(path: String)
  case noMemory
  case system(SystemFault)

  var description: String {
    switch self {
    case .unfit(let path, let found, let remedy):
      "the recovery key '\(path)' is \(found): \(remedy)"
    case .missing(let path): "there is no file '\(path)' with a recovery key: check its name"
    case .noMemory: "there is no secret memory for the recovery key"
    case .system(let fault): fault.description
    }
  }
}

/// The file that brings a recovery key for one command: its text, and perhaps one newline.
enum RecoveryKeyFile {
  /// Longer than any recovery key with its newline.
  private static let most = 128

  /// Reads the text straight into secret memory, from a file that nobody else could have read.
  static func read(_ path: String) throws(RecoveryKeyFault) -> SecretBuffer {
    let file = try open(path)
    let descriptor = file.descriptor
    do {
      return try unsafe SecretBuffer(capacity: most) { bytes in
        // Safety: the bytes are lent by the buffer that is being filled.
        var count = max(0, unsafe Glibc.read(descriptor, bytes.baseAddress, bytes.count))
        if count > 0, unsafe bytes[count - 1] == UInt8(ascii: "\n") { count -= 1 }
        return count
      }
    } catch { throw .noMemory }
  }

  private static func open(_ path: String) throws(RecoveryKeyFault) -> OpenFile {
    do throws(KeyFileFault) { return try KeyFile.open(path) } catch {
      switch error {
      case .missing: throw .missing(path: path)
      case .unfit(let found, let remedy):
        throw .unfit(path: path, found: found, remedy: remedy)
      case .system(let fault): throw .system(fault)
      }
    }
  }
}
