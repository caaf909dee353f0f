import Glibc

/// The rules of sudoers(5) that ask for no password, as far as the caller may read them.
///
/// Not a parser of sudoers: a line with `NOPASSWD` that begins with the account, a group of it or `ALL` is
/// taken as one that lets it. Aliases are not followed.
struct SudoRules {
  private var names: Set<String> = []
  /// What is there and could not be read, with why.
  private(set) var unread: [String] = []
  private static let longestFile = 1 << 20

  init(file: String = "/etc/sudoers", folder: String = "/etc/sudoers.d") {
    take(file)
    guard let entries = unsafe opendir(folder) else {
      if errno != ENOENT { unread.append("\(folder): \(SystemText.of(errno))") }
      return
    }
    defer { unsafe closedir(entries) }
    while let entry = unsafe readdir(entries) {
      // Safety: the entry is libc's until the next call, and its name ends with NUL.
      let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { field in
        unsafe field.withMemoryRebound(to: CChar.self, capacity: 256) {
          unsafe String(cString: $0)
        }
      }
      // As sudo itself leaves them out.
      if !name.contains("."), !name.hasSuffix("~") { take(folder + "/" + name) }
    }
  }

  private mutating func take(_ path: String) {
    guard let bytes = FileFacts.bytes(of: path, limit: Self.longestFile) else {
      let error = errno
      if error != ENOENT { unread.append("\(path): \(SystemText.of(error))") }
      return
    }
    for line in String(decoding: bytes, as: UTF8.self).split(separator: "\n")
    where line.contains("NOPASSWD") {
      let words = line.split { $0 == " " || $0 == "\t" }
      for name in words.first?.split(separator: ",") ?? [] {
        // A number is an account's; anything else begins a comment.
        if name.hasPrefix("#"), !name.dropFirst().allSatisfy(\.isNumber) { break }
        names.insert(String(name))
      }
    }
  }

  /// Whether a rule lets an account: by its name or its number, or by those of a group of it.
  func asksNoPassword(
    _ account: String, uid: UInt32, groups: Set<String>, gids: Set<UInt32>
  ) -> Bool {
    names.contains("ALL") || names.contains(account) || names.contains("#\(uid)")
      || groups.contains { names.contains("%\($0)") }
      || gids.contains { names.contains("%#\($0)") }
  }
}
