/// What every deciding table is asked; its shape makes the text.
enum RowQuery: Int, CaseIterable {
  /// Inserts a row, or writes over the one with its key.
  case put
  /// The row of a key.
  case find
  /// The next live rows of an owner, in the order of their keys.
  case page
  /// Every live row.
  case walk
  /// Takes the row of a key out.
  case delete

  static let count = allCases.count
}

extension TableShape {
  // Upserts, never INSERT OR REPLACE: a replace deletes the row first, which foreign keys refuse for
  // an environment that has secrets. The columns of a select are in the order that SealedRow reads.
  func sql(_ query: RowQuery) -> String {
    switch query {
    case .put:
      """
      INSERT INTO \(name)(\(names)) VALUES(\(list(1...columns.count + 3) { "?\($0)" }))
      ON CONFLICT(\(list(key) { $0.name })) DO UPDATE SET \(assignments)
      """
    case .find: "\(select) WHERE \(isKey)"
    case .page:
      """
      \(select) WHERE \(and(isOwner + isLive + ["\(last.name) > ?\(keyCount)"]))
      ORDER BY \(last.name) LIMIT ?\(keyCount + 1)
      """
    case .walk where liveColumn == nil: "\(select) ORDER BY \(list(key) { $0.name })"
    case .walk: "\(select) WHERE \(and(isLive)) ORDER BY \(list(key) { $0.name })"
    // The key has a last column, so the condition is never empty.
    case .delete: "DELETE FROM \(name) WHERE \(isKey)"
    }
  }

  /// What is read of each row.
  var select: String { "SELECT \(names) FROM \(name)" }

  private var names: String { list(columns.map(\.name) + ["revision", "content", "seal"]) { $0 } }

  private var isKey: String { and(isOwner + ["\(last.name) = ?\(keyCount)"]) }

  private var isOwner: [String] { owner.indices.map { "\(owner[$0].name) = ?\($0 + 1)" } }

  private var isLive: [String] { liveColumn.map { ["\(columns[$0].name) = 1"] } ?? [] }

  /// Everything but the key, to what was bound.
  private var assignments: String {
    let names = index.map(\.name) + ["revision", "content", "seal"]
    return list(names.indices) { "\(names[$0]) = ?\(keyCount + 1 + $0)" }
  }

  private func and(_ conditions: [String]) -> String { conditions.joined(separator: " AND ") }

  private func list<Items: Collection>(
    _ items: Items, _ text: (Items.Element) -> String
  ) -> String { items.map(text).joined(separator: ", ") }
}
