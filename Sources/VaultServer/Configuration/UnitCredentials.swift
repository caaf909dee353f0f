import StrictJSON
import VaultCore

/// The `credentials` of a configuration: which secret is which credential of which unit.
enum UnitCredentials {
  /// More than these are a mistake.
  private static let most = 1_000

  static func read(_ section: ConfigurationSection) throws -> Configuration.Credentials {
    var credentials = Configuration.Credentials()
    if let path = section["credentials_socket"] {
      credentials.path = try FilePath.readSocket(path)
      credentials.isWanted = true
    }
    if let value = section["credentials_without_pidfd"] {
      guard try value.string() == "accept" else {
        throw Misconfiguration(
          at: value.offset,
          "this must be \"accept\"; leave it out to refuse units on a kernel without SO_PEERPIDFD")
      }
      credentials.acceptsWithoutDescriptor = true
    }
    guard let units = section["credentials"] else { return credentials }
    credentials.isWanted = true
    for (name, value) in try units.object() {
      guard let unit = UnitName(name) else {
        throw Misconfiguration(
          at: value.offset,
          "this is not the name of a unit that loads credentials: write the full name, like \"web.service\" or "
            + "\"web@1.service\"")
      }
      for (id, value) in try value.object() {
        guard let credential = UnitCredential(unit: unit, id: id) else {
          throw Misconfiguration(
            at: value.offset,
            "a credential's name must be a file name without a colon, and together with the unit's name have at most "
              + "\(UnitName.longestWithCredential) bytes (systemd.exec(5))")
        }
        credentials.sources[credential] = try source(value)
        if credentials.sources.count > most {
          throw Misconfiguration(
            at: value.offset, "too many credentials; at most \(most) are allowed")
        }
      }
    }
    return credentials
  }

  private static func source(_ value: JSONValue) throws -> CredentialSource {
    let section = try ConfigurationSection(value, known: Configuration.credentialSource.known)
    let environment = try section.required("environment")
    let secret = try section.required("secret")
    let field = try section["field"].map { try $0.string() }
    return CredentialSource(
      environment: try name("the environment", environment) { text throws(NameFault) in
        try EnvironmentName(text)
      },
      secret: try name("the secret", secret) { text throws(NameFault) in try SecretName(text) },
      field: field)
  }

  private static func name<Name>(
    _ what: String, _ value: JSONValue, _ make: (String) throws(NameFault) -> Name
  ) throws -> Name {
    let text = try value.string()
    do throws(NameFault) { return try make(text) } catch {
      throw Misconfiguration(at: value.offset, "the name of \(what) is refused: \(error.sentence)")
    }
  }
}
