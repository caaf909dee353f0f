import CLinux
import Glibc

/// What the daemon does to itself before it opens anything.
enum HardenProcess {
  /// No crash report, no core dump and no ptrace by its own account, private files, no descriptor for a child, and
  /// as many descriptors for itself as it may have.
  ///
  /// Called once, before another thread starts: the umask belongs to all of them.
  /// - Returns: how many descriptors this process may have open.
  @discardableResult
  static func apply() throws(SystemFault) -> Int {
    var code = envgate_default_crash_signals()
    guard code == 0 else { throw SystemFault("forbid crash reports", code: code) }
    try openStandardStreams()
    code = envgate_set_undumpable()
    guard code == 0 else { throw SystemFault("forbid core dumps", code: code) }
    var none = rlimit(rlim_cur: 0, rlim_max: 0)
    guard unsafe setrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &none) == 0 else {
      throw SystemFault("forbid core dumps")
    }
    umask(0o077)
    closeOnExec()
    return try raiseDescriptors()
  }

  /// A closed standard stream would be given to the next file that is opened, and a log line be
  /// written into the database.
  private static func openStandardStreams() throws(SystemFault) {
    for stream in [STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO] where fcntl(stream, F_GETFD) < 0 {
      // The lowest free number is taken, and all below are open by now.
      guard unsafe open("/dev/null", stream == STDIN_FILENO ? O_RDONLY : O_WRONLY) == stream else {
        throw SystemFault("open", "/dev/null")
      }
    }
  }

  private static func closeOnExec() {
    guard let folder = unsafe opendir("/proc/self/fd") else { return }
    defer { unsafe closedir(folder) }
    // Safety: the entry belongs to the stream and is used before the next call of readdir.
    while let entry = unsafe readdir(folder) {
      let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { name in
        unsafe name.withMemoryRebound(to: CChar.self, capacity: 256) {
          unsafe String(cString: $0)
        }
      }
      guard let descriptor = Int32(name), descriptor > STDERR_FILENO else { continue }
      _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
    }
  }

  private static func raiseDescriptors() throws(SystemFault) -> Int {
    let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
    var limit = rlimit()
    guard unsafe getrlimit(resource, &limit) == 0 else {
      throw SystemFault("read the limit of open files")
    }
    limit.rlim_cur = limit.rlim_max
    guard unsafe setrlimit(resource, &limit) == 0 else {
      throw SystemFault("raise the limit of open files")
    }
    return Int(clamping: limit.rlim_cur)
  }
}
