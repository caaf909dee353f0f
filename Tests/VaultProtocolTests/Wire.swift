import SecretMemory
import StrictJSON
import Testing
import VaultCore

@testable import VaultProtocol

/// What the tests say in one line.
enum Wire {
  static func incoming(_ line: String, limits: ProtocolLimits = ProtocolLimits()) -> Incoming {
    var reader = JSONReader()
    return Array(line.utf8).withUnsafeBytes {
      Incoming.decode($0, reader: &reader, limits: limits)
    }
  }

  static func incoming(_ method: String, _ params: String) -> Incoming {
    incoming(#"{"jsonrpc":"2.0","id":1,"method":"\#(method)","params":\#(params)}"#)
  }

  static func call(_ method: String, _ params: String) throws -> Call {
    let incoming = incoming(method, params)
    guard case .call(id: .integer(1), let call) = incoming else {
      throw Unexpected(line: params, incoming: incoming)
    }
    return call
  }

  static func error(_ incoming: Incoming) throws -> WireError {
    guard case .malformed(_, let error) = incoming else {
      throw Unexpected(line: "", incoming: incoming)
    }
    return error
  }

  static func error(_ method: String, _ params: String) throws -> WireError {
    try error(incoming(method, params))
  }

  /// The line of a call, without its newline.
  static func line(_ call: Call, id: MessageID = .integer(1)) -> String {
    var writer = JSONWriter()
    call.writeLine(id: id, to: &writer)
    return writer.withUnsafeBytes { String(decoding: $0.dropLast(), as: UTF8.self) }
  }

  static func reply(_ view: some WireView, limits: ProtocolLimits = ProtocolLimits()) -> [UInt8] {
    var encoder = ReplyEncoder(limits: limits)
    encoder.encode(.integer(1), result: view)
    return encoder.withUnsafeBytes { Array($0) }
  }

  static func read<View: WireView>(_ line: [UInt8], as: View.Type) throws -> View {
    var reader = JSONReader()
    return try line.dropLast().withUnsafeBytes {
      try Reply.decode($0, reader: &reader) { _, reply in try reply.view() }
    }
  }

  static func roundTrip<View: WireView>(_ view: View) throws -> View {
    try read(reply(view), as: View.self)
  }

  static func secret(_ bytes: some Collection<UInt8>) throws -> SecretBuffer {
    try Array(bytes).withUnsafeBytes { try SecretBuffer(copying: $0) }
  }

  static func bytes(_ secret: SecretBuffer) -> [UInt8] { secret.withUnsafeBytes { Array($0) } }

  static func text(_ line: [UInt8]) -> String { String(decoding: line, as: UTF8.self) }

  struct Unexpected: Error, CustomStringConvertible {
    let line: String
    let incoming: Incoming
    var description: String { "\(line) was read as \(incoming)" }
  }
}
