import StrictJSON
import VaultCore

extension JSONValue {
  func strings() throws -> [String] { try array().map { try $0.string() } }

  func integers() throws -> [Int64] { try array().map { try $0.integer() } }

  func nullableString() throws -> String? { isNull ? nil : try string() }

  func nullableInteger() throws -> Int64? { isNull ? nil : try integer() }

  func accountNumber() throws -> UInt32 { UInt32(try integer(in: 0...Int64(UInt32.max))) }

  func nullableAccountNumber() throws -> UInt32? { isNull ? nil : try accountNumber() }

  /// Milliseconds since the epoch, of an RFC 3339 time in UTC.
  func time() throws -> Int64 {
    guard let milliseconds = Timestamp.milliseconds(try string()) else {
      throw JSONFault(.outOfRange, at: offset, "a time of RFC 3339, in UTC with milliseconds")
    }
    return milliseconds
  }

  func nullableTime() throws -> Int64? { isNull ? nil : try time() }

  func views<View: WireView>(of: View.Type = View.self) throws -> [View] {
    try array().map { try View($0) }
  }
}

extension JSONWriter {
  mutating func member(_ key: StaticString, time: Int64) {
    member(key, Timestamp.text(milliseconds: time))
  }

  mutating func nullable(_ key: StaticString, time: Int64?) {
    nullable(key, time.map { Timestamp.text(milliseconds: $0) })
  }
}
