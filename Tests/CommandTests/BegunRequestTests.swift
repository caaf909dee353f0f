import StrictJSON
import Testing
import VaultProtocol

@testable import envgate

/// What a job knows of a request by its making alone.
@Suite struct BegunRequestTests {
  private static let secrets = #","secrets":[{"name":"KEY","version":3}]"#

  @Test func `what was approved as it was made is not looked at again`() throws {
    let begun = try #require(BegunRequest(try Self.created("approved", Self.secrets)))
    #expect(begun.id == 7 && begun.found == nil)
    #expect(begun.secrets.map { "\($0.name)@\($0.version)" } == ["KEY@3"])
  }

  @Test(arguments: [("waiting", secrets), ("approved", "")])
  func `what waits, or comes from a vault that names no secrets here, is looked at`(
    state: String, secrets: String
  ) throws {
    #expect(BegunRequest(try Self.created(state, secrets)) == nil)
  }

  private static func created(_ state: String, _ secrets: String) throws -> RequestCreatedView {
    let line =
      #"{"jsonrpc":"2.0","id":1,"result":{"id":7,"ticket":"egr1_x","state":"\#(state)","#
      + #""digest":"sha256:0","environment":"dev","unmet":[]\#(secrets)}}"#
    var reader = JSONReader()
    return try Array(line.utf8).withUnsafeBytes {
      try Reply.decode($0, reader: &reader) { _, reply in
        guard case .result(let value) = reply else { throw ChildEnded(code: 1) }
        return try RequestCreatedView(value)
      }
    }
  }
}
