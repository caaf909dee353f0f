import StrictJSON
import VaultCalls

extension AuditVerify: CallParameters {
  init(from reader: inout ParameterReader) throws {
    try reader.finish()
    self.init()
  }

  func write(to writer: inout JSONWriter) {}
}
