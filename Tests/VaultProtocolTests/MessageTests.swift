import StrictJSON
import Testing
import VaultCore

@testable import VaultProtocol

@Suite struct MessageTests {
  @Test(arguments: [
    ("0", MessageID.integer(0)), ("-7", .integer(-7)),
    ("9007199254740991", .integer(9_007_199_254_740_991)), (#""""#, .string("")),
    (#""a\"b\n""#, .string("a\"b\n")), (#""1""#, .string("1")),
    ("\"\(String(repeating: "ü", count: 32))\"", .string(String(repeating: "ü", count: 32))),
  ])
  func `an id comes back as the same value`(_ json: String, _ id: MessageID) throws {
    let line = #"{"jsonrpc":"2.0","id":\#(json),"method":"server.status"}"#
    guard case .call(let read, .serverStatus) = Wire.incoming(line) else {
      Issue.record("\(line) is no call")
      return
    }
    #expect(read == id)
    var encoder = ReplyEncoder(limits: ProtocolLimits())
    encoder.encode(read, error: .busy)
    let answer = encoder.withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
    #expect(answer.hasPrefix(#"{"jsonrpc":"2.0","id":\#(json),"error":{"code":-32036,"#))
    #expect(answer.hasSuffix("}\n"))
  }

  @Test(arguments: [
    "null", "1.5", "1e3", "true", "[]", "{}", "9007199254740992", "-9007199254740992",
    "\"\(String(repeating: "x", count: 65))\"", "\"\(String(repeating: "ü", count: 33))\"",
  ])
  func `what is no id is refused, and answered to null`(_ json: String) {
    let line = #"{"jsonrpc":"2.0","method":"server.status","id":\#(json)}"#
    guard case .malformed(id: nil, let error) = Wire.incoming(line) else {
      Issue.record("\(line) was taken")
      return
    }
    #expect(error.known == .messageInvalid)
    #expect(error.details == .fault("bad_id", offset: 47))
  }

  @Test(arguments: [
    #"{"jsonrpc":"2.0","method":"server.status"}"#, #"{"method":"secret.set"}"#, "{}",
    #"{"jsonrpc":"1.0","method":"no.such","params":7}"#,
  ])
  func `an object without an id is not carried out`(_ line: String) {
    guard case .notification = Wire.incoming(line) else {
      Issue.record("\(line) was taken")
      return
    }
  }

  @Test(arguments: ["[]", "[{}]", "7", "null", "\"x\"", "true"])
  func `what is no object is no message`(_ line: String) {
    guard case .malformed(id: nil, let error) = Wire.incoming(line) else {
      Issue.record("\(line) was taken")
      return
    }
    #expect(error.known == .messageInvalid)
    #expect(error.details == .fault("wrong_type", offset: 0))
  }

  @Test(arguments: [
    (#"{"id":"a","method":"server.status"}"#, Reason.messageInvalid),
    (#"{"id":"a","jsonrpc":2.0,"method":"server.status"}"#, .messageInvalid),
    (#"{"id":"a","jsonrpc":"2","method":"server.status"}"#, .messageInvalid),
    (#"{"id":"a","jsonrpc":null,"method":"server.status"}"#, .messageInvalid),
    (#"{"id":"a","jsonrpc":"2.0"}"#, .messageInvalid),
    (#"{"id":"a","jsonrpc":"2.0","method":7}"#, .messageInvalid),
    (#"{"id":"a","jsonrpc":"2.0","method":"server.status","auth":"x"}"#, .messageInvalid),
    (#"{"id":"a","jsonrpc":"2.0","method":""}"#, .methodUnknown),
    (#"{"id":"a","jsonrpc":"2.0","method":"secret.get "}"#, .methodUnknown),
    (#"{"id":"a","jsonrpc":"2.0","method":"Secret.Get"}"#, .methodUnknown),
    (#"{"id":"a","jsonrpc":"2.0","method":"secret.steal","params":{}}"#, .methodUnknown),
    (#"{"id":"a","jsonrpc":"2.0","method":"secret.get","params":[]}"#, .paramsInvalid),
  ])
  func `whatever is wrong behind a good id is answered to that id`(_ line: String, _ reason: Reason)
  {
    guard case .malformed(id: .string("a"), let error) = Wire.incoming(line) else {
      Issue.record("\(line) was not answered to its id")
      return
    }
    #expect(error.known == reason)
    #expect(error.code == reason.code)
  }

  @Test func `a method may be spelled with escapes`() throws {
    let line = #"{"jsonrpc":"2\u002e0","id":1,"method":"server\u002estatus"}"#
    guard case .call(_, .serverStatus) = Wire.incoming(line) else {
      Issue.record("\(line) was not read")
      return
    }
  }

  @Test func `a call that ends early is no JSON, at every byte`() {
    let line = Array(
      #"{"jsonrpc":"2.0","id":1,"method":"secret.set","params":{"environment":"p","name":"A","value":"hunter2"}}"#
        .utf8)
    var reader = JSONReader()
    for end in line.indices {
      let incoming = line[..<end].withUnsafeBytes {
        Incoming.decode($0, reader: &reader, limits: ProtocolLimits())
      }
      guard case .malformed(id: nil, let error) = incoming else {
        Issue.record("\(end) bytes were taken")
        continue
      }
      #expect(error.known == .jsonInvalid)
      #expect(!error.message.contains("hunter"))
    }
  }

  @Test func `a repeated name is refused wherever it stands`() throws {
    for line in [
      #"{"jsonrpc":"2.0","id":1,"id":2,"method":"server.status"}"#,
      #"{"jsonrpc":"2.0","id":1,"method":"request.get","params":{"request":1,"request":2}}"#,
    ] {
      #expect(try Wire.error(Wire.incoming(line)).known == .jsonInvalid)
    }
  }

  @Test func `a reply is read as result or error, with its id`() throws {
    var reader = JSONReader()
    func read(_ text: String) throws -> String {
      try Array(text.utf8).withUnsafeBytes {
        try Reply.decode($0, reader: &reader) { id, reply in
          switch reply {
          case .result(let value): "\(String(describing: id)) \(try value.integer())"
          case .error(let error): "\(String(describing: id)) \(error.reason) \(error.code)"
          case .event(let event): "\(String(describing: id)) \(event.event) \(event.sequence)"
          }
        }
      }
    }
    #expect(
      try read(#"{"jsonrpc":"2.0","id":4,"result":5,"later":[]}"#)
        == "Optional(VaultProtocol.MessageID.integer(4)) 5")
    #expect(
      try read(
        #"{"jsonrpc":"2.0","id":null,"error":{"code":-1,"message":"m","data":{"reason":"x.y","z":1}}}"#
      )
        == "nil x.y -1")
    #expect(
      try read(#"{"jsonrpc":"2.0","id":null,"error":{"code":-1,"message":"m"}}"#)
        == "nil internal -1")
    let event = EventView(
      sequence: 41, time: Samples.time, event: "request.created", request: 7,
      environment: "production", state: "waiting")
    var encoder = ReplyEncoder(limits: ProtocolLimits())
    encoder.encode(event: event)
    let line = encoder.withUnsafeBytes { String(decoding: $0.dropLast(), as: UTF8.self) }
    #expect(!line.contains("\"id\""))
    #expect(try read(line) == "nil request.created 41")
    for broken in ["[]", "{}", #"{"id":1}"#, #"{"id":1,"error":{}}"#, #"{"result":1}"#] {
      #expect(throws: (any Error).self) { try read(broken) }
    }
  }
}
