import Glibc
import NIOCore
import Promises
import SecretMemory
import Testing
import VaultCalls
import VaultCore
import VaultEngine
import VaultProtocol

@testable import VaultServer

@Suite struct `the value of a call that is not answered` {
  private func set(_ bytes: Int) throws -> Conversation.Entry {
    let value = try [UInt8](repeating: 1, count: bytes).withUnsafeBytes {
      try SecretBuffer(copying: $0)
    }
    let call = Call.secretSet(
      SecretSet(environment: try EnvironmentName("e"), name: try SecretName("S"), value: value))
    return Conversation.Entry(id: .integer(1), work: .call(call, call.traits))
  }

  private func other() -> Conversation.Entry {
    Conversation.Entry(id: nil, work: .answered(.init()))
  }

  @Test(.promise(.undecidedValuesAreBounded))
  func `is counted wherever it stands, until its call is answered or taken back`() throws {
    var conversation = Conversation()
    conversation.append(other())
    conversation.append(try set(100))
    // Whoever sends too much is told so behind what was taken.
    conversation.append(other())
    #expect(conversation.valueBytes == 100 && conversation.holdsValue)
    conversation.finishFirst()
    #expect(conversation.valueBytes == 100)
    conversation.finishFirst()
    #expect(conversation.valueBytes == 0 && !conversation.holdsValue)
    conversation.append(try set(7))
    _ = conversation.dropUnstarted()
    #expect(conversation.valueBytes == 0)
  }

  @Test(arguments: [(1 << 20, 8), (1 << 17, 8), (1 << 16, 16), (1, 100)])
  func `the larger the answers are, the fewer calls of a connection are on their way`(
    bytes: Int, most: Int
  ) {
    var conversation = Conversation()
    conversation.isSerial = false
    let call = Call.serverStatus
    for _ in 0..<100 { conversation.append(.init(id: nil, work: .call(call, call.traits))) }
    var started = 0
    while conversation.next(replyBytes: bytes) != nil { started += 1 }
    #expect(started == most)
  }

  @Test(.promise(.undecidedValuesAreBounded))
  func `gives back what it holds, whatever becomes of its connection`() throws {
    let bench = try DaemonBench()
    defer { bench.remove() }
    let looks = LookThreads()
    let hanging = Latch()
    let daemon = try bench.start(looks: looks)
    defer {
      hanging.open()
      daemon.stop()
    }
    let admin = try bench.client()
    _ = try admin.call(
      #"{"jsonrpc":"2.0","id":1,"method":"environment.create","params":{"name":"development","requesters":["uid:\#(geteuid())"],"unprotected":true}}"#
    )
    let value = String(repeating: "v", count: 60_000)
    let set =
      #"{"jsonrpc":"2.0","id":2,"method":"secret.set","params":{"environment":"development","name":"LARGE","value":"\#(value)"}}"#
    // Seventy of them are what one account may have undecided; none of these comes to the engine.
    looks.begin(.max, .subject(.account(geteuid()))) { hanging.wait() }
    for index in 0..<120 {
      let client = try bench.client()
      try client.send(set + "\n")
      if index % 40 == 0 { #expect(try client.line()?.contains("peer.unknown") == true) }
    }
    hanging.open()
    #expect(try admin.call(set).contains("\"version\""))
    var undecided = UndecidedValues()
    let first = undecided.hold(UndecidedValues.most, of: .vault)
    let second = undecided.hold(1, of: .vault)
    undecided.release(UndecidedValues.most, of: .vault)
    #expect(first && !second && undecided.isEmpty)
  }
}
