public import StrictJSON
public import VaultCalls

extension SecretImportOpenView: DescribedView {
  /// Its members.
  public static let shape = Shape<SecretImportOpenView>(
    Member("environment", \.environment, .text),
    Member("names", \.names, .integer),
    Member("staged", \.staged, .integer),
    as: SecretImportOpenView.init)
}

/// Invariant: the answer fits its line, since what it tells has been done: what does not fit is counted in `more`.
extension SecretImportedView: DescribedView {
  /// Its members.
  public static let shape = Shape<SecretImportedView>(
    Member("environment", \.environment, .text),
    Member("dry_run", \.dryRun, .bool),
    Member("new", \.new, .integer),
    Member("changed", \.changed, .integer),
    Member("same", \.same, .integer),
    Member("items", \.items, .list(.view)),
    Member("more", \.more, .integer),
    as: SecretImportedView.init(environment:dryRun:new:changed:same:items:more:))

  /// Writes as many items as the line holds; where it is narrow, without the places of the same value.
  public func write(to writer: inout JSONWriter, fitting line: Int) {
    var kept = items
    if line != .max {
      if Self.size(of: kept) > line - Self.overhead { kept = kept.map(\.short) }
      while !kept.isEmpty, Self.size(of: kept) > line - Self.overhead {
        kept.removeLast((kept.count + 1) / 2)
      }
    }
    let fitted = SecretImportedView(
      environment: environment, dryRun: dryRun, new: new, changed: changed, same: same,
      items: kept, more: more + Int64(items.count - kept.count))
    fitted.write(to: &writer)
  }

  /// What the line needs beside its items.
  private static let overhead = 1_024

  private static func size(of items: [ImportedSecretView]) -> Int {
    var scratch = JSONWriter()
    scratch.beginObject()
    scratch.member("items", items)
    return scratch.count
  }
}

extension ImportedSecretView: DescribedView {
  /// The same without the places of the value.
  fileprivate var short: ImportedSecretView {
    ImportedSecretView(environment: environment, name: name, version: version, change: change)
  }

  /// Its members.
  public static let shape = Shape<ImportedSecretView>(
    Member("environment", \.environment, .text),
    Member("name", \.name, .text),
    Member("version", \.version, .integer),
    Member("change", \.change, .text),
    Member(unlessEmpty: "same_value", \.sameValue, .list(.text)),
    Member(unlessEmpty: "pruned", \.pruned, .list(.integer)),
    as: ImportedSecretView.init)
}
