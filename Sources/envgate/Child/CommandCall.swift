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
    let isPath = program.contains(0x2F)
    var found = ENOENT
    for place in places {
      let obstacle = Self.obstacle(place)
      if obstacle == 0 { return }
      // The search goes on behind what may not be run, and remembers it.
      if isPath || obstacle == EACCES { found = obstacle }
    }
    if let fault = fault(found) { throw fault }
  }

  private var program: [CChar] {
    // Safety: the first argument is a C string of ours.
    unsafe pointers[0].map { first in
      unsafe Array(UnsafeBufferPointer(start: first, count: strlen(first)))
    } ?? []
  }

  /// The paths that are tried, in their order. No name at all is found nowhere, as execvp(3) has it.
  private var places: [[CChar]] {
    let program = program
    if program.isEmpty { return [] }
    if program.contains(0x2F) { return [program] }
    let path = ProcessContext.variable("PATH") ?? "/bin:/usr/bin"
    return path.split(separator: ":", omittingEmptySubsequences: false).map { folder in
      (folder.isEmpty ? "." : folder).utf8.map { CChar(bitPattern: $0) } + [0x2F] + program
    }
  }

  /// The errno with which a path cannot be run; 0 where nothing is known to be in the way. A script whose interpreter
  /// is missing is as good as not there.
  private static func obstacle(_ path: [CChar]) -> Int32 {
    var status = stat()
    // Safety: the array ends with a NUL and outlives both calls; the struct is local.
    return unsafe (path + [0]).withUnsafeBufferPointer { path -> Int32 in
      guard let path = path.baseAddress else { return ENOENT }
      guard unsafe stat(path, &status) == 0 else { return errno }
      if status.st_mode & S_IFMT != S_IFREG { return EACCES }
      if unsafe faccessat(AT_FDCWD, path, X_OK, AT_EACCESS) != 0 { return errno }
      return unsafe ScriptInterpreter.missing(of: path) == nil ? 0 : ENOENT
    }
  }

  /// The interpreter for want of which the first script that is there does not run.
  private var missingInterpreter: String? {
    places.lazy.compactMap { place in
      // Safety: the array ends with a NUL and outlives the call.
      unsafe (place + [0]).withUnsafeBufferPointer { path in
        unsafe path.baseAddress.flatMap { unsafe ScriptInterpreter.missing(of: $0) }
      }
    }.first
  }

  /// What a failure to run it is, as env(1) tells them apart; nil for none.
  func fault(_ error: Int32) -> CommandFault? {
    if error == 0 { return nil }
    // Safety: the first argument is a C string of ours.
    let program = unsafe pointers[0].map { unsafe String(cString: $0) } ?? ""
    let shown = PlainText.command([program])
    if error == ENOENT, let missing = missingInterpreter {
      return CommandFault(
        .commandNotFound, "\(shown): its interpreter \(PlainText.command([missing])) is missing")
    }
    return error == ENOENT
      ? CommandFault(.commandNotFound, "\(shown): not found")
      : CommandFault(.commandNotInvoked, "\(shown): \(SystemText.of(error))")
  }
}
