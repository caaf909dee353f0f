import Glibc

/// A system call that failed: what was tried, on what, and the errno of it.
struct SystemFault: Error, Hashable, Sendable, CustomStringConvertible {
  /// What was tried, as it follows "cannot": `open`, `read the groups of a peer`.
  let action: String
  /// What it was tried on, where that has a path.
  let path: String?
  /// The error number (errno(3)).
  let code: Int32

  /// Makes a fault; without a `code` it takes errno as it stands.
  init(_ action: String, _ path: String? = nil, code: Int32 = Glibc.errno) {
    self.action = action
    self.path = path
    self.code = code
  }

  /// One sentence for the operator.
  var description: String {
    // Safety: strerror returns a string that libc owns; it is copied before any other call.
    let reason = unsafe strerror(code).map { unsafe String(cString: $0) } ?? "error \(code)"
    guard let path else { return "cannot \(action): \(reason)" }
    return "cannot \(action) '\(path)': \(reason)"
  }
}
