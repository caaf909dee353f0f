/// What a reader allows.
public struct JSONOptions: Sendable {
  /// Whether `//` comments may stand where white space may.
  public var allowsComments: Bool
  /// How deep containers may nest.
  public var mostDepth: Int
  /// The longest text, in bytes.
  public var mostBytes: Int

  /// RFC 8259 and I-JSON's ban on duplicate keys, nothing else: a line of the wire.
  public static let wire = JSONOptions(allowsComments: false, mostDepth: 32, mostBytes: 1 << 24)
  /// The same with `//` comments: a file that people write.
  public static let file = JSONOptions(allowsComments: true, mostDepth: 32, mostBytes: 1 << 24)
}

/// Reads one text after the other; keeps its storage between them.
///
/// A text is checked whole before anything of it is used. Nothing of it is copied until a value is asked
/// for, and a secret then goes straight into secret memory.
public struct JSONReader {
  private let options: JSONOptions
  private let tape = Tape()

  /// Makes a reader.
  public init(options: JSONOptions = .wire) { self.options = options }

  /// Reads a whole text and lends its root.
  ///
  /// - Parameters:
  ///   - bytes: the text; lent for this call.
  ///   - body: uses the root; neither it nor a value below it may be kept.
  /// - Throws: ``JSONFault`` where the text is not strictly JSON, and what `body` throws.
  public mutating func read<Result>(
    _ bytes: UnsafeRawBufferPointer, _ body: (JSONValue) throws -> Result
  ) throws -> Result {
    if bytes.count > options.mostBytes { throw JSONFault(.tooLong, at: options.mostBytes) }
    // Safety: the tape refers to the caller's bytes until this call returns, and is emptied then.
    unsafe tape.bytes = bytes
    defer {
      unsafe tape.bytes = UnsafeRawBufferPointer(start: nil, count: 0)
      tape.nodes.removeAll(keepingCapacity: true)
    }
    var parser = unsafe Parser(bytes, options: options, tape: tape)
    try parser.parse()
    return try body(JSONValue(tape: tape, index: 0))
  }
}
