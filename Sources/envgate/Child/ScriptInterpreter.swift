import Glibc

/// What the first line of a script names to run it (execve(2): `#!INTERPRETER [ARGUMENT]`).
enum ScriptInterpreter {
  /// As much of a file as the kernel looks at.
  private static let looked = 256

  /// The interpreter of a script that is not there; nil where the file names none, or it is.
  static func missing(of path: UnsafePointer<CChar>) -> String? {
    // O_NONBLOCK, because opening a named pipe would wait for its writer.
    // Safety: the caller lends the path for the call.
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK)
    guard descriptor >= 0 else { return nil }
    defer { _ = close(descriptor) }
    var bytes = [UInt8](repeating: 0, count: looked)
    // Safety: the array's storage is lent for the call.
    let count = unsafe read(descriptor, &bytes, bytes.count)
    guard count > 2, let name = name(in: bytes[..<count]) else { return nil }
    var status = stat()
    // Safety: the text is lent for the call, which fills the local struct.
    return unsafe stat(name, &status) != 0 && errno == ENOENT ? name : nil
  }

  private static func name(in bytes: ArraySlice<UInt8>) -> String? {
    guard bytes.starts(with: Array("#!".utf8)) else { return nil }
    let isBlank: (UInt8) -> Bool = { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
    let line = bytes.dropFirst(2).drop(while: isBlank)
    // What does not end within what the kernel looks at was cut: it is another name.
    guard let end = line.firstIndex(where: { isBlank($0) || $0 == UInt8(ascii: "\n") || $0 == 0 }),
      end > line.startIndex
    else { return nil }
    return String(validating: line[..<end], as: UTF8.self)
  }
}
