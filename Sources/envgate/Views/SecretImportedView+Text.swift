import SecretMemory
import StrictJSON
import VaultCore
import VaultProtocol

extension SecretImportedView {
  /// A line a secret: its version, or in a dry run what would become of it.
  /// - Parameter isOneOfMany: whether the file names several environments.
  func lines(isOneOfMany: Bool = false) -> [String] {
    items.map {
      (isOneOfMany ? "\(environment)/" : "") + "\($0.name) \(dryRun ? $0.change : "\($0.version)")"
    }
  }

  /// The secrets of all of them as an array.
  static func json(_ views: [SecretImportedView]) -> [UInt8] {
    var writer = JSONWriter()
    writer.beginArray()
    for item in views.flatMap(\.items) { item.write(to: &writer) }
    writer.endArray()
    writer.newline()
    // Safety: the writer lends its bytes for the call; they are copied.
    return unsafe writer.withUnsafeBytes { unsafe Array($0) }
  }

  /// What a person is told beside that, a sentence each.
  func notes(about entries: [ImportEntry]) -> [String] {
    let counts = "\(new) new, \(changed) changed, \(same) same"
    var notes = [
      dryRun ? "nothing was set; the file has \(counts)" : "imported into \(environment): \(counts)"
    ]
    if more > 0 { notes.append("\(more) more are not listed here: see envgate secret list") }
    let values = Dictionary(entries.map { ($0.name.text, $0.value) }) { first, _ in first }
    notes += items.flatMap { item in
      SecretSetView.notes(
        about: values[item.name], sameValue: item.sameValue, pruned: item.pruned
      ).map { "\(item.name): \($0)" }
    }
    return notes.map(PlainText.shown)
  }
}
