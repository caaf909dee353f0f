import StrictJSON
import VaultCalls
import VaultCore

extension RequestRevoke: CallParameters {
  init(from reader: inout ParameterReader) throws {
    let request = try reader.optionalRequestID("request")
    let all = reader.optional("all")
    if let all, try !all.bool() {
      throw JSONFault(.outOfRange, at: all.offset, "all can only be true")
    }
    let environment = reader.optional("environment")
    let environmentText = try environment?.string()
    let requester = reader.optional("requester")
    let requesterText = try requester?.string()
    try reader.finish()
    if let request {
      if let other = all ?? environment ?? requester {
        throw JSONFault(
          .outOfRange, at: other.offset, "either request, or all with environment or requester")
      }
      self.init(.request(request))
      return
    }
    guard all != nil else { throw reader.missing("request or all") }
    let name = try requesterText.map { try PrincipalName(wire: $0) }
    if let requester, name?.isAccount == false {
      throw JSONFault(.outOfRange, at: requester.offset, "a requester is an account: user: or uid:")
    }
    self.init(
      .all(
        environment: try environmentText.map { try EnvironmentName(wire: $0) }, requester: name))
  }

  func write(to writer: inout JSONWriter) {
    switch target {
    case .request(let request): writer.member("request", request)
    case .all(let environment, let requester):
      writer.member("all", true)
      writer.optional("environment", environment?.text)
      writer.optional("requester", requester?.text)
    }
  }
}

extension PrincipalName {
  fileprivate var isAccount: Bool {
    switch self {
    case .user, .uid, .socket: true
    case .group, .gid: false
    }
  }
}
