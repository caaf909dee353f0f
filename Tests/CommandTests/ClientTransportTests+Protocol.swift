import Glibc
import Testing
import VaultCore
import VaultProtocol

@testable import VaultClient

extension ClientTransportTests {
  static let refused =
    #"{"jsonrpc":"2.0","id":1,"error":{"code":-32601,"message":"x","data":{"reason":"method.unknown"}}}"#
  static let strange = #"{"jsonrpc":"2.0","id":1,"result":{"shape":"of another time"}}"#

  @Test(arguments: [refused, strange])
  func `what is not understood is told as a newer protocol where it is one`(answer: String) throws {
    let newer = try fault(answer, #"{"jsonrpc":"2.0","id":2,"result":{"protocol":2,"news":[1]}}"#)
    #expect(newer as? ClientFault == .protocolNewer(daemon: 2, client: 1))
    #expect((newer as? ClientFault)?.sentence.contains("install the client") == true)
  }

  @Test func `what is not understood is told as it came where the protocol is ours`() throws {
    let same = #"{"jsonrpc":"2.0","id":2,"result":{"protocol":1}}"#
    #expect((try fault(Self.refused, same) as? WireError)?.known == .methodUnknown)
    guard case .replyInvalid? = try fault(Self.strange, same) as? ClientFault else {
      Issue.record("a strange answer of our own protocol is no reply")
      return
    }
    // A daemon that cannot even tell its protocol.
    let odd = #"{"jsonrpc":"2.0","id":2,"result":[]}"#
    #expect((try fault(Self.refused, odd) as? WireError)?.known == .methodUnknown)
  }

  @Test func `a call that was posted with one that came too fast is answered all the same`() throws
  {
    let canned = try Canned([
      #"{"jsonrpc":"2.0","id":1,"error":{"code":-32029,"message":"x","data":{"reason":"rate.limited","retry_after_ms":1}}}"#,
      #"{"jsonrpc":"2.0","id":2,"result":{"items":[],"next":"DROPPED"}}"#,
      #"{"jsonrpc":"2.0","id":3,"result":{"items":[],"next":"FIRST"}}"#,
      #"{"jsonrpc":"2.0","id":4,"result":{"items":[],"next":"SECOND"}}"#,
    ])
    defer { canned.close() }
    let call = Call.variableList(
      NameList(environment: try EnvironmentName("dev"), after: nil, limit: 10))
    let posted = try canned.connection.post(call, call)
    let answers = try posted.map {
      try canned.connection.take($0, as: ListView<VariableView>.self).next
    }
    #expect(answers == ["FIRST", "SECOND"])
  }

  /// How a call ends to which these lines are the answers.
  private func fault(_ answers: String...) throws -> any Error {
    let canned = try Canned(answers)
    defer { canned.close() }
    let error = #expect(throws: (any Error).self) {
      try canned.connection.call(.requestGet(TicketedRequest(request: 1)), as: RequestView.self)
    }
    return try #require(error)
  }
}

/// A connection whose answers are there before anything is asked.
private struct Canned {
  let connection: Connection
  private let folder: Folder
  private let descriptors: [Int32]

  init(_ answers: [String]) throws {
    folder = try Folder()
    let listening = try ClientTransportTests().listener(folder.path + "/socket")
    connection = try Connection(path: folder.path + "/socket")
    let peer = accept(listening, nil, nil)
    descriptors = [listening, peer]
    for answer in answers.map({ Array(($0 + "\n").utf8) }) { write(peer, answer, answer.count) }
  }

  func close() {
    for descriptor in descriptors { Glibc.close(descriptor) }
    folder.remove()
  }
}
