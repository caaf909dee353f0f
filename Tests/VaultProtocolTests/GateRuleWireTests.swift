import StrictJSON
import Testing
import VaultCore

@testable import VaultProtocol

/// What holds on the wire for every rule because its row says so.
@Suite struct `Every rule of a gate on the wire` {
  /// Each rule with the bounds of its range, and those of its values that are beyond.
  static func values(_ rule: GateRule) -> (inside: [GateTerms], beyond: [GateTerms]) {
    switch rule.value {
    case .flag(let path, _, _, _): ([with(path, false), with(path, true)], [])
    case .duration(let path, let range):
      (
        [with(path, range.lowerBound), with(path, range.upperBound)],
        [with(path, range.lowerBound - 1_000), with(path, range.upperBound + 1_000)]
      )
    case .period(let path, let range):
      (
        [with(path, nil), with(path, range.lowerBound), with(path, range.upperBound)],
        [with(path, range.lowerBound - 1_000), with(path, range.upperBound + 1_000)]
      )
    case .limit(let path, let most):
      ([with(path, nil), with(path, 1), with(path, most)], [with(path, 0), with(path, most + 1)])
    case .entries(let list):
      (
        [with(list, []), with(list, ["GIT_A"]), with(list, (1...100).map { "GIT_\($0)" })],
        [with(list, ["GIT_A", "GIT_A"]), with(list, (0...100).map { "GIT_\($0)" })]
      )
    }
  }

  private static func with<Value>(
    _ path: WritableKeyPath<GateTerms, Value>, _ value: Value
  ) -> GateTerms {
    var terms = GateTerms()
    terms[keyPath: path] = value
    return terms
  }

  private static func with(_ list: any EntryList, _ texts: [String]) -> GateTerms {
    var terms = GateTerms()
    list.take(texts, into: &terms)
    return terms
  }

  private static func create(_ terms: GateTerms) throws -> EnvironmentCreate {
    EnvironmentCreate(
      name: try EnvironmentName("p"), requesters: nil,
      protection: .reviewers([NamedRule(reviewers: [.uid(7)], required: 1)]), terms: terms)
  }

  @Test(arguments: GateRule.all.indices)
  func `is created as it was said, and its gate refuses what is beyond its range`(
    index: Int
  ) throws {
    let rule = GateRule.all[index]
    let (inside, beyond) = Self.values(rule)
    for terms in inside + beyond {
      let line = Wire.line(.environmentCreate(try Self.create(terms)))
      guard case .call(_, .environmentCreate(let create)) = Wire.incoming(line) else {
        // No number below zero is read at all.
        #expect(beyond.contains(terms), "not read: \(line)")
        continue
      }
      #expect(create.terms == terms, "\(line)")
      var gate = try create.gate([.uid(7)])
      if gate.inOrder { gate.exclusive = true }
      let isRefused: Bool
      do {
        try gate.check(people: People())
        isRefused = false
      } catch { isRefused = true }
      #expect(isRefused == beyond.contains(terms), "\(line)")
    }
  }

  @Test(arguments: GateRule.all.indices)
  func `is edited as it was said, alone`(index: Int) throws {
    let rule = GateRule.all[index]
    for new in Self.values(rule).inside {
      for old in Self.values(rule).inside where new != old {
        var update = EnvironmentUpdate(name: try EnvironmentName("p"))
        if case .entries = rule.value {
          update.terms = TermsEdit(values: new, removed: old, named: [])
        } else {
          update.terms = TermsEdit(values: new, removed: GateTerms(), named: [rule.text])
        }
        let line = Wire.line(.environmentUpdate(update))
        guard case .call(_, .environmentUpdate(let read)) = Wire.incoming(line) else {
          Issue.record("not read: \(line)")
          return
        }
        #expect(read == update, "\(line)")
        #expect(try read.terms.applied(to: old) == new)
      }
    }
  }

  @Test(arguments: GateRule.all.indices)
  func `is viewed as it is`(index: Int) throws {
    for terms in Self.values(GateRule.all[index]).inside {
      let environment = Environment(
        id: 1, name: try EnvironmentName("p"), revision: 1,
        gate: Gate(protection: .unprotected, requesters: .any, terms: terms), created: 0,
        creator: 0)
      let view = EnvironmentView(environment: environment, roles: [])
      #expect(view.terms == terms)
      #expect(try Wire.roundTrip(view) == view)
    }
  }

  @Test
  func `that a daemon does not know yet has its default, and one that it always knew is missed`()
    throws
  {
    let line = Wire.reply(try Self.view())
    for asked in GateRule.all {
      let name = asked.text
      let text = String(decoding: line, as: UTF8.self)
      let member = try #require(text.firstRange(of: "\"\(name)\":"))
      let next = try #require(text[member.upperBound...].firstRange(of: ",\""))
      let without = String(
        text[..<member.lowerBound] + text[text.index(after: next.lowerBound)...])
      let rules = GateRule.all.map { rule in
        var rule = rule
        if rule.text == name { rule.since = GateFormat(byte: 16) }
        return rule
      }
      #expect(try Self.terms(without, rules) == GateTerms())
      if asked.since == .first {
        #expect(throws: (any Error).self) { try Self.terms(without, GateRule.all) }
      }
    }
  }

  private static func view() throws -> EnvironmentView {
    EnvironmentView(
      environment: Environment(
        id: 1, name: try EnvironmentName("p"), revision: 1,
        gate: Gate(protection: .unprotected, requesters: .any, terms: GateTerms()), created: 0,
        creator: 0), roles: [])
  }

  private static func terms(_ line: String, _ rules: [GateRule]) throws -> GateTerms {
    var reader = JSONReader()
    return try Array(line.utf8.dropLast()).withUnsafeBytes { bytes in
      try reader.read(bytes) { value in
        var message = try value.object()
        return try GateTerms.viewed(by: rules).read(message.required("result"), .answer)
      }
    }
  }
}
