import CLinux
import Glibc

/// A process of the siege: this program once more, with a pipe on which it reports.
struct HelperProcess {
  /// Why it could not be started.
  struct Fault: Error, CustomStringConvertible {
    let description: String
  }

  let pid: Int32
  /// The reading end of its report.
  let report: Int32

  /// - Parameter arguments: what it is to do; the number of its pipe is added.
  init(_ arguments: [String]) throws(Fault) {
    var ends: [Int32] = [-1, -1]
    guard unsafe pipe(&ends) == 0 else { throw Fault(description: "no pipe: errno \(errno)") }
    // The child opens its own end again; the next one is to have neither.
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    defer { close(ends[1]) }
    let all = ["/proc/self/exe"] + arguments + ["--report", "\(ends[1])"]
    var pointers = unsafe all.map { unsafe strdup($0) } + [nil]
    defer { unsafe pointers.forEach { unsafe free($0) } }
    var mask = sigset_t()
    unsafe sigemptyset(&mask)
    var made: Int32 = -1
    let error = unsafe withUnsafePointer(to: &mask) { mask in
      unsafe withUnsafePointer(to: ends[1]) { kept in
        var child = unsafe envgate_child(
          signal_mask: mask, default_pipe: 1, death_signal: SIGKILL, kept: kept, kept_count: 1,
          input: -1, output: -1, errors: -1, ignore_ends: 0)
        return unsafe envgate_start_child(&pointers, environ, &child, &made)
      }
    }
    guard error == 0 else {
      close(ends[0])
      throw Fault(description: "cannot start a process: errno \(error)")
    }
    pid = made
    report = ends[0]
  }

  /// Waits for its end; one that does not end by itself is ended.
  func finish(force: Bool) {
    if force { kill(pid, SIGKILL) }
    var status: Int32 = 0
    while unsafe waitpid(pid, &status, 0) < 0 && errno == EINTR {}
    close(report)
  }

  /// Writes a report, from inside the process.
  static func write(_ lines: [String], to report: Int32) {
    var rest = Array(lines.map { $0 + "\n" }.joined().utf8)[...]
    while !rest.isEmpty {
      let count = unsafe rest.withUnsafeBytes {
        unsafe Glibc.write(report, $0.baseAddress, $0.count)
      }
      guard count > 0 else { return }
      rest = rest.dropFirst(count)
    }
  }
}
