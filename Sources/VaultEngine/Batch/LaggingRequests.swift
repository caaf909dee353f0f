import VaultCore

/// Requests that an edit of their gate has sent back, and whose rows do not say so yet.
///
/// Invariant: a request whose row names an older revision than its environment's is judged as sent back, whether
/// it stands here or not; this says only which rows are still to be written, and on whose behalf. A value, so
/// that a batch that fails gets back the one from before.
struct LaggingRequests {
  struct Entry {
    let id: Int64
    /// Who edited the gate; nil where the daemon was restarted since.
    let editor: Caller?
  }

  private var entries: [Entry] = []
  private var start = 0
  private var members: Set<Int64> = []

  var isEmpty: Bool { start == entries.count }

  /// Enters a request; false where it stands here already.
  mutating func append(_ id: Int64, by editor: Caller?) -> Bool {
    guard members.insert(id).inserted else { return false }
    entries.append(Entry(id: id, editor: editor))
    return true
  }

  mutating func popFirst() -> Entry? {
    guard !isEmpty else { return nil }
    let first = entries[start]
    members.remove(first.id)
    start += 1
    if isEmpty {
      entries = []
      start = 0
    }
    return first
  }
}
