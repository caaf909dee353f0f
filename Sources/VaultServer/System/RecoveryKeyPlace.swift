import Glibc
import SecretMemory

/// Where a new recovery key goes. There is no other copy of it.
public enum RecoveryKeyPlace: Sendable {
  /// A file that is made for it, 0600.
  case file(String)
  /// Standard output, which is a terminal.
  case terminal

  /// Where a command line wants it; nil where it says nothing and nobody reads what is printed.
  public init?(file: String?) {
    if let file {
      self = .file(file)
    } else {
      guard isatty(STDOUT_FILENO) == 1 else { return nil }
      self = .terminal
    }
  }

  /// Keeps the key before anything depends on it: in the file, if it is to go there.
  func keep(_ key: SecretBuffer) throws(SecretFileFault) {
    guard case .file(let path) = self else { return }
    let newline: SecretBuffer
    do {
      newline = try unsafe SecretBuffer(capacity: 1) { bytes in
        unsafe bytes[0] = 10
        return 1
      }
    } catch { throw .system(SystemFault("take memory for", path, code: ENOMEM)) }
    try SecretFile.create(path, parts: [key, newline])
  }

  /// Takes back what ``keep(_:)`` did: the key opens nothing.
  func drop() {
    guard case .file(let path) = self, unsafe unlink(path) != 0, errno != ENOENT else { return }
    // Its folder is root's, and root was given up for good.
    Daemon.say("the recovery key in \(path) opens nothing: delete that file")
  }

  /// Shows the key once it counts, and says where it is.
  func show(_ key: SecretBuffer) {
    switch self {
    case .file(let path): Daemon.say("the recovery key is in \(path), and nowhere else")
    case .terminal:
      Daemon.say("the recovery key, which is shown only now:")
      // Safety: the bytes are lent for this call.
      _ = unsafe key.withUnsafeBytes { unsafe write(STDOUT_FILENO, $0.baseAddress, $0.count) }
      _ = unsafe write(STDOUT_FILENO, "\n", 1)
    }
    Daemon.say(
      "with it and a backup anybody can read every secret: keep it off this host, with people who are not admins"
    )
  }
}
