import StrictJSON
import VaultCalls

/// The parameters of a method: read from a line by the daemon, written to one by a client.
protocol CallParameters: Sendable {
  init(from reader: inout MemberReader) throws
  /// Writes the members, without the braces.
  func write(to writer: inout JSONWriter)
}

/// Parameters whose members are listed once.
protocol DescribedCall: CallParameters {
  static var shape: Shape<Self> { get }
}

extension DescribedCall {
  init(from reader: inout MemberReader) throws { self = try Self.shape.read(&reader) }

  func write(to writer: inout JSONWriter) { Self.shape.write(self, &writer) }
}
