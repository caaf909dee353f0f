import StrictJSON

extension Configuration.Limits {
  /// What a reply with a value needs beside it: names, number and id.
  private static let besideValue = 2_048

  /// The `limits` of a configuration; what is left out has its default.
  init(_ value: JSONValue?) throws {
    self.init()
    guard let value else { return }
    let section = try ConfigurationSection(value, known: Configuration.limitKeys.map(\.name))
    for key in Configuration.limitKeys {
      if let value = section["\(key.name)"] {
        self[keyPath: key.field] = Int(try value.integer(in: key.range))
      }
    }
    let longest = Self.longestValue(lineBytes: lineBytes)
    // What is left out fits a shorter line, too.
    if section["value_bytes"] == nil { valueBytes = min(valueBytes, longest) }
    if valueBytes > longest {
      throw Misconfiguration(
        at: section["value_bytes"]?.offset ?? value.offset,
        "this must be at most \(longest), so that a base64 value fits into a line of \(lineBytes) bytes"
      )
    }
  }

  /// The longest value whose base64 still fits a line, and a block of secret memory.
  static func longestValue(lineBytes: Int) -> Int {
    min(1_048_576, (lineBytes - besideValue) / 4 * 3)
  }
}
