import Glibc

/// What the daemon takes of the host, as the kernel says it.
struct DaemonWatch {
  let pid: Int32
  let stateDirectory: String

  /// VmRSS in bytes; nil where there is no such process any more.
  var residentBytes: Int? {
    guard let file = unsafe fopen("/proc/\(pid)/status", "r") else { return nil }
    defer { unsafe fclose(file) }
    var line = [CChar](repeating: 0, count: 256)
    while unsafe fgets(&line, Int32(line.count), file) != nil {
      let text = String(
        decoding: line.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
      guard text.hasPrefix("VmRSS:") else { continue }
      return text.split { !$0.isNumber }.first.flatMap { Int($0) }.map { $0 * 1_024 }
    }
    // A process that has ended and waits for its parent has a status without memory.
    return nil
  }

  /// What the state directory, which has no folders of its own, takes on its disk.
  var stateBytes: Int {
    guard let folder = unsafe opendir(stateDirectory) else { return 0 }
    defer { unsafe closedir(folder) }
    var bytes = 0
    while let entry = unsafe readdir(folder) {
      let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) {
        unsafe String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
      }
      var status = stat()
      guard unsafe stat(stateDirectory + "/" + name, &status) == 0 else { continue }
      if status.st_mode & S_IFMT == S_IFREG { bytes += Int(status.st_blocks) * 512 }
    }
    return bytes
  }
}
