import StrictJSON
import VaultCore

extension JSONValue {
  func strings() throws -> [String] { try array().map { try $0.string() } }

  func nullableString() throws -> String? { isNull ? nil : try string() }

  func accountNumber() throws -> UInt32 { UInt32(try integer(in: 0...Int64(UInt32.max))) }

  /// Milliseconds since the epoch, of an RFC 3339 time in UTC.
  func time() throws -> Int64 {
    guard let milliseconds = Timestamp.milliseconds(try string()) else {
      throw JSONFault(.outOfRange, at: offset, "a time of RFC 3339, in UTC with milliseconds")
    }
    return milliseconds
  }

  func views<View: WireView>(of: View.Type = View.self) throws -> [View] {
    try array().map { try View($0) }
  }
}
