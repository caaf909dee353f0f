import StrictJSON
import VaultCalls
import VaultCore

/// By hand, since jobs send it thousands of times and the list of a ``Shape`` costs more; a test reads and writes it
/// by a list as well.
extension SecretGet: CallParameters {
  init(from reader: inout MemberReader) throws {
    let environment = try reader.required("environment").environmentName()
    let name = try reader.required("name").secretName()
    let request = try reader.optional("request")?.integer(in: 1...JSONValue.largestInteger)
    let ticket = try reader.optional("ticket")?.ticket()
    try reader.finish()
    self.init(
      environment: try environment.get(), name: try name.get(), request: request, ticket: ticket)
  }

  func write(to writer: inout JSONWriter) {
    writer.member("environment", environment.text)
    writer.member("name", name.text)
    writer.optional("request", request)
    writer.optional("ticket", secret: ticket)
  }
}
