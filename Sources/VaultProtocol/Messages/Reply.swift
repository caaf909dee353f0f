public import StrictJSON

/// What a daemon answered, as long as the line is lent.
public enum Reply {
  /// The result; valid only inside the body that receives it.
  case result(JSONValue)
  /// A refusal or a fault.
  case error(WireError)
  /// What the daemon says by itself, under no id, about something that was subscribed to.
  case event(EventView)

  /// Reads a line from a daemon, without its newline, and hands it to `body`.
  ///
  /// Members that this version does not know are passed over: a daemon may be newer than its client.
  /// - Parameters:
  ///   - line: the bytes; not kept.
  ///   - reader: a reader that is used again for each line.
  ///   - body: receives the id, nil where the daemon could not read one, and the answer.
  /// - Throws: `JSONFault` where the line is no answer, and what `body` throws.
  public static func decode<Result>(
    _ line: UnsafeRawBufferPointer, reader: inout JSONReader,
    _ body: (MessageID?, Reply) throws -> Result
  ) throws -> Result {
    // Safety: the caller lends the bytes for this call, and `body` keeps nothing of them.
    try unsafe reader.read(line) { message in
      var object = try message.object()
      if let method = object.optional("method") {
        // A notification of a newer daemon, which this version does not know, is no answer either.
        guard method.equalsASCII("event") else {
          throw JSONFault(.outOfRange, at: method.offset, "the only notification is event")
        }
        return try body(nil, .event(try EventView(object.required("params"))))
      }
      let id = try MessageID(object.required("id"))
      if let error = object.optional("error") { return try body(id, .error(WireError(error))) }
      return try body(id, .result(object.required("result")))
    }
  }
}

extension Reply {
  /// The result as a view.
  /// - Throws: ``WireError`` where the daemon refused, `JSONFault` where the result is not such a view.
  public func view<View: WireView>(as: View.Type = View.self) throws -> View {
    switch self {
    case .result(let value): try View(value)
    case .error(let error): throw error
    case .event: throw JSONFault(.missingMember, at: 0, "result")
    }
  }
}
