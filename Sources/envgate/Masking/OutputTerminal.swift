import CLinux
import Glibc

/// A terminal for a child's output alone, between it and the real one.
///
/// The child sees a terminal with the size and the settings of the real one, and keeps its colours and its
/// line buffering. Its input, its session and its controlling terminal stay the real ones: keys, job
/// control and signals do not come by here. The terminal in between changes no byte: the real one turns a
/// newline into what its line discipline makes of it.
final class OutputTerminal: @unchecked Sendable {
  /// Where the child's writing comes out.
  let near: Int32
  /// What the child gets.
  let far: Int32

  private let real: Int32
  // The pump's thread alone looks at it after the start.
  private var known = termios()

  /// - Parameter real: our descriptor of the real terminal.
  init(before real: Int32) throws {
    var (near, far): (Int32, Int32) = (-1, -1)
    // Safety: the callee fills both during the call.
    let failure = unsafe envgate_open_output_terminal(real, &near, &far)
    if failure != 0 {
      throw CommandFault(
        .system,
        "there is no terminal for the command's output: \(SystemText.of(failure)); "
          + "pipe its output through cat, or leave --mask out")
    }
    (self.near, self.far, self.real) = (near, far, real)
    // Safety: the call fills the struct of ours.
    unsafe tcgetattr(near, &known)
  }

  /// Hands on the real terminal's size, and tells the foreground once more: who asked between the signal
  /// that brought us here and now has got the old one.
  func windowChanged() {
    if envgate_copy_window(real, near) == 1 {
      let group = tcgetpgrp(real)
      if group > 1 { kill(-group, SIGWINCH) }
    }
  }

  /// Hands on what the child has set through its output, as curses does: a raw mode is meant for the keys.
  func carrySettings() {
    var now = termios()
    var wanted = termios()
    // Safety: each call reads or fills a local struct.
    guard unsafe tcgetattr(near, &now) == 0, !Self.isSame(now, known),
      tcgetpgrp(real) == getpgrp(), unsafe tcgetattr(real, &wanted) == 0
    else { return }
    Self.carry(now.c_iflag, known.c_iflag, to: &wanted.c_iflag)
    Self.carry(now.c_lflag, known.c_lflag, to: &wanted.c_lflag)
    Self.carry(now.c_oflag & tcflag_t(OPOST), known.c_oflag & tcflag_t(OPOST), to: &wanted.c_oflag)
    wanted.c_cc = now.c_cc
    known = now
    _ = unsafe tcsetattr(real, TCSADRAIN, &wanted)
  }

  private static func carry(_ now: tcflag_t, _ before: tcflag_t, to wanted: inout tcflag_t) {
    let changed = now ^ before
    wanted = wanted & ~changed | now & changed
  }

  private static func isSame(_ left: termios, _ right: termios) -> Bool {
    var (left, right) = (left, right)
    // Safety: both are plain structs without gaps, filled by the same call; lent for the comparison.
    return unsafe withUnsafeBytes(of: &left) { left in
      unsafe withUnsafeBytes(of: &right) { right in unsafe left.elementsEqual(right) }
    }
  }
}
