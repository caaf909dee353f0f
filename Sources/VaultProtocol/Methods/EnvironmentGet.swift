import StrictJSON
public import VaultCore

/// `environment.get`: one environment and its gate in words.
public struct EnvironmentGet: CallParameters {
  /// The environment.
  public let name: EnvironmentName

  /// Makes the parameters.
  public init(name: EnvironmentName) { self.name = name }

  init(from reader: inout ParameterReader) throws {
    let name = try reader.text("name")
    try reader.finish()
    self.name = try EnvironmentName(wire: name)
  }

  func write(to writer: inout JSONWriter) { writer.member("name", name.text) }
}
