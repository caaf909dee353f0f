/// What a batch changes in memory, and a commit that fails takes back.
///
/// Invariant: a change costs what it touches, never what is there. So a value that is copied when a batch begins is
/// small, and what grows stands in a ``Journaled`` dictionary: a copy of it would make the next change copy all of it.
protocol Undoable {
  mutating func take(_ step: BatchStep)
}

/// What happens to a batch.
enum BatchStep {
  case begin
  /// COMMIT has returned: what was changed stays.
  case keep
  /// What was changed since the batch began is taken back.
  case rollBack
}

/// A small value, copied when a batch begins.
@propertyWrapper
struct Copied<Value>: Undoable {
  var wrappedValue: Value
  /// What it was when the batch began; nil between batches.
  private var before: Value?

  init(wrappedValue: Value) { self.wrappedValue = wrappedValue }

  /// Takes over what is there whatever becomes of the batch.
  mutating func adopt(_ value: Value) {
    wrappedValue = value
    if before != nil { before = value }
  }

  mutating func take(_ step: BatchStep) {
    switch step {
    case .begin: before = wrappedValue
    case .keep: before = nil
    case .rollBack:
      if let before { wrappedValue = before }
      before = nil
    }
  }
}

/// A dictionary that remembers what a batch has changed.
///
/// Invariant: each change goes through the one setter, which notes what was there before.
struct Journaled<Key: Hashable, Value>: Undoable {
  private(set) var values: [Key: Value] = [:]
  private var journal: [(key: Key, before: Value?)] = []
  private var isInBatch = false

  subscript(key: Key) -> Value? {
    get { values[key] }
    set {
      let before: Value?
      if let newValue {
        before = values.updateValue(newValue, forKey: key)
      } else {
        before = values.removeValue(forKey: key)
        if before == nil { return }
      }
      if isInBatch { journal.append((key, before)) }
    }
  }

  /// Changes a value, which is nil where there is none and where it leaves.
  mutating func change(_ key: Key, _ body: (inout Value?) -> Void) {
    var value = values[key]
    body(&value)
    self[key] = value
  }

  /// Takes over what is there whatever becomes of the batch.
  mutating func adopt(_ values: [Key: Value]) {
    self.values = values
    journal.removeAll()
  }

  mutating func take(_ step: BatchStep) {
    if step == .rollBack { _ = takeBack() }
    if !journal.isEmpty { journal.removeAll(keepingCapacity: journal.count <= 1_024) }
    isInBatch = step == .begin
  }

  /// Puts back what was there when the batch began.
  /// - Returns: each change in the order in which it was taken back.
  mutating func takeBack() -> [(now: Value?, before: Value?)] {
    var changes: [(now: Value?, before: Value?)] = []
    changes.reserveCapacity(journal.count)
    for change in journal.reversed() {
      changes.append((values[change.key], change.before))
      values[change.key] = change.before
    }
    journal.removeAll()
    return changes
  }
}
