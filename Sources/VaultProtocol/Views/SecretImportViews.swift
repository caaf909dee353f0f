public import StrictJSON

/// What `secret.import` answers until it is committed.
public struct SecretImportOpenView: WireView, Hashable {
  /// The environment's name.
  public let environment: String
  /// How many secrets the import was opened for.
  public let names: Int64
  /// How many of their values have come.
  public let staged: Int64

  /// Makes the view.
  public init(environment: String, names: Int, staged: Int) {
    self.environment = environment
    self.names = Int64(names)
    self.staged = Int64(staged)
  }

  /// Writes the value as the wire has it.
  public func write(to writer: inout JSONWriter) {
    writer.beginObject()
    writer.member("environment", environment)
    writer.member("names", names)
    writer.member("staged", staged)
    writer.endObject()
  }

  /// Reads the value as the wire has it.
  public init(_ value: JSONValue) throws {
    var object = try value.object()
    environment = try object.required("environment").string()
    names = try object.required("names").integer()
    staged = try object.required("staged").integer()
  }
}

/// What the commit of `secret.import` answers.
///
/// Invariant: the answer fits its line, since what it tells has been done: what does not fit is counted in `more`.
public struct SecretImportedView: WireView, Hashable {
  /// The environment's name.
  public let environment: String
  /// Whether nothing was set.
  public let dryRun: Bool
  /// How many secrets had no value, had another, had this one.
  public let new, changed, same: Int64
  /// The secrets, in the order in which the import named them.
  public let items: [ImportedSecretView]
  /// How many of them are left out.
  public let more: Int64

  /// Makes the view.
  public init(
    environment: String, dryRun: Bool, new: Int, changed: Int, same: Int,
    items: [ImportedSecretView]
  ) {
    self.environment = environment
    self.dryRun = dryRun
    (self.new, self.changed, self.same) = (Int64(new), Int64(changed), Int64(same))
    self.items = items
    more = 0
  }

  /// Writes all of it.
  public func write(to writer: inout JSONWriter) { write(to: &writer, fitting: .max) }

  /// Writes as many items as the line holds; where it is narrow, without the places of the same value.
  public func write(to writer: inout JSONWriter, fitting line: Int) {
    var kept = items
    if line != .max {
      if Self.size(of: kept) > line - Self.overhead { kept = kept.map(\.short) }
      while !kept.isEmpty, Self.size(of: kept) > line - Self.overhead {
        kept.removeLast((kept.count + 1) / 2)
      }
    }
    writer.beginObject()
    writer.member("environment", environment)
    writer.member("dry_run", dryRun)
    writer.member("new", new)
    writer.member("changed", changed)
    writer.member("same", same)
    writer.member("items", kept)
    writer.member("more", more + Int64(items.count - kept.count))
    writer.endObject()
  }

  /// What the line needs beside its items.
  private static let overhead = 1_024

  private static func size(of items: [ImportedSecretView]) -> Int {
    var scratch = JSONWriter()
    scratch.beginObject()
    scratch.member("items", items)
    return scratch.count
  }

  /// Reads the value as the wire has it.
  public init(_ value: JSONValue) throws {
    var object = try value.object()
    environment = try object.required("environment").string()
    dryRun = try object.required("dry_run").bool()
    new = try object.required("new").integer()
    changed = try object.required("changed").integer()
    same = try object.required("same").integer()
    items = try object.required("items").views()
    more = try object.required("more").integer()
  }
}

/// What an import did to one secret, or would do.
public struct ImportedSecretView: WireView, Hashable {
  /// The environment's name.
  public let environment: String
  /// The secret's name.
  public let name: String
  /// Its current version, or the one that it would have.
  public let version: Int64
  /// `new`, `changed`, or `same`: then nothing is set.
  public let change: String
  /// Other environments' secrets that hold the same value, as `production/NAME`.
  public let sameValue: [String]
  /// The versions beyond the newest that were dropped.
  public let pruned: [Int64]

  /// Makes the view.
  public init(
    environment: String, name: String, version: Int64, change: String, sameValue: [String] = [],
    pruned: [Int64] = []
  ) {
    self.environment = environment
    self.name = name
    self.version = version
    self.change = change
    self.sameValue = sameValue
    self.pruned = pruned
  }

  /// The same without the places of the value.
  fileprivate var short: ImportedSecretView {
    ImportedSecretView(environment: environment, name: name, version: version, change: change)
  }

  /// Writes the value as the wire has it.
  public func write(to writer: inout JSONWriter) {
    writer.beginObject()
    writer.member("environment", environment)
    writer.member("name", name)
    writer.member("version", version)
    writer.member("change", change)
    if !sameValue.isEmpty { writer.member("same_value", sameValue) }
    if !pruned.isEmpty { writer.member("pruned", pruned) }
    writer.endObject()
  }

  /// Reads the value as the wire has it.
  public init(_ value: JSONValue) throws {
    var object = try value.object()
    environment = try object.required("environment").string()
    name = try object.required("name").string()
    version = try object.required("version").integer()
    change = try object.required("change").string()
    sameValue = try object.optional("same_value")?.strings() ?? []
    pruned = try object.optional("pruned")?.integers() ?? []
  }
}
