import ArgumentParser
import VaultClient
import VaultProtocol

/// How a command ended that did not simply end: what is said, and the code.
struct Failure {
  /// What a person is told on stderr, before the fault.
  private(set) var lines: [String] = []
  /// The last line on stderr.
  private(set) var fault: CommandFault?
  /// What was asked for after all, on stdout: help, a version, a completion script.
  private(set) var output: [String] = []
  /// The exit code.
  private(set) var code: Int32
  /// The signal that ended a wait, where our parent shall see it.
  private(set) var signal: Int32?

  /// - Parameters:
  ///   - isExec: whether the command was `exec` without `--exit-codes`: all of its own failures have one code.
  ///   - hint: what is added to the fault's sentence.
  init(_ error: any Error, isExec: Bool, hint: String? = nil) {
    switch error {
    case let ended as ChildEnded: code = ended.code
    case let interrupted as Interrupted:
      fault = interrupted.fault
      signal = interrupted.isSent ? interrupted.signal : nil
      code = 128 + interrupted.signal
    // Whoever closed stdout has what they wanted.
    case is Console.ReaderGone: code = ExitStatus.done.rawValue
    default:
      guard let fault = Self.fault(error) else {
        code = ExitStatus.done.rawValue
        output = [
          CompletionScript.completed(
            UsageLine.wrapped(in: Envgate.fullMessage(for: error)), aliases: Envgate.aliases)
        ]
        return
      }
      self.fault =
        hint.map { fault.saying(fault.sentence + PlainText.shown($0)) } ?? fault
      if !(error is CommandFault), fault.reason == "usage" { lines = Self.usage(error) }
      let status = fault.status
      let isChilds = status == .cannotInvoke || status == .notFound
      code = isExec && !isChilds ? ExitStatus.ownFailure.rawValue : status.rawValue
    }
  }

  /// Says it, and returns the code to exit with.
  func tell() -> Int32 {
    if !output.isEmpty {
      do { try Console.print(whole: output.map(Console.output.charset.shown)) } catch let fault
        as CommandFault
      {
        Console.report(fault)
        return fault.status.rawValue
      } catch {
        return ExitStatus.done.rawValue
      }
    }
    if !lines.isEmpty { Console.show(lines) }
    if let fault { Console.report(fault) }
    if let signal { SignalWatch.end(by: signal) }
    return code
  }

  static func fault(_ error: any Error) -> CommandFault? {
    switch error {
    case let fault as CommandFault: return fault
    case let error as WireError:
      return CommandFault(error)
    case let fault as ClientFault:
      return CommandFault(fault)
    default:
      let code = Envgate.exitCode(for: error)
      if code.isSuccess { return nil }
      let sentence = firstLine(Envgate.message(for: error))
      // What is not about the command line is a fault of ours, which no word of the help mends.
      return code == .validationFailure
        ? CommandFault(.usage, sentence) : CommandFault(.internalFault, sentence)
    }
  }

  private static func firstLine(_ text: String) -> String {
    let line = text.split(separator: "\n", maxSplits: 1).first.map(String.init) ?? "see --help"
    let sentence = line.prefix(1).lowercased() + line.dropFirst()
    return PlainText.shown(sentence.hasSuffix(".") ? String(sentence.dropLast()) : sentence)
  }

  /// The usage lines that belong to the command, without the sentence that comes last anyhow.
  private static func usage(_ error: any Error) -> [String] {
    UsageLine.wrapped(in: Envgate.fullMessage(for: error)).split(
      separator: "\n", omittingEmptySubsequences: false
    )
    .map(String.init).filter { !$0.hasPrefix("Error: ") && !$0.isEmpty }.map(PlainText.shown)
  }
}

/// A child's own end, passed on as the program's.
struct ChildEnded: Error {
  let code: Int32
}
