/// What a person is told of a mask before the command starts: what it leaves readable.
enum MaskNote {
  /// - Parameter names: the secrets that are too short to be masked.
  static func short(_ names: [String]) -> String? {
    if names.isEmpty { return nil }
    let verb = names.count == 1 ? "is" : "are"
    return "\(names.joined(separator: ", ")) \(verb) not masked: values shorter than "
      + "\(MaskPieces.least) bytes are too common in a log"
  }

  /// - Parameter words: the common words that are a value or a part of one.
  static func words(_ words: [String]) -> String? {
    if words.isEmpty { return nil }
    return
      "these common words stay readable, although secrets contain them: \(words.joined(separator: ", "))"
  }
}
