import SecretMemory

/// What a GitHub runner reads from the files behind `$GITHUB_ENV` and `$GITHUB_OUTPUT`:
///
///     NAME<<ghadelimiter_…
///     the value
///     ghadelimiter_…
///
/// The runner decodes the file as UTF-8, mends what is not, and splits it at newlines alone: on Linux a
/// carriage return belongs to the value (actions/runner, FileCommandManager.cs). The delimiter is random,
/// so that nobody who chooses a value can end it and go on with variables of their own.
enum GitHubEnvFormat {
  /// - Parameter delimiter: makes a delimiter; asked again where it is a line of the value.
  static func lines(
    _ name: String, _ value: SecretBuffer, delimiter: () -> String = randomDelimiter
  ) throws -> SecretBuffer {
    try value.requireNoNUL("a variable of a runner")
    guard value.isUTF8 else {
      throw CommandFault(
        .valueFormat,
        "the value is not UTF-8, which GitHub's runner requires; use --format json or raw")
    }
    var chosen = delimiter()
    while value.hasLine(chosen) { chosen = delimiter() }
    // Safety: the value lends its bytes for the call.
    return try unsafe value.withUnsafeBytes {
      try unsafe .line("\(name)<<\(chosen)\n", around: $0, "\n\(chosen)\n")
    }
  }

  /// 128 bits of the system's generator (getrandom(2)), in the form of the runner's own toolkit.
  private static func randomDelimiter() -> String {
    var generator = SystemRandomNumberGenerator()
    let digits = (0..<2).map { _ in
      let half = String(generator.next() as UInt64, radix: 16)
      return String(repeating: "0", count: 16 - half.count) + half
    }
    return "ghadelimiter_" + digits.joined()
  }
}

extension SecretBuffer {
  /// Whether a line, as a runner splits them, is this text.
  fileprivate func hasLine(_ text: String) -> Bool {
    let wanted = Array(text.utf8)
    // Safety: the buffer lends its bytes for the closure.
    return unsafe withUnsafeBytes { bytes in
      unsafe bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        .contains { unsafe $0.elementsEqual(wanted) }
    }
  }
}
