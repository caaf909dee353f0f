/// An entry of a rule that is a list: it is written, stored and compared by its text.
package protocol GateEntry: Hashable, Sendable {
  var text: String { get }
  /// Reads what somebody wrote.
  init(entry text: String) throws(Refusal)
  /// Takes what was read and judged before: a sealed row, or the daemon's word.
  init(sealed text: String)
}

/// A list of a gate, of whatever entries: what the layers above need of it.
package protocol EntryList: Sendable {
  /// The member of an update that adds entries.
  var add: StaticString { get }
  /// The member of an update that removes entries.
  var remove: StaticString { get }

  func texts(of terms: GateTerms) -> [String]
  func isSame(_ left: GateTerms, _ right: GateTerms) -> Bool
  /// Reads what somebody wrote.
  func read(_ texts: [String], into terms: inout GateTerms) throws(Refusal)
  /// Takes what was judged before.
  func take(_ texts: [String], into terms: inout GateTerms)
  /// Refuses too many entries, or the same one twice.
  func check(_ terms: GateTerms) throws(GateFault)
  /// Takes out what is to go, and puts what comes at the end.
  func edit(_ terms: inout GateTerms, add: GateTerms, remove: GateTerms) throws(GateFault)
  /// What came and what went, a line each.
  func differences(from old: GateTerms, to new: GateTerms) -> [String]
}

package struct Entries<Entry: GateEntry>: EntryList {
  package let add: StaticString
  package let remove: StaticString
  private let path: GateRule.Path<[Entry]>
  private let most: Int
  private let what: String
  private let entry: String

  /// - Parameters:
  ///   - what: the list, as faults name it.
  ///   - entry: one of its entries, as a difference names it.
  init(
    _ path: GateRule.Path<[Entry]>, most: Int, of what: String, _ entry: String,
    add: StaticString, remove: StaticString
  ) {
    self.path = path
    self.most = most
    self.what = what
    self.entry = entry
    self.add = add
    self.remove = remove
  }

  package func texts(of terms: GateTerms) -> [String] { terms[keyPath: path].map(\.text) }

  package func isSame(_ left: GateTerms, _ right: GateTerms) -> Bool {
    left[keyPath: path] == right[keyPath: path]
  }

  package func read(_ texts: [String], into terms: inout GateTerms) throws(Refusal) {
    var entries: [Entry] = []
    for text in texts { entries.append(try Entry(entry: text)) }
    terms[keyPath: path] = entries
  }

  package func take(_ texts: [String], into terms: inout GateTerms) {
    terms[keyPath: path] = texts.map { Entry(sealed: $0) }
  }

  package func check(_ terms: GateTerms) throws(GateFault) {
    let entries = terms[keyPath: path]
    if entries.count > most { throw .tooMany(what, most: most) }
    var seen: Set<Entry> = []
    for entry in entries where !seen.insert(entry).inserted { throw .repeated(entry.text) }
  }

  package func edit(
    _ terms: inout GateTerms, add: GateTerms, remove: GateTerms
  ) throws(GateFault) {
    let (present, leaving) = (terms[keyPath: path], remove[keyPath: path])
    for entry in leaving where !present.contains(entry) {
      throw .notNamed(what, principal: entry.text)
    }
    terms[keyPath: path] = present.filter { !leaving.contains($0) } + add[keyPath: path]
  }

  package func differences(from old: GateTerms, to new: GateTerms) -> [String] {
    let (before, now) = (old[keyPath: path], new[keyPath: path])
    return now.filter { !before.contains($0) }.map { "the \(entry) \($0.text) is allowed" }
      + before.filter { !now.contains($0) }.map { "the \(entry) \($0.text) is no longer allowed" }
  }
}

extension SecretName: GateEntry {
  /// Reads a name, or refuses it with what it must be like.
  package init(entry text: String) throws(Refusal) {
    do { try self.init(text) } catch {
      throw .nameInvalid(what: "the name of a secret (\(Self.grammar))", error)
    }
  }
}
