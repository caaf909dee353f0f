import Glibc
import StrictJSON
import VaultCore

/// Where `exec --status-file` says how it ended: the file that tells a script whether a code is the
/// command's or ours, and whether there was a command at all.
///
/// Opened before anybody is asked, so that a path that is no good costs nobody a review. Like a ticket's file it
/// is a plain file of our own account: no link is followed, and no pipe or device is opened.
final class StatusFile {
  private let descriptor: Int32
  private let path: String
  /// Whether the command was started.
  var hasRun = false

  /// - Throws: ``CommandFault`` `status.file`.
  init(_ path: String) throws {
    // O_NONBLOCK, because opening a named pipe would wait for its reader.
    // Safety: the path is lent for the call.
    descriptor = unsafe open(
      path, O_WRONLY | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC, 0o600)
    self.path = path
    guard descriptor >= 0 else {
      throw fault(
        errno == ELOOP
          ? "is a symbolic link; name the file itself"
          : "cannot be written: \(SystemText.of(errno))")
    }
    var status = stat()
    // Safety: the kernel fills the local struct during the call.
    guard unsafe fstat(descriptor, &status) == 0 else {
      throw fault("cannot be looked at: \(SystemText.of(errno))")
    }
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw fault("is not a regular file; name a regular file or a new path")
    }
    guard status.st_uid == geteuid() else {
      throw fault("belongs to uid \(status.st_uid); name a file of your own")
    }
    // An earlier end is not ours, should we be killed.
    guard ftruncate(descriptor, 0) == 0 else {
      throw fault("cannot be written: \(SystemText.of(errno))")
    }
  }

  private func fault(_ sentence: String) -> CommandFault {
    CommandFault(.statusFile, "the status file \(ForeignText.quoted(path)) \(sentence)")
  }

  deinit { if descriptor >= 0 { _ = close(descriptor) } }

  /// Writes `{"reason":…,"sentence":…,"code":…,"ran":…}` and a newline. What cannot be written is told, and
  /// changes no exit code.
  private func write(reason: String, sentence: String, code: Int32, ran: Bool) {
    var writer = JSONWriter()
    writer.beginObject()
    writer.key("reason")
    writer.string(reason)
    writer.key("sentence")
    writer.string(sentence)
    writer.key("code")
    writer.integer(Int64(code))
    writer.key("ran")
    writer.bool(ran)
    writer.endObject()
    writer.newline()
    // What stands there may be what was said before a command that then could not be run.
    if lseek(descriptor, 0, SEEK_SET) == 0 { _ = ftruncate(descriptor, 0) }
    // Safety: the writer lends its bytes for the call.
    let error = unsafe writer.withUnsafeBytes { unsafe WholeWrite.write($0, to: descriptor) }
    if error != 0 {
      Console.note(PlainText.shown("\(path) cannot be written: \(SystemText.of(error))"))
    }
  }

  /// Writes how the command ended.
  func write(_ end: ChildProcess.End) {
    switch end {
    case .exited(let code):
      write(
        reason: "command.exited", sentence: "the command exited with \(code)", code: end.code,
        ran: true)
    case .killed(let signal):
      write(
        reason: "command.killed", sentence: "the command was killed by signal \(signal)",
        code: end.code, ran: true)
    }
  }

  /// Writes that the command takes our place: how it ends is its parent's to see.
  func writeReplaced() {
    write(
      reason: "command.replaced", sentence: "envgate has become the command", code: 0,
      ran: true)
  }

  /// Writes why there was no command, or that something of ours failed.
  func write(_ failure: Failure) {
    guard let fault = failure.fault else { return }
    write(reason: fault.reason, sentence: fault.sentence, code: failure.code, ran: hasRun)
  }
}
