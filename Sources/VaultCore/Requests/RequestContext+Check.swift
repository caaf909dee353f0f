extension RequestContext {
  /// Refuses text that is too long, or that could deceive who reads it.
  /// - Throws: ``Refusal/contextInvalid(_:_:)`` naming the part.
  public func check() throws(Refusal) {
    for (part, text) in [
      ("reason", reason), ("ref", ref), ("commit", commit), ("run_url", runURL),
      ("delivery", delivery), ("key", key),
    ] {
      guard let text else { continue }
      try Self.check(text, part)
    }
    if command.count > Self.mostArguments {
      throw .contextInvalid("command", "has more than \(Self.mostArguments) arguments")
    }
    if command.reduce(0, { $0 + $1.utf8.count }) > Self.longestCommand {
      throw .contextInvalid("command", "is longer than \(Self.longestCommand) bytes")
    }
  }

  /// Refuses a text of one part; a command's arguments are shown escaped instead, since a script may
  /// well hold newlines.
  public static func check(_ text: String, _ part: String) throws(Refusal) {
    if text.utf8.count > longestText {
      throw .contextInvalid(part, "is longer than \(longestText) bytes")
    }
    if let scalar = text.unicodeScalars.first(where: { !ForeignText.allows($0) }) {
      throw .contextInvalid(
        part,
        "has the character \(ForeignText.number(of: scalar)), which could deceive a reader; write one line of plain text"
      )
    }
  }
}
