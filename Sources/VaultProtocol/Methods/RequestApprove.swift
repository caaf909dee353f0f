import StrictJSON
import VaultCore

/// `request.approve`: a reviewer's yes to exactly what they were shown.
public struct RequestApprove: CallParameters {
  /// The request.
  public let request: Int64
  /// SHA-256 of what the reviewer was shown, 32 bytes.
  public let digest: [UInt8]
  /// What they say about it; empty where nothing.
  public let comment: String

  /// Makes the parameters.
  public init(request: Int64, digest: [UInt8], comment: String = "") {
    self.request = request
    self.digest = digest
    self.comment = comment
  }

  init(from reader: inout ParameterReader) throws {
    request = try reader.requestID()
    digest = try Digest(reader.required("digest")).bytes
    comment = try reader.optionalText("comment") ?? ""
    try reader.finish()
    try RequestContext.check(comment, "comment")
  }

  func write(to writer: inout JSONWriter) {
    writer.member("request", request)
    writer.member("digest", Digest(digest).text)
    if !comment.isEmpty { writer.member("comment", comment) }
  }
}
