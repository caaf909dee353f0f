import Promises
import TestSupport
import Testing
import VaultCore

/// Which names an environment has, against the most obvious model: a dictionary.
@Suite struct `The register of names` {
  private struct Known: Hashable {
    var kind: NameKind
    var maker: NameMaker
    var first: Int64
    var isApproved = false
  }

  @Test(arguments: 1...40)
  func `names are added, deleted, made again and approved as in a dictionary`(seed: Int) throws {
    var random = SeededRandom(seed: UInt64(seed))
    var register = NameRegister()
    var model: [SecretName: Known] = [:]
    let names = try (0..<12).map { try SecretName("N_\($0)") }
    for _ in 0..<300 {
      let name = names[random.below(names.count)]
      switch random.below(4) {
      case 0, 1:
        let kind: NameKind = random.flag() ? .secret : .variable
        let maker: NameMaker = random.flag() ? .admin : .writer
        let first = Int64(random.below(3))
        register.add(name, kind, by: maker, first: first)
        model[name] = Known(kind: kind, maker: maker, first: first)
      case 2:
        register.remove(name)
        model[name] = nil
      default:
        let held = names.filter { _ in random.flag() }
          .map { PinnedSecret(name: $0, version: Int64(random.below(3))) }
        register.approve(held)
        for (name, known) in model {
          let isHeld = held.contains { $0.name == name && $0.version >= known.first }
          if known.kind == .variable || isHeld { model[name]?.isApproved = true }
        }
      }
      let sorted = model.sorted { $0.key < $1.key }
      #expect(register.entries.map(\.name) == sorted.map(\.key))
      #expect(
        register.entries.map {
          Known(kind: $0.kind, maker: $0.maker, first: $0.first, isApproved: $0.isApproved)
        } == sorted.map(\.value))
      for name in names { #expect((register[name] == nil) == (model[name] == nil)) }
      let asked = names.filter { _ in random.flag() }
      let new = register.unapproved(asked)
      #expect(
        new.secrets
          == sorted.filter { $1.kind == .secret && !$1.isApproved && asked.contains($0) }
          .map(\.key))
      #expect(new.variables == sorted.filter { $1.kind == .variable && !$1.isApproved }.map(\.key))
      #expect(register.madeByWriters == sorted.filter { $1.maker == .writer }.map(\.key))
    }
    #expect(try NameRegister(canonical: register.canonicalBytes) == register)
  }

  private func environment(_ protection: Gate.Protection, allowed: [String] = []) throws
    -> Environment
  {
    Environment(
      id: 1, name: try EnvironmentName("production"), revision: 1,
      gate: Gate(
        protection: protection, requesters: .any,
        allowedNames: try allowed.map { try SecretName($0) }), created: 0, creator: 0)
  }

  private func refusal(
    _ names: [String], _ maker: NameMaker, in environment: Environment
  ) throws -> Refusal? {
    let names = try names.map { try SecretName($0) }
    do {
      try environment.mayMake(names, maker)
      return nil
    } catch { return error }
  }

  @Test func `closed-by-default: a new name in a protected environment is an admin's to make`()
    throws
  {
    let rules = Gate.Protection.reviewers([ReviewerRule(reviewers: [.uid(7)], required: 1)])
    let names = ["A", "GIT_TOKEN", "PATH"]
    for protection in [.unprotected, rules] {
      // A name may be of the grade never by now that a gate once allowed.
      for allowed in [[], ["GIT_TOKEN"], ["GIT_TOKEN", "PATH"]] as [[String]] {
        let environment = try environment(protection, allowed: allowed)
        for maker in [NameMaker.admin, .writer] {
          for name in names {
            let refused = try refusal([name], maker, in: environment)
            switch (maker, protection, name) {
            case (.writer, rules, _):
              #expect(refused == .namesNew(environment: "production", names: [name]))
            case (_, _, "A"): #expect(refused == nil)
            case (_, _, "GIT_TOKEN"): #expect((refused == nil) == !allowed.isEmpty)
            default:
              guard case .nameReserved(_, "PATH", let reservation)? = refused else {
                Issue.record("PATH is let: \(String(describing: refused))")
                continue
              }
              #expect(reservation.grade == .never)
            }
          }
        }
      }
    }
    let closed = try environment(rules)
    #expect(
      try refusal(["A", "B"], .writer, in: closed)
        == .namesNew(environment: "production", names: ["A", "B"]))
    #expect(try refusal([], .writer, in: closed) == nil)
  }

  @Test func `a gate allows no name of the grade never, and none twice`() throws {
    for (names, fault) in [
      (["GIT_TOKEN", "GIT_TOKEN"], GateFault.repeated("GIT_TOKEN")),
      ((0...Gate.mostAllowedNames).map { "GIT_\($0)" }, .tooMany("allowed names", most: 100)),
    ] {
      let gate = try environment(.unprotected, allowed: names).gate
      #expect(throws: fault) { try gate.check(people: People()) }
    }
    let gate = try environment(.unprotected, allowed: ["PATH"]).gate
    #expect {
      try gate.check(people: People())
    } throws: {
      if case .neverAllowed(let reservation)? = $0 as? GateFault {
        reservation.variable == "PATH"
      } else {
        false
      }
    }
  }

  @Test(.promise(.newNamesAreTyped))
  func `allowing a reserved name weakens a protected gate, and is told`() throws {
    let rules = Gate.Protection.reviewers([ReviewerRule(reviewers: [.uid(7)], required: 1)])
    let before = try environment(rules).gate
    let after = try environment(rules, allowed: ["GIT_TOKEN"]).gate
    #expect(
      after.weakenings(from: before) == [.allowedNames("the reserved name GIT_TOKEN is allowed")])
    #expect(before.weakenings(from: after).isEmpty)
    #expect(after.differences(from: before) == ["the reserved name GIT_TOKEN is allowed"])
    #expect(
      before.differences(from: after) == ["the reserved name GIT_TOKEN is no longer allowed"])
    #expect(
      after.explanation(of: "production").contains(
        "Reserved names allowed here: GIT_TOKEN."))
    var edit = GateEdit()
    edit.terms.edit(\.allowedNames, add: [try SecretName("GIT_TOKEN")])
    #expect(try edit.applied(to: before) == after)
    edit.terms.edit(\.allowedNames, remove: [try SecretName("GIT_TOKEN")])
    #expect(try edit.applied(to: after) == before)
    #expect(throws: GateFault.notNamed("allowed names", principal: "GIT_TOKEN")) {
      try edit.applied(to: before)
    }
  }
}
