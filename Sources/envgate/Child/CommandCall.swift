import Glibc

/// The arguments of a command as execve(2) takes them.
///
/// C strings with their NUL: bytes that need not be UTF-8, and must not change.
@safe
struct CommandCall: ~Copyable {
  /// Ends with nil. Valid while this value lives.
  let pointers: [UnsafeMutablePointer<CChar>?]

  /// - Throws: ``CommandFault`` `command.not_found` where there is nothing to run.
  init(_ command: [[CChar]]) throws {
    guard !command.isEmpty else { throw CommandFault("command.not_found", "there is no command") }
    // Safety: strdup's copies are freed in deinit.
    unsafe pointers = unsafe command.map { unsafe strdup($0) } + [nil]
  }

  deinit {
    // Safety: nobody else holds the copies.
    unsafe pointers.forEach { unsafe free($0) }
  }

  /// What a failure to run it is, as env(1) tells them apart; nil for none.
  func fault(_ error: Int32) -> CommandFault? {
    if error == 0 { return nil }
    // Safety: the first argument is a C string of ours.
    let program = unsafe pointers[0].map { unsafe String(cString: $0) } ?? ""
    let shown = PlainText.command([program])
    return error == ENOENT
      ? CommandFault("command.not_found", "\(shown): not found")
      : CommandFault("command.not_invoked", "\(shown): \(SystemText.of(error))")
  }
}
