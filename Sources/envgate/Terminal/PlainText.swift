import VaultCore

/// Text as it may reach a terminal.
enum PlainText {
  /// The text on one line, what could steer a terminal or deceive a reader as `\u{…}`.
  ///
  /// The vault's facts need no quotes, but who prints them need not trust the daemon for that.
  static func shown(_ text: String) -> String { ForeignText.legible(text) }

  /// A command as it could be typed into a shell: arguments in single quotes where they need them.
  ///
  /// An argument that holds what must not reach a terminal is shown as foreign text instead.
  static func command(_ arguments: [String]) -> String {
    arguments.map { argument in
      if ForeignText.legible(argument) != argument {
        return ForeignText.quoted(argument)
      }
      if !argument.isEmpty, argument.utf8.allSatisfy(isPlain) { return argument }
      return "'"
        + argument.split(separator: "'", omittingEmptySubsequences: false)
        .joined(separator: "'\\''") + "'"
    }.joined(separator: " ")
  }

  private static func isPlain(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
    case 0x25, 0x2B, 0x2C, 0x2D, 0x2E, 0x2F, 0x3A, 0x3D, 0x40, 0x5F: true
    default: false
    }
  }
}
