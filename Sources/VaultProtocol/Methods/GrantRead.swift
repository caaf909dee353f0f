import StrictJSON
import VaultCalls
import VaultCore

/// By hand, as ``SecretGet``.
extension GrantRead: CallParameters {
  init(from reader: inout MemberReader) throws {
    let request = try reader.required("request").integer(in: 1...JSONValue.largestInteger)
    let ticket = try reader.optional("ticket")?.ticket()
    let after = try reader.optional("after")?.secretName()
    try reader.finish()
    self.init(request: request, ticket: ticket, after: try after?.get())
  }

  func write(to writer: inout JSONWriter) {
    writer.member("request", request)
    writer.optional("ticket", secret: ticket)
    writer.optional("after", after?.text)
  }
}
