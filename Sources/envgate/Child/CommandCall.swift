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
    guard !command.isEmpty else { throw CommandFault(.commandNotFound, "there is no command") }
    // Safety: strdup's copies are freed in deinit.
    unsafe pointers = unsafe command.map { unsafe strdup($0) } + [nil]
  }

  deinit {
    // Safety: nobody else holds the copies.
    unsafe pointers.forEach { unsafe free($0) }
  }

  /// Refuses a command that is not there, or that may not be run, as execvp(3) would find it; whoever is asked for
  /// its secrets would be asked in vain. That it can be run is only known when it does.
  func requireFound() throws {
    // Safety: the first argument is a C string of ours.
    let program =
      unsafe pointers[0].map { first in
        unsafe Array(UnsafeBufferPointer(start: first, count: strlen(first)))
      } ?? []
    if program.contains(0x2F) {
      if let fault = fault(Self.obstacle(program)) { throw fault }
      return
    }
    var found = ENOENT
    let path = ProcessContext.variable("PATH") ?? "/bin:/usr/bin"
    for folder in path.split(separator: ":", omittingEmptySubsequences: false) {
      let place = (folder.isEmpty ? "." : folder).utf8.map { CChar(bitPattern: $0) }
      let obstacle = Self.obstacle(place + [0x2F] + program)
      if obstacle == 0 { return }
      // The search goes on behind what may not be run, and remembers it.
      if obstacle == EACCES { found = EACCES }
    }
    if let fault = fault(found) { throw fault }
  }

  /// The errno with which a path cannot be run; 0 where nothing is known to be in the way.
  private static func obstacle(_ path: [CChar]) -> Int32 {
    var status = stat()
    // Safety: the array ends with a NUL and outlives both calls; the struct is local.
    return unsafe (path + [0]).withUnsafeBufferPointer { path -> Int32 in
      guard let path = path.baseAddress else { return ENOENT }
      guard unsafe stat(path, &status) == 0 else { return errno }
      if status.st_mode & S_IFMT != S_IFREG { return EACCES }
      return unsafe faccessat(AT_FDCWD, path, X_OK, AT_EACCESS) == 0 ? 0 : errno
    }
  }

  /// What a failure to run it is, as env(1) tells them apart; nil for none.
  func fault(_ error: Int32) -> CommandFault? {
    if error == 0 { return nil }
    // Safety: the first argument is a C string of ours.
    let program = unsafe pointers[0].map { unsafe String(cString: $0) } ?? ""
    let shown = PlainText.command([program])
    return error == ENOENT
      ? CommandFault(.commandNotFound, "\(shown): not found")
      : CommandFault(.commandNotInvoked, "\(shown): \(SystemText.of(error))")
  }
}
