public import StrictJSON
public import VaultCore

/// A variable with its value, which is no secret.
public struct VariableView: ListItem, Hashable {
  /// The variable's name.
  public let name: String
  /// Its value.
  public let value: String
  /// When it was set, in milliseconds since the epoch.
  public let updated: Int64
  /// The uid that set it.
  public let updatedBy: UInt32

  /// What `after` takes to continue behind this one.
  public var cursor: String { name }

  /// Makes the view.
  public init(variable: Variable) {
    name = variable.name.text
    value = variable.value
    updated = variable.updated
    updatedBy = variable.updater
  }

  /// Writes the value as the wire has it.
  public func write(to writer: inout JSONWriter) {
    writer.beginObject()
    writer.member("name", name)
    writer.member("value", value)
    writer.member("updated", time: updated)
    writer.member("updated_by", Int64(updatedBy))
    writer.endObject()
  }

  /// Reads the value as the wire has it.
  public init(_ value: JSONValue) throws {
    var object = try value.object()
    name = try object.required("name").string()
    self.value = try object.required("value").string()
    updated = try object.required("updated").time()
    updatedBy = try object.required("updated_by").accountNumber()
  }
}

/// What `variable.delete` answers.
public struct VariableDeletedView: WireView, Hashable {
  /// The environment's name.
  public let environment: String
  /// The variable's name.
  public let name: String

  /// Makes the view.
  public init(environment: String, name: SecretName) {
    self.environment = environment
    self.name = name.text
  }

  /// Writes the value as the wire has it.
  public func write(to writer: inout JSONWriter) {
    writer.beginObject()
    writer.member("environment", environment)
    writer.member("name", name)
    writer.endObject()
  }

  /// Reads the value as the wire has it.
  public init(_ value: JSONValue) throws {
    var object = try value.object()
    environment = try object.required("environment").string()
    name = try object.required("name").string()
  }
}
