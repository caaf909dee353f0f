import StrictJSON

/// `audit.verify`: whether the audit chain and its signature hold.
public struct AuditVerify: CallParameters {
  /// Makes the parameters, of which there are none.
  public init() {}

  init(from reader: inout ParameterReader) throws { try reader.finish() }

  func write(to writer: inout JSONWriter) {}
}
