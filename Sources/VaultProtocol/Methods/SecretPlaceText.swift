import StrictJSON
import VaultCore

/// The environment and the name that a call is about, as they stand on the line; judged after all members
/// were read.
struct SecretPlaceText {
  private let environment: String
  private let name: String

  init(_ reader: inout ParameterReader) throws {
    environment = try reader.text("environment")
    name = try reader.text("name")
  }

  func names() throws(Refusal) -> (EnvironmentName, SecretName) {
    (try EnvironmentName(wire: environment), try SecretName(wire: name))
  }
}
