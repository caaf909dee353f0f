import Glibc
import StrictJSON

/// The paths of a configuration: absolute, and plain enough to be compared.
enum FilePath {
  /// What fits sun_path with its NUL (unix(7)).
  static let longestSocket = 107

  /// The path of a string, without a trailing or doubled slash.
  static func read(_ value: JSONValue) throws -> String {
    let text = try value.string()
    let parts = text.split(separator: "/").filter { $0 != "." }
    guard text.hasPrefix("/"), text.utf8.count < Int(PATH_MAX), !parts.isEmpty,
      !parts.contains(".."), text.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F })
    else {
      throw Misconfiguration(at: value.offset, "this must be an absolute path without \"..\"")
    }
    return "/" + parts.joined(separator: "/")
  }

  /// The path of a socket, which is short.
  static func readSocket(_ value: JSONValue) throws -> String {
    let path = try read(value)
    guard path.utf8.count <= longestSocket else {
      throw Misconfiguration(
        at: value.offset,
        "a socket's path has at most \(longestSocket) bytes, and this one has \(path.utf8.count): name a shorter one"
      )
    }
    return path
  }

  /// Three octal digits, with or without a zero in front; the owner, who is the daemon, keeps its
  /// part.
  static func mode(_ value: JSONValue) throws -> UInt32 {
    let text = try value.string()
    let digits = text.hasPrefix("0") ? text.dropFirst() : Substring(text)
    guard digits.utf8.count == 3, let mode = UInt32(digits, radix: 8), !digits.hasPrefix("+"),
      mode & 0o600 == 0o600
    else {
      throw Misconfiguration(at: value.offset, "this must be an octal mode like \"0660\"")
    }
    return mode
  }

  /// The folder that a path lies in.
  static func parent(_ path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  /// Whether a path lies in a folder, or is it, by name or where the links in both lead.
  static func contains(_ folder: String, _ path: String) -> Bool {
    func lies(_ path: String, in folder: String) -> Bool {
      let path = Array(path.utf8)
      let folder = Array(folder.utf8)
      return path == folder || path.starts(with: folder + [0x2F])
    }
    return lies(path, in: folder) || lies(resolved(path), in: resolved(folder))
  }

  /// The path without symbolic links, as far as it exists.
  private static func resolved(_ path: String) -> String {
    if let found = unsafe realpath(path, nil) {
      // Safety: realpath allocated the string with malloc and gave it to us; it is copied, then
      // freed.
      defer { unsafe free(found) }
      return unsafe String(cString: found)
    }
    guard let slash = path.lastIndex(of: "/"), slash != path.startIndex else { return path }
    let above = resolved(String(path[..<slash]))
    return (above == "/" ? "" : above) + path[slash...]
  }
}
