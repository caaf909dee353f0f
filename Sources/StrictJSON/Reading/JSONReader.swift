/// Reads one text after the other into memory that it keeps between them.
///
/// The whole text is checked before anything of it is handed out. What a text said is never copied
/// but by who asks for it.
public struct JSONReader {
  private let options: JSONOptions
  private var tape = TapeStorage()

  /// Makes a reader.
  public init(options: JSONOptions = .wire) { self.options = options }

  /// Reads a text and lends its value.
  /// - Parameters:
  ///   - bytes: the whole text, at most ``JSONOptions/mostBytes``; not kept.
  ///   - body: receives the value. Neither it nor what was taken out of it as `JSONValue`,
  ///     ``JSONArray`` or ``JSONObject`` may be used after `body` has returned.
  /// - Throws: ``JSONFault`` where the text is refused, and what `body` throws.
  public mutating func read<Result>(
    _ bytes: UnsafeRawBufferPointer, _ body: (JSONValue) throws -> Result
  ) throws -> Result {
    // Safety: the caller lends the bytes for this call; nothing keeps them.
    let text = unsafe JSONText(bytes)
    // Offsets on the tape have 32 bits.
    let mostBytes = min(options.mostBytes, Int(Int32.max))
    if text.count > mostBytes { throw JSONFault(.tooLong, at: mostBytes) }
    tape.nodes.removeAll(keepingCapacity: true)
    var parser = try Parser(text, options)
    try parser.parse(into: &tape)
    // Safety: the tape belongs to this reader, which nobody else uses while `body` runs.
    return try unsafe tape.nodes.withUnsafeMutableBufferPointer { nodes in
      try body(JSONValue(unsafe JSONDocument(text: text, nodes: nodes), 0))
    }
  }
}
