import StrictJSON

/// `events.subscribe`: from here on the daemon tells this connection how requests move on.
public struct EventsSubscribe: CallParameters {
  /// Only events behind this number; nil for what happens from now on. Whoever returns with the last
  /// number that it got misses nothing.
  public let after: Int64?

  /// Makes the parameters.
  public init(after: Int64? = nil) { self.after = after }

  init(from reader: inout ParameterReader) throws {
    after = try reader.optionalInteger("after", in: 0...ParameterReader.largestInteger)
    try reader.finish()
  }

  func write(to writer: inout JSONWriter) { writer.optional("after", after) }
}
