import SecretMemory

/// `NAME='…'` and a newline: an assignment, for `eval` in sh, bash, dash, ksh and zsh.
///
/// Between single quotes nothing is special but the quote itself (POSIX, XCU 2.2.2), which is therefore
/// written outside of them. No shell has a variable with a NUL.
enum ShellFormat {
  static func line(_ name: String, _ value: SecretBuffer) throws -> SecretBuffer {
    try value.requireNoNUL("a shell's variable")
    // Safety: the value lends its bytes for the call.
    return try unsafe value.withUnsafeBytes {
      try unsafe .line(
        "\(name)='", around: $0, "'\n", replacing: UInt8(ascii: "'"), with: #"'\''"#)
    }
  }
}
