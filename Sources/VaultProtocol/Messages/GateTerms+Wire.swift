import StrictJSON
import VaultCore

/// Who says the value of a rule: what one may say is not what another may.
enum TermsSpeaker {
  /// Who creates an environment. What is not said has its default.
  case creator
  /// Who edits one. Null takes a limit away.
  case editor
  /// The daemon, whose words an old client takes as they are.
  case daemon
}

/// How the value of a rule stands on the wire, once a kind.
extension GateRule {
  /// What a number may be that the gate judges.
  static let judgedCounts: ClosedRange<Int64> = -1_000_000...1_000_000_000

  func read(
    _ value: JSONValue, into terms: inout GateTerms, from speaker: TermsSpeaker
  ) throws {
    let isDaemon = speaker == .daemon
    switch self.value {
    case .flag(let path, let isDenied, _, _): terms[keyPath: path] = try value.bool() != isDenied
    case .duration(let path, _):
      terms[keyPath: path] = try Self.milliseconds(value, isDaemon)
    case .period(let path, _):
      terms[keyPath: path] =
        value.isNull && speaker != .creator ? nil : try Self.milliseconds(value, isDaemon)
    case .limit(let path, _):
      if value.isNull && speaker != .creator {
        terms[keyPath: path] = nil
      } else {
        let number =
          try isDaemon ? value.integer() : value.integer(in: Self.judgedCounts)
        terms[keyPath: path] = Int(number)
      }
    case .entries(let list):
      let texts = try value.strings()
      if isDaemon { list.take(texts, into: &terms) } else { try list.read(texts, into: &terms) }
    }
  }

  /// Seconds on the wire; the gate judges whether they are in range.
  private static func milliseconds(_ value: JSONValue, _ isDaemon: Bool) throws -> Int64 {
    let most = JSONValue.largestInteger / 1_000
    return try (isDaemon ? value.integer() : value.integer(in: 0...most)) * 1_000
  }

  func write(_ terms: GateTerms, to writer: inout JSONWriter) {
    switch value {
    case .flag(let path, let isDenied, _, _):
      writer.member(name, terms[keyPath: path] != isDenied)
    case .duration(let path, _): writer.member(name, terms[keyPath: path] / 1_000)
    case .period(let path, _): writer.nullable(name, terms[keyPath: path].map { $0 / 1_000 })
    case .limit(let path, _): writer.nullable(name, terms[keyPath: path].map { Int64($0) })
    case .entries(let list): writer.member(name, list.texts(of: terms))
    }
  }

  /// Whether a client that creates an environment says the value: not where it is the default and false, nothing,
  /// or empty.
  func isSaid(in terms: GateTerms) -> Bool {
    switch value {
    case .flag(let path, let isDenied, _, _):
      terms[keyPath: path] != isDenied || !isDefault(terms)
    case .duration: true
    case .period(let path, _): terms[keyPath: path] != nil
    case .limit(let path, _): terms[keyPath: path] != nil
    case .entries(let list): !list.texts(of: terms).isEmpty
    }
  }

  func write(_ edit: TermsEdit, to writer: inout JSONWriter) {
    if case .entries(let list) = value {
      let (added, removed) = (list.texts(of: edit.values), list.texts(of: edit.removed))
      if !added.isEmpty { writer.member(list.add, added) }
      if !removed.isEmpty { writer.member(list.remove, removed) }
    } else if edit.named.contains(text) {
      write(edit.values, to: &writer)
    }
  }
}

extension GateTerms {
  /// What the creator of an environment says of the rules.
  static let shape = Shape<GateTerms> { reader in
    let reading = try TermsReading(whole: &reader)
    return { try reading.whole() }
  } write: { terms, writer in
    for rule in GateRule.all where rule.isSaid(in: terms) { rule.write(terms, to: &writer) }
  }

  /// What the daemon says of the rules. One that is older than a rule does not name it.
  static func viewed(by rules: [GateRule] = GateRule.all) -> Shape<GateTerms> {
    Shape { reader in
      var terms = GateTerms()
      for rule in rules {
        let value =
          try rule.since > .first ? reader.optional(rule.name) : reader.required(rule.name)
        if let value { try rule.read(value, into: &terms, from: .daemon) }
      }
      return { [terms] in terms }
    } write: { terms, writer in
      for rule in rules { rule.write(terms, to: &writer) }
    }
  }
}

extension TermsEdit {
  /// What an edit says of the rules.
  static let shape = Shape<TermsEdit> { reader in
    let reading = try TermsReading(edit: &reader)
    return { try reading.edit() }
  } write: { edit, writer in
    for rule in GateRule.all { rule.write(edit, to: &writer) }
  }
}

/// The values that a call says of the rules. Entries of lists are texts until all members were read.
private struct TermsReading {
  private var values = GateTerms()
  private var named: Set<String> = []
  private var entries: [(list: any EntryList, add: [String], remove: [String])] = []

  /// Of an environment that is created.
  init(whole reader: inout MemberReader) throws {
    for rule in GateRule.all {
      guard let value = reader.optional(rule.name) else { continue }
      if case .entries(let list) = rule.value {
        entries.append((list, try value.strings(), []))
      } else {
        try rule.read(value, into: &values, from: .creator)
      }
    }
  }

  /// Of an edit.
  init(edit reader: inout MemberReader) throws {
    for rule in GateRule.all {
      if case .entries(let list) = rule.value {
        let added = try reader.optional(list.add)?.strings() ?? []
        entries.append((list, added, try reader.optional(list.remove)?.strings() ?? []))
      } else if let value = reader.optional(rule.name) {
        try rule.read(value, into: &values, from: .editor)
        named.insert(rule.text)
      }
    }
  }

  func whole() throws(Refusal) -> GateTerms {
    var terms = values
    for (list, texts, _) in entries { try list.read(texts, into: &terms) }
    return terms
  }

  func edit() throws(Refusal) -> TermsEdit {
    var (added, removed) = (values, GateTerms())
    for (list, add, remove) in entries {
      try list.read(add, into: &added)
      try list.read(remove, into: &removed)
    }
    return TermsEdit(values: added, removed: removed, named: named)
  }
}
