import StrictJSON

/// `server.status`: the daemon, and who the caller is to it.
public struct ServerStatus: CallParameters {
  /// Makes the parameters, of which there are none.
  public init() {}

  init(from reader: inout ParameterReader) throws { try reader.finish() }

  func write(to writer: inout JSONWriter) {}
}
