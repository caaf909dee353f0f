/// What a person is told of a mask before the command starts: what it leaves readable.
enum MaskNote {
  /// - Parameter names: the secrets that are too short to be masked.
  static func short(_ names: [String]) -> String? {
    if names.isEmpty { return nil }
    let verb = names.count == 1 ? "is" : "are"
    return "\(names.joined(separator: ", ")) \(verb) not masked: a value of fewer than "
      + "\(MaskPieces.least) bytes stands in any log"
  }

  /// - Parameter words: the common words that are a value or a part of one.
  static func words(_ words: [String]) -> String? {
    if words.isEmpty { return nil }
    return "common words stay readable, though secrets hold them: \(words.joined(separator: ", "))"
  }
}
