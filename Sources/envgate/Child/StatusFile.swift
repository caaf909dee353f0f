import Glibc
import StrictJSON

/// Where `exec --status-file` says how it ended: the file that tells a script whether a code is the
/// command's or ours.
///
/// Opened before anybody is asked, so that a path that is no good costs nobody a review.
final class StatusFile {
  private let descriptor: Int32
  private let path: String

  /// - Throws: ``CommandFault`` `status.file`.
  init(_ path: String) throws {
    // Safety: the path is lent for the call.
    descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOCTTY, 0o600)
    self.path = path
    guard descriptor >= 0 else {
      throw CommandFault(
        "status.file", PlainText.shown("\(path) cannot be written: \(SystemText.of(errno))"))
    }
  }

  /// The file of a command line that could not be read as a whole; nil where it names none.
  convenience init?(in arguments: [String]) throws {
    let option = "--status-file"
    let own = arguments.prefix { $0 != "--" }
    guard let index = own.firstIndex(where: { $0 == option || $0.hasPrefix(option + "=") }) else {
      return nil
    }
    let joined = own[index].dropFirst(option.count + 1)
    guard let path = joined.isEmpty ? own.dropFirst(index + 1).first : String(joined) else {
      return nil
    }
    try self.init(path)
  }

  deinit { if descriptor >= 0 { _ = close(descriptor) } }

  /// Writes `{"reason":…,"sentence":…,"code":…}` and a newline. What cannot be written is told, and
  /// changes no exit code.
  func write(reason: String, sentence: String, code: Int32) {
    var writer = JSONWriter()
    writer.beginObject()
    writer.key("reason")
    writer.string(reason)
    writer.key("sentence")
    writer.string(sentence)
    writer.key("code")
    writer.integer(Int64(code))
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
        reason: "command.exited", sentence: "the command exited with \(code)", code: end.code)
    case .killed(let signal):
      write(
        reason: "command.killed", sentence: "the command was killed by signal \(signal)",
        code: end.code)
    }
  }

  /// Writes that the command takes our place: how it ends is its parent's to see.
  func writeReplaced() {
    write(reason: "command.replaced", sentence: "envgate has become the command", code: 0)
  }

  /// Writes why there was no command, or that something of ours failed.
  func write(_ failure: Failure) {
    guard let fault = failure.fault else { return }
    write(reason: fault.reason, sentence: fault.sentence, code: failure.code)
  }
}
