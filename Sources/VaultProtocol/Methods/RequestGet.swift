import StrictJSON

/// `request.get`: one request as it stands.
public struct RequestGet: CallParameters {
  static let method = Method.requestGet
  /// The request.
  public let request: Int64

  /// Makes the parameters.
  public init(request: Int64) { self.request = request }

  init(from reader: inout ParameterReader) throws {
    request = try reader.requestID()
    try reader.finish()
  }

  func write(to writer: inout JSONWriter) { writer.member("request", request) }
}
