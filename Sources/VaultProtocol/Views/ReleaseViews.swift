public import SecretMemory
public import StrictJSON
public import VaultCore

/// A released value with its name. Made by the daemon of what the commit released, and of nothing else.
public struct ReleasedSecret: WireView {
  /// The secret's name.
  public let name: String
  /// Its version.
  public let version: Int64
  /// Its value, byte for byte.
  public let value: SecretBuffer
}

extension ReleasedSecret {
  /// Makes the view.
  public init(name: SecretName, version: Int64, value: SecretBuffer) {
    self.name = name.text
    self.version = version
    self.value = value
  }

  /// Writes the value as the wire has it.
  public func write(to writer: inout JSONWriter) {
    writer.beginObject()
    writeMembers(to: &writer)
    writer.endObject()
  }

  /// Reads the value as the wire has it.
  public init(_ value: JSONValue) throws {
    var object = try value.object()
    try self.init(&object)
  }

  fileprivate init(_ object: inout JSONObject) throws {
    name = try object.required("name").string()
    version = try object.required("version").integer()
    value = try object.required("value").secretValue()
  }

  fileprivate func writeMembers(to writer: inout JSONWriter) {
    writer.member("name", name)
    writer.member("version", version)
    writer.member("value", secret: value)
  }
}

/// What `secret.get` answers.
public struct SecretValueView: WireView {
  /// The environment's name.
  public let environment: String
  /// The released secret.
  public let secret: ReleasedSecret
}

extension SecretValueView {
  /// Makes the view.
  public init(environment: EnvironmentName, secret: ReleasedSecret) {
    self.environment = environment.text
    self.secret = secret
  }

  /// Writes the value as the wire has it.
  public func write(to writer: inout JSONWriter) {
    writer.beginObject()
    writer.member("environment", environment)
    secret.writeMembers(to: &writer)
    writer.endObject()
  }

  /// Reads the value as the wire has it.
  public init(_ value: JSONValue) throws {
    var object = try value.object()
    environment = try object.required("environment").string()
    secret = try ReleasedSecret(&object)
  }
}

/// What `grant.read` answers: a page of released secrets.
public struct GrantPageView: WireView {
  /// The environment's name.
  public let environment: String
  /// The secrets of this page.
  public let items: [ReleasedSecret]
  /// What `after` takes for the next page; nil where there is none.
  public let next: String?
}

extension GrantPageView {
  /// Makes the view. The page was cut to its line before it was released, since what a record names
  /// must not depend on how it travels.
  public init(environment: EnvironmentName, items: [ReleasedSecret], next: SecretName?) {
    self.environment = environment.text
    self.items = items
    self.next = next?.text
  }

  /// Writes the value as the wire has it.
  public func write(to writer: inout JSONWriter) {
    writer.beginObject()
    writer.member("environment", environment)
    writer.member("items", items)
    writer.nullable("next", next)
    writer.endObject()
  }

  /// Reads the value as the wire has it.
  public init(_ value: JSONValue) throws {
    var object = try value.object()
    environment = try object.required("environment").string()
    items = try object.required("items").views()
    next = try object.required("next").nullableString()
  }
}
