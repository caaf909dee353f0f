import Glibc

/// What lies between a child's stdout and stderr and ours: a pipe or a terminal each.
///
/// A stream that is a terminal here is one to the child too (``OutputTerminal``), all else is a pipe.
/// Where both of ours are the same file, pipe or terminal, so are the child's, and its lines keep their
/// order. Made before a value is there, so that a process which holds the near ends as well knows none.
struct OutputWays {
  /// What everybody may make a pipe by default (pipe(7)); a larger one is filled and emptied less often.
  private static let pipeSize: Int32 = 1 << 20

  /// One of them; both ends are close-on-exec.
  struct Way {
    /// Where the child's writing comes out.
    let near: Int32
    /// What the child gets.
    let far: Int32
    /// Our descriptor that it goes to.
    let target: Int32
    let terminal: OutputTerminal?

    fileprivate init(to target: Int32) throws {
      self.target = target
      if isatty(target) == 1 {
        let made = try OutputTerminal(before: target)
        (near, far, terminal) = (made.near, made.far, made)
        return
      }
      (near, far) = try PipeEnds.open(size: OutputWays.pipeSize)
      terminal = nil
    }
  }

  let output: Way
  /// nil where both streams are one.
  let errors: Way?

  var all: [Way] { [output] + (errors.map { [$0] } ?? []) }

  /// - Parameters:
  ///   - output: where the child's stdout goes.
  ///   - errors: where its stderr goes.
  init(to output: Int32 = STDOUT_FILENO, _ errors: Int32 = STDERR_FILENO) throws {
    let first = try Way(to: output)
    self.output = first
    do { self.errors = Self.isSame(output, errors) ? nil : try Way(to: errors) } catch {
      close(first.near)
      close(first.far)
      throw error
    }
  }

  /// Whether two descriptors lead to the same place.
  private static func isSame(_ left: Int32, _ right: Int32) -> Bool {
    var (first, second) = (stat(), stat())
    // Safety: each call fills a local struct.
    guard unsafe fstat(left, &first) == 0, unsafe fstat(right, &second) == 0 else { return false }
    if isatty(left) == 1, isatty(right) == 1 { return first.st_rdev == second.st_rdev }
    return first.st_dev == second.st_dev && first.st_ino == second.st_ino
  }
}
