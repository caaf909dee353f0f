import VaultCore

/// Requests that an edit of their gate has sent back, and whose rows do not say so yet.
///
/// Invariant: a request whose row names an older revision than its environment's is judged as sent back, whether
/// it stands here or not; this says only which rows are still to be written, and on whose behalf. A value, so
/// that a batch that fails gets back the one from before.
struct LaggingRequests {
  struct Entry {
    let id: Int64
    /// Who edited the gate last; nil where the daemon was restarted since.
    let editor: Caller?
  }

  private var queue: [Int64] = []
  private var start = 0
  private var editors: [Int64: Caller?] = [:]

  var isEmpty: Bool { start == queue.count }

  /// On whose behalf a request's row is to be written.
  func editor(of id: Int64) -> Caller? { editors[id] ?? nil }

  /// Enters a request; false where it stands here already.
  mutating func append(_ id: Int64, by editor: Caller?) -> Bool {
    guard editors.updateValue(editor, forKey: id) == nil else { return false }
    queue.append(id)
    return true
  }

  mutating func popFirst() -> Entry? {
    guard !isEmpty else { return nil }
    let id = queue[start]
    start += 1
    if isEmpty {
      queue = []
      start = 0
    }
    return Entry(id: id, editor: editors.removeValue(forKey: id) ?? nil)
  }
}
