import Glibc

/// What libc says of an error number.
enum SystemText {
  static func of(_ error: Int32) -> String {
    // Safety: strerror returns a string that libc owns; it is copied before any other call.
    guard let message = unsafe strerror(error) else { return "error \(error)" }
    return unsafe String(cString: message)
  }
}
