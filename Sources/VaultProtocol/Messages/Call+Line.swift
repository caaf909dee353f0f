public import StrictJSON

extension Call {
  /// Writes the line that makes this call, its newline included.
  public func writeLine(id: MessageID, to writer: inout JSONWriter) {
    writer.beginObject()
    writer.member("jsonrpc", "2.0")
    writer.key("id")
    id.write(to: &writer)
    writer.member("method", method.rawValue)
    writer.key("params")
    writer.beginObject()
    parameters.write(to: &writer)
    writer.endObject()
    writer.endObject()
    writer.newline()
  }
}
