import Glibc

/// The checkout that these tests stand in, read with nothing but libc.
enum Checkout {
  static let root: String = {
    // Tests/StructureTests/Checkout.swift, three names below the root.
    // Links are followed first: the folder may be linked into another package.
    let here = realpath(#filePath, nil)
    defer { free(here) }
    var path = Substring(here.map { String(cString: $0) } ?? #filePath)
    for _ in 0..<3 { path = path[..<(path.lastIndex(of: "/") ?? path.startIndex)] }
    return String(path)
  }()

  static var isClone: Bool { access(root + "/.git", F_OK) == 0 }

  /// The text of a file, by its path below the root; nil where there is none.
  static func text(_ path: String) -> String? {
    guard let file = fopen(root + "/" + path, "r") else { return nil }
    defer { fclose(file) }
    return String(decoding: everything(of: file), as: UTF8.self)
  }

  static func lines(_ path: String) -> [Substring] {
    (text(path) ?? "").split(separator: "\n", omittingEmptySubsequences: false)
  }

  /// Names of the folders directly below `path`, sorted.
  static func folders(in path: String) -> [String] {
    entries(of: path).filter(\.isFolder).map(\.name)
  }

  /// Paths below the root of all files under `path` that end in one of `endings`, sorted.
  static func files(under path: String, endings: [String]) -> [String] {
    entries(of: path).flatMap { entry in
      let inner = path + "/" + entry.name
      if entry.isFolder { return files(under: inner, endings: endings) }
      return endings.contains { entry.name.hasSuffix($0) } ? [inner] : []
    }
  }

  /// What a command printed, and whether it left with 0. Stderr goes to the test's own.
  static func output(of command: String) -> (text: String, succeeded: Bool) {
    guard let pipe = popen(command, "r") else { return ("", false) }
    let bytes = everything(of: pipe)
    return (String(decoding: bytes, as: UTF8.self), pclose(pipe) == 0)
  }

  private static func everything(of file: UnsafeMutablePointer<FILE>) -> [UInt8] {
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 65536)
    while true {
      let count = fread(&chunk, 1, chunk.count, file)
      if count == 0 { return bytes }
      bytes += chunk[..<count]
    }
  }

  private static func entries(of path: String) -> [(name: String, isFolder: Bool)] {
    guard let folder = opendir(root + "/" + path) else { return [] }
    defer { closedir(folder) }
    var found: [(name: String, isFolder: Bool)] = []
    while let entry = readdir(folder) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) { field in
        field.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name.hasPrefix(".") { continue }
      var status = stat()
      guard stat(root + "/" + path + "/" + name, &status) == 0 else { continue }
      found.append((name, status.st_mode & S_IFMT == S_IFDIR))
    }
    return found.sorted { $0.name < $1.name }
  }
}
