import StrictJSON
public import VaultCore

/// `principal.remove`: takes somebody out of every gate, in one transaction or not at all.
public struct PrincipalRemove: CallParameters {
  /// Who.
  public let principal: PrincipalName

  /// Makes the parameters.
  public init(principal: PrincipalName) { self.principal = principal }

  init(from reader: inout ParameterReader) throws {
    let principal = try reader.text("principal")
    try reader.finish()
    self.principal = try PrincipalName(wire: principal)
  }

  func write(to writer: inout JSONWriter) { writer.member("principal", principal.text) }
}
