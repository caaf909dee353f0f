import VaultStore

/// A sealed row that does not verify, or contradicts what it should say.
///
/// The description names table and key, which whoever reads the log may know; never content.
struct Tampering: Error, CustomStringConvertible {
  let description: String

  init(_ table: String, _ key: String) { description = "\(table) \(key) does not verify" }
  init(_ what: String) { description = what }

  init(_ row: SealedRow) {
    let key = row.key.map { column in
      switch column {
      case .integer(let value): "\(value)"
      case .text(let value): value
      case .bytes, .live: "?"
      }
    }
    self.init(row.table.shape.name, key.joined(separator: "/"))
  }
}
