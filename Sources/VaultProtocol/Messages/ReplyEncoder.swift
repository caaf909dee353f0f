import StrictJSON

/// Writes the answers of one connection, or of one thread, one at a time into storage that it keeps.
///
/// Invariant: what stands in the storage is one whole line no longer than the limit. The storage is
/// wiped when the next answer begins and when the encoder ends, since values pass through it.
public struct ReplyEncoder: ~Copyable {
  private var writer = JSONWriter()
  private let limits: ProtocolLimits

  /// Makes an encoder.
  public init(limits: ProtocolLimits) { self.limits = limits }

  /// Writes `{"jsonrpc":"2.0","id":…,"result":…}` and a newline.
  ///
  /// A result that does not fit a line is replaced by an error that says so.
  public mutating func encode(_ id: MessageID, result: some WireView) {
    begin(id)
    writer.key("result")
    result.write(to: &writer, fitting: limits.line)
    end()
    if writer.count > limits.line { encode(id, error: .replyLimit(limits.line)) }
  }

  /// Writes `{"jsonrpc":"2.0","id":…,"error":…}` and a newline; the id is null where none was read.
  ///
  /// An error whose data does not fit a line travels without them.
  public mutating func encode(_ id: MessageID?, error: WireError) {
    begin(id)
    writer.key("error")
    error.write(to: &writer)
    end()
    if writer.count > limits.line, error != .replyLimit(limits.line) {
      encode(id, error: .replyLimit(limits.line))
    }
  }

  /// Writes `{"jsonrpc":"2.0","method":"event","params":…}` and a newline: a notification, which answers
  /// no call (JSON-RPC 2.0, 4.1).
  public mutating func encode(event: EventView) {
    writer.reset()
    writer.beginObject()
    writer.member("jsonrpc", "2.0")
    writer.member("method", EventView.method)
    writer.key("params")
    event.write(to: &writer)
    end()
  }

  /// The bytes of the line.
  public var count: Int { writer.count }

  /// Lends the line for the length of the call.
  public borrowing func withUnsafeBytes<Result>(
    _ body: (UnsafeRawBufferPointer) throws -> Result
  ) rethrows -> Result {
    // Safety: the writer owns the bytes; the caller copies what it keeps.
    try unsafe writer.withUnsafeBytes(body)
  }

  /// Wipes the line.
  public mutating func wipe() { writer.reset() }

  private mutating func begin(_ id: MessageID?) {
    writer.reset()
    writer.beginObject()
    writer.member("jsonrpc", "2.0")
    writer.key("id")
    if let id { id.write(to: &writer) } else { writer.null() }
  }

  private mutating func end() {
    writer.endObject()
    writer.newline()
  }
}
