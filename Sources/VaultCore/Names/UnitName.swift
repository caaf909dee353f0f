/// The name of a unit that the service manager runs processes for (systemd.unit(5)), compared by bytes.
public struct UnitName: Hashable, Sendable {
  /// The name as the configuration has it, with its type: `web.service`.
  public let text: String

  /// The longest name and credential together, as far as the service manager can name both to a socket
  /// (LoadCredential= of systemd.exec(5)).
  public static let longestWithCredential = 83

  /// The units that run processes, and so load credentials.
  private static let types = ["service", "socket", "mount", "swap"]

  /// Takes a name; nil where the text is none, or is that of a template.
  public init?(_ text: some StringProtocol) {
    guard text.utf8.count < Self.longestWithCredential,
      text.utf8.allSatisfy({
        $0.isASCIILetter || $0.isASCIIDigit || [0x3A, 0x2D, 0x5F, 0x2E, 0x5C, 0x40].contains($0)
      }), let dot = text.lastIndex(of: "."), dot != text.startIndex,
      Self.types.contains(String(text[text.index(after: dot)...])),
      text[text.index(before: dot)] != "@"
    else { return nil }
    self.text = String(text)
  }
}

/// A credential of a unit: what the service manager asks for.
public struct UnitCredential: Hashable, Sendable {
  /// The unit.
  public let unit: UnitName
  /// The name under which the unit finds it.
  public let id: String

  /// Takes both; nil where the name is none, or both are too long together.
  public init?(unit: UnitName, id: String) {
    guard Self.isID(id), unit.text.utf8.count + id.utf8.count <= UnitName.longestWithCredential
    else { return nil }
    self.unit = unit
    self.id = id
  }

  /// Whether a text can name a credential: a file name without a colon.
  public static func isID(_ text: String) -> Bool {
    !text.isEmpty && text.utf8.count <= 255 && text != "." && text != ".."
      && text.utf8.allSatisfy { (0x21...0x7E).contains($0) && $0 != 0x2F && $0 != 0x3A }
  }
}

/// Which secret is a unit's credential, by the configuration.
public struct CredentialSource: Hashable, Sendable {
  /// The environment of the secret.
  public let environment: EnvironmentName
  /// The secret.
  public let secret: SecretName
  /// The member of the value, a JSON object, that is the credential; nil for the whole value.
  public let field: String?

  /// Makes it.
  public init(environment: EnvironmentName, secret: SecretName, field: String? = nil) {
    self.environment = environment
    self.secret = secret
    self.field = field
  }
}
