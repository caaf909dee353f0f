import Glibc
import SecretMemory

/// A child's stdout and stderr, each through a filter to ours, on the ways of ``OutputWays``. Make it, start the child with ``childOutput`` and ``childErrors`` as its descriptors 1 and 2,
/// say ``childStarted()``, wait for the child, say ``finish()``.
///
/// What a process in the background writes after the child's end does not pass: nobody is there to filter
/// it, so it gets SIGPIPE or EIO.
final class MaskedStreams {
  private let output: MaskPump
  /// nil where both streams are one.
  private let errors: MaskPump?
  private let terminals: [OutputTerminal]
  private var childEnds: [Int32]
  /// The common words that are a value or a part of one, and stay readable.
  let words: [String]

  /// The child's descriptors 1 and 2; ours until ``childStarted()``, close-on-exec.
  let childOutput: Int32
  let childErrors: Int32

  /// - Parameters:
  ///   - values: what is hidden.
  ///   - ways: what lies between the child and us; this object's from here on.
  ///   - witness: holds the ways' near ends, too, and lets each go when we do.
  init(values: MaskValues, on ways: OutputWays, witness: SignalWitness? = nil) throws {
    childEnds = ways.all.map(\.far)
    childOutput = ways.output.far
    childErrors = (ways.errors ?? ways.output).far
    terminals = ways.all.compactMap(\.terminal)
    let patterns = try MaskPatterns(values)
    words = patterns.words
    let automaton = MaskAutomaton(patterns)
    let pumps = try ways.all.enumerated().map { index, way in
      try MaskPump(
        from: way.near, to: way.target, through: automaton, terminal: way.terminal,
        whenClosed: { witness?.release(UInt8(index)) })
    }
    output = pumps[0]
    errors = pumps.count > 1 ? pumps[1] : nil
    for pump in pumps { try pump.start() }
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
}
