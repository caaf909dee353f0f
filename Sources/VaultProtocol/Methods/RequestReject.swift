import StrictJSON
import VaultCore

/// `request.reject`: a reviewer's no, with its reason. Final.
public struct RequestReject: CallParameters {
  static let method = Method.requestReject
  /// The request.
  public let request: Int64
  /// Why; never empty.
  public let comment: String
  /// SHA-256 of what the reviewer was shown, 32 bytes; a no may go without.
  public let digest: [UInt8]?

  /// Makes the parameters.
  public init(request: Int64, comment: String, digest: [UInt8]? = nil) {
    self.request = request
    self.comment = comment
    self.digest = digest
  }

  init(from reader: inout ParameterReader) throws {
    request = try reader.requestID()
    comment = try reader.text("comment")
    digest = try reader.optional("digest").map { try Digest($0).bytes }
    try reader.finish()
    if comment.isEmpty { throw Refusal.contextInvalid("comment", "is empty; give the reason") }
    try RequestContext.check(comment, "comment")
  }

  func write(to writer: inout JSONWriter) {
    writer.member("request", request)
    writer.member("comment", comment)
    if let digest { writer.member("digest", Digest(digest).text) }
  }
}
