import StrictJSON
import VaultCalls
import VaultCore

extension RequestApprove: CallParameters {
  init(from reader: inout ParameterReader) throws {
    let request = try reader.requestID()
    let digest = try Digest(reader.required("digest")).bytes
    let comment = try reader.optionalText("comment") ?? ""
    try reader.finish()
    try RequestContext.check(comment, "comment")
    self.init(request: request, digest: digest, comment: comment)
  }

  func write(to writer: inout JSONWriter) {
    writer.member("request", request)
    writer.member("digest", Digest(digest).text)
    if !comment.isEmpty { writer.member("comment", comment) }
  }
}
