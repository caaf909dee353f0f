public import StrictJSON

/// What `request.revoke` of all answers.
public struct RevokedView: WireView, Hashable {
  /// The requests whose approval or grant was taken back.
  public let revoked: [Int64]
  /// Whether there may be more; the call is to be made again.
  public let more: Bool

  /// Makes the view.
  public init(revoked: [Int64], more: Bool) {
    self.revoked = revoked
    self.more = more
  }

  /// Writes the value as the wire has it.
  public func write(to writer: inout JSONWriter) {
    writer.beginObject()
    writer.member("revoked", revoked)
    writer.member("more", more)
    writer.endObject()
  }

  /// Reads the value as the wire has it.
  public init(_ value: JSONValue) throws {
    var object = try value.object()
    revoked = try object.required("revoked").integers()
    more = try object.required("more").bool()
  }
}
