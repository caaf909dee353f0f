import StrictJSON
import VaultCalls
import VaultCore

extension RequestReject: CallParameters {
  init(from reader: inout ParameterReader) throws {
    let request = try reader.requestID()
    let comment = try reader.text("comment")
    let digest = try reader.optional("digest").map { try Digest($0).bytes }
    try reader.finish()
    if comment.isEmpty { throw Refusal.contextInvalid("comment", "is empty; give the reason") }
    try RequestContext.check(comment, "comment")
    self.init(request: request, comment: comment, digest: digest)
  }

  func write(to writer: inout JSONWriter) {
    writer.member("request", request)
    writer.member("comment", comment)
    if let digest { writer.member("digest", Digest(digest).text) }
  }
}
