import CLinux

/// A pipe whose ends no child inherits.
enum PipeEnds {
  /// - Parameter size: how much it should hold, in bytes; 0 for what the kernel gives.
  /// - Returns: the end to read from, and the end to write to; both close-on-exec.
  /// - Throws: ``CommandFault`` `system`.
  static func open(size: Int32 = 0) throws -> (near: Int32, far: Int32) {
    var (near, far): (Int32, Int32) = (-1, -1)
    // Safety: the callee fills both during the call.
    let failure = unsafe envgate_make_pipe(size, &near, &far)
    if failure != 0 { throw CommandFault(.system, "pipe failed: \(SystemText.of(failure))") }
    return (near, far)
  }
}
