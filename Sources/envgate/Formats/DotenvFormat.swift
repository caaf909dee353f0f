import SecretMemory

/// A line of a dotenv file, `NAME=value`, that its readers agree on.
///
/// There is no standard. This goes by what python-dotenv, Ruby's dotenv (2.8, and 3), Node's dotenv (15
/// and later) and Node's own `--env-file` read, and ``DotenvScanner``; what they differ about is refused:
///
/// - between single quotes python-dotenv takes `\\` for one backslash, and all but ours take `\'` for no
///   end; python-dotenv expands `${…}` whatever the quotes;
/// - between double quotes Ruby expands `$`, and runs `$(…)`, and ours refuses a backtick; Node undoes no `\"` and
///   no `\\`;
/// - without quotes `#`, blanks at the ends, a quote at the start, and a backslash mean something;
/// - a carriage return is made a newline by three of them; what is not UTF-8 is mended or refused.
///
/// Readers that know no quotes, such as `docker run --env-file`, are not among them.
enum DotenvFormat {
  static func line(_ name: String, _ value: SecretBuffer) throws -> SecretBuffer {
    try value.requireNoNUL("a variable")
    guard value.isUTF8 else {
      throw CommandFault(
        .valueFormat,
        "the value is not UTF-8, and readers of dotenv files differ on such values; use --format json or raw"
      )
    }
    // Safety: the value lends its bytes for the closure.
    return try unsafe value.withUnsafeBytes { bytes in
      guard let quote = unsafe quote(for: bytes) else {
        throw CommandFault(
          .valueFormat,
          "readers of dotenv files would read this value differently: it has quotes, backslashes, dollars, "
            + "backticks or carriage returns; use --format shell, json or raw")
      }
      return try unsafe .line("\(name)=\(quote)", around: bytes, "\(quote)\n")
    }
  }

  /// What goes around the value as it is; nil where there is nothing that all take for the same.
  private static func quote(for bytes: UnsafeRawBufferPointer) -> String? {
    var seen = Seen()
    // Safety: the caller lends the bytes for the call.
    for index in 0..<bytes.count {
      seen.note(unsafe bytes[index], behind: index > 0 ? unsafe bytes[index - 1] : nil)
    }
    if seen.carriageReturn { return nil }
    if !seen.single, !seen.expansion, !seen.backslashes, seen.last != UInt8(ascii: "\\") {
      return "'"
    }
    if seen.dollar || seen.backslash || seen.backtick { return nil }
    if !seen.double { return "\"" }
    return seen.isOnePlainWord ? "" : nil
  }

  /// What a value holds of the characters that readers mind.
  private struct Seen {
    var first: UInt8?
    var last: UInt8?
    var single = false
    var double = false
    var dollar = false
    /// `${`
    var expansion = false
    var backtick = false
    var backslash = false
    /// Two of them in a row.
    var backslashes = false
    var carriageReturn = false
    /// What is not printed ASCII.
    var other = false
    var hash = false

    mutating func note(_ byte: UInt8, behind previous: UInt8?) {
      if first == nil { first = byte }
      last = byte
      switch byte {
      case UInt8(ascii: "'"): single = true
      case UInt8(ascii: "\""): double = true
      case UInt8(ascii: "$"): dollar = true
      case UInt8(ascii: "`"): backtick = true
      case UInt8(ascii: "{"): if previous == UInt8(ascii: "$") { expansion = true }
      case UInt8(ascii: "\\"):
        backslash = true
        if previous == byte { backslashes = true }
      case UInt8(ascii: "\r"): carriageReturn = true
      case UInt8(ascii: "#"): hash = true
      case 0x20...0x7E: break
      default: other = true
      }
    }

    /// Whether it needs no quotes: no line of several, no comment, no blank or quote at an end.
    var isOnePlainWord: Bool {
      guard !other, !hash, let first, let last else { return false }
      let quotes = [UInt8(ascii: "'"), UInt8(ascii: "\"")]
      return !quotes.contains(first) && first != 0x20 && last != 0x20
    }
  }
}
