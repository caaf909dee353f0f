import Glibc
import Testing
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

  /// How a call ends to which these lines are the answers.
  private func fault(_ answers: String...) throws -> any Error {
    let folder = try Folder()
    defer { folder.remove() }
    let listening = try listener(folder.path + "/socket")
    defer { close(listening) }
    let connection = try Connection(path: folder.path + "/socket")
    let peer = accept(listening, nil, nil)
    defer { close(peer) }
    for answer in answers.map({ Array(($0 + "\n").utf8) }) { write(peer, answer, answer.count) }
    let error = #expect(throws: (any Error).self) {
      try connection.call(.requestGet(RequestGet(request: 1)), as: RequestView.self)
    }
    return try #require(error)
  }
}
