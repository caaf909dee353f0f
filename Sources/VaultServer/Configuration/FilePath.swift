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

  /// Whether a path lies in a folder, or is it, by name or where the links in both lead.
  static func contains(_ folder: String, _ path: String) -> Bool {
    func lies(_ path: String, in folder: String) -> Bool {
      let path = Array(path.utf8)
      let folder = Array(folder.utf8)
      return path == folder || path.starts(with: folder + [0x2F])
    }
    return lies(path, in: folder) || lies(resolved(path), in: resolved(folder))
  }

  /// Whether a text can name a systemd credential.
  static func isCredentialName(_ name: String) -> Bool {
    !name.isEmpty && name.utf8.count <= 255 && name != "." && name != ".."
      && name.utf8.allSatisfy { (0x21...0x7E).contains($0) && $0 != 0x2F && $0 != 0x3A }
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
