public import StrictJSON
public import VaultCore

/// What `environment.update` answers.
public struct EnvironmentChangedView: WireView, Hashable {
  /// The environment as it is now.
  public let environment: EnvironmentView
  /// What the edit changed, in words; empty where nothing.
  public let changes: [String]
  /// How many approved requests went back to waiting.
  public let reset: Int64
  /// Where the edit protects the environment: the names that writers had made before.
  public let madeByWriters: [String]
  /// How many more of them there are.
  public let moreByWriters: Int64

  /// What the names may take, in bytes, so that the answer fits one line.
  private static let nameBytes = 8_192

  /// Makes the view.
  public init(
    environment: EnvironmentView, changes: [String], reset: Int, madeByWriters: [SecretName] = []
  ) {
    self.environment = environment
    self.changes = changes
    self.reset = Int64(reset)
    var room = Self.nameBytes
    self.madeByWriters = madeByWriters.map(\.text).prefix { name in
      room -= name.utf8.count + 3
      return room >= 0
    }
    moreByWriters = Int64(madeByWriters.count - self.madeByWriters.count)
  }

  /// Writes the value as the wire has it.
  public func write(to writer: inout JSONWriter) {
    writer.beginObject()
    writer.key("environment")
    environment.write(to: &writer)
    writer.member("changes", changes)
    writer.member("reset", reset)
    writer.member("made_by_writers", madeByWriters)
    writer.member("more_by_writers", moreByWriters)
    writer.endObject()
  }

  /// Reads the value as the wire has it.
  public init(_ value: JSONValue) throws {
    var object = try value.object()
    environment = try EnvironmentView(object.required("environment"))
    changes = try object.required("changes").strings()
    reset = try object.required("reset").integer()
    madeByWriters = try object.required("made_by_writers").strings()
    moreByWriters = try object.required("more_by_writers").integer()
  }
}

/// What `environment.delete` answers.
public struct EnvironmentDeletedView: WireView, Hashable {
  /// The environment's name.
  public let name: String
  /// How many secrets went with it.
  public let secrets: Int64
  /// How many variables went with it.
  public let variables: Int64
  /// How many requests that waited or were approved were cancelled.
  public let cancelled: Int64
  /// Whether the ciphertexts have left the write-ahead log too.
  public let isErased: Bool

  /// Makes the view.
  public init(name: String, secrets: Int, variables: Int, cancelled: Int, isErased: Bool) {
    self.name = name
    self.secrets = Int64(secrets)
    self.variables = Int64(variables)
    self.cancelled = Int64(cancelled)
    self.isErased = isErased
  }

  /// Writes the value as the wire has it.
  public func write(to writer: inout JSONWriter) {
    writer.beginObject()
    writer.member("name", name)
    writer.member("secrets", secrets)
    writer.member("variables", variables)
    writer.member("cancelled", cancelled)
    writer.member("erased", isErased)
    writer.endObject()
  }

  /// Reads the value as the wire has it.
  public init(_ value: JSONValue) throws {
    var object = try value.object()
    name = try object.required("name").string()
    secrets = try object.required("secrets").integer()
    variables = try object.required("variables").integer()
    cancelled = try object.required("cancelled").integer()
    isErased = try object.required("erased").bool()
  }
}
