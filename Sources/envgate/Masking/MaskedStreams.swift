import CLinux
import Glibc
import SecretMemory

/// A child's stdout and stderr, each through a filter to ours.
///
/// A stream that is a terminal here is one to the child too (``OutputTerminal``), all else is a pipe.
/// Where both of ours are the same file, pipe or terminal, so are the child's, and its lines keep their
/// order. Make it, start the child with ``childOutput`` and ``childErrors`` as its descriptors 1 and 2,
/// say ``childStarted()``, wait for the child, say ``finish()``.
///
/// What a process in the background writes after the child's end does not pass: nobody is there to filter
/// it, so it gets SIGPIPE or EIO.
final class MaskedStreams {
  /// What everybody may make a pipe by default (pipe(7)); a larger one is filled and emptied less often.
  private static let pipeSize: Int32 = 1 << 20

  private let output: MaskPump
  /// nil where both streams are one.
  private let errors: MaskPump?
  private let terminals: [OutputTerminal]
  private var childEnds: [Int32]

  /// The child's descriptors 1 and 2; ours until ``childStarted()``, close-on-exec.
  let childOutput: Int32
  let childErrors: Int32

  /// - Parameters:
  ///   - values: what is hidden.
  ///   - output: where the child's stdout goes.
  ///   - errors: where its stderr goes.
  init(
    values: [SecretBuffer], output: Int32 = STDOUT_FILENO, errors: Int32 = STDERR_FILENO
  ) throws {
    let automaton = MaskAutomaton(try MaskPatterns(values))
    let first = try Way(to: output)
    self.output = try first.pump(to: output, through: automaton)
    childOutput = first.far
    if Self.isSame(output, errors) {
      self.errors = nil
      childErrors = first.far
      terminals = [first.terminal].compactMap { $0 }
      childEnds = [first.far]
    } else {
      let second: Way
      do { second = try Way(to: errors) } catch {
        close(first.far)
        throw error
      }
      self.errors = try second.pump(to: errors, through: automaton)
      childErrors = second.far
      terminals = [first.terminal, second.terminal].compactMap { $0 }
      childEnds = [first.far, second.far]
    }
    try self.output.start()
    try self.errors?.start()
  }

  deinit { closeChildEnds() }

  /// Takes note that the child has its descriptors: from now on their end is the child's.
  func childStarted() { closeChildEnds() }

  /// Takes note that the child has ended, and returns when what it wrote has gone out. What is still to be
  /// written is, as far as somebody takes it. Of a reader or a terminal that is gone the command has
  /// learnt itself; of a full disk it cannot.
  /// - Returns: why output was lost without the command's knowledge; nil where none was.
  @discardableResult
  func finish() -> CommandFault? {
    closeChildEnds()
    output.finish()
    errors?.finish()
    let failure = [output.failure, errors?.failure ?? 0].first { ![0, EPIPE, EIO].contains($0) }
    return failure.map {
      CommandFault(
        .outputFailed, "the command's output could not be written: \(SystemText.of($0))")
    }
  }

  /// Takes note that the window has another size (SIGWINCH).
  func windowChanged() {
    for terminal in terminals { terminal.windowChanged() }
  }

  private func closeChildEnds() {
    for end in childEnds { close(end) }
    childEnds = []
  }

  /// Whether two descriptors lead to the same place.
  private static func isSame(_ left: Int32, _ right: Int32) -> Bool {
    var (first, second) = (stat(), stat())
    // Safety: each call fills a local struct.
    guard unsafe fstat(left, &first) == 0, unsafe fstat(right, &second) == 0 else { return false }
    if isatty(left) == 1, isatty(right) == 1 { return first.st_rdev == second.st_rdev }
    return first.st_dev == second.st_dev && first.st_ino == second.st_ino
  }

  /// A pipe or a terminal in between.
  private struct Way {
    let near: Int32
    let far: Int32
    let terminal: OutputTerminal?

    init(to target: Int32) throws {
      if isatty(target) == 1 {
        let made = try OutputTerminal(before: target)
        (near, far, terminal) = (made.near, made.far, made)
        return
      }
      (near, far) = try PipeEnds.open(size: MaskedStreams.pipeSize)
      terminal = nil
    }

    func pump(to target: Int32, through automaton: MaskAutomaton) throws -> MaskPump {
      try MaskPump(from: near, to: target, through: automaton, terminal: terminal)
    }
  }
}
