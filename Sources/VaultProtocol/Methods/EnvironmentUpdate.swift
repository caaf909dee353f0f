import StrictJSON
import VaultCalls
import VaultCore

extension EnvironmentUpdate: CallParameters {
  init(from reader: inout ParameterReader) throws {
    let name = try reader.text("name")
    let revision = try reader.optionalInteger("revision", in: 1...ParameterReader.largestInteger)
    let allowWeaken = try reader.bool("allow_weaken", default: false)
    let protection = try reader.protection()
    let approvals = try reader.optionalCount("approvals")
    let lists = try Self.listNames.map { list in
      (
        add: try reader.optionalTexts(list.add) ?? [],
        remove: try reader.optionalTexts(list.remove) ?? []
      )
    }
    let preventSelfReview = try reader.optional("prevent_self_review")?.bool()
    let exclusive = try reader.optional("exclusive")?.bool()
    let inOrder = try reader.optional("in_order")?.bool()
    let maxReads = try Self.maxReads(&reader)
    let clocks = (
      request: try reader.clock("request_ttl"), approval: try reader.clock("approval_ttl"),
      grant: try reader.clock("grant_ttl")
    )
    let names = (
      add: try reader.optionalTexts("add_allowed_names") ?? [],
      remove: try reader.optionalTexts("remove_allowed_names") ?? []
    )
    try reader.finish()

    self.init(name: try EnvironmentName(wire: name))
    try PrincipalName.checkSize(
      of: lists.flatMap { $0.add + $0.remove } + (protection?.texts ?? []))
    self.revision = revision
    self.allowWeaken = allowWeaken
    self.protection = try protection?.named()
    self.approvals = approvals
    reviewers = try Self.members(lists[0], ReviewerRule.mostReviewers, "reviewers")
    anyRequester = try Self.any(lists[1])
    requesters = try Self.members(
      (
        lists[1].add.filter { !PrincipalName.meansAnybody($0) },
        lists[1].remove.filter { !PrincipalName.meansAnybody($0) }
      ),
      Gate.mostRequesters, "requesters")
    writers = try Self.members(lists[2], Gate.mostWriters, "writers")
    self.preventSelfReview = preventSelfReview
    self.exclusive = exclusive
    self.inOrder = inOrder
    self.maxReads = maxReads
    requestTTL = clocks.request
    approvalTTL = clocks.approval
    grantTTL = clocks.grant
    allowedNames = GateEdit.Names(
      add: try names.add.map { try SecretName(wire: $0) },
      remove: try names.remove.map { try SecretName(wire: $0) })
    // Whoever changes nothing has misspelled what they meant, or meant environment.get.
    if isEmpty { throw reader.missing("something to change") }
  }

  private static let listNames: [(add: StaticString, remove: StaticString)] = [
    ("add_reviewers", "remove_reviewers"), ("add_requesters", "remove_requesters"),
    ("add_writers", "remove_writers"),
  ]

  private static func members(
    _ texts: (add: [String], remove: [String]), _ most: Int, _ what: String
  ) throws(Refusal) -> Members {
    Members(
      add: try PrincipalName.read(texts.add, most: most, what),
      remove: try PrincipalName.read(texts.remove, most: most, what))
  }

  private static func any(
    _ requesters: (add: [String], remove: [String])
  ) throws(Refusal) -> Bool? {
    let isAdded = requesters.add.contains(where: PrincipalName.meansAnybody)
    switch (isAdded, requesters.remove.contains(where: PrincipalName.meansAnybody)) {
    case (false, false): return nil
    case (true, true): throw .gateInvalid(.repeated("any"))
    case (true, false):
      if let other = requesters.add.first(where: { !PrincipalName.meansAnybody($0) }) {
        throw .gateInvalid(.repeated(other))
      }
      return true
    case (false, true): return false
    }
  }

  /// A number, or null to take the limit away.
  private static func maxReads(_ reader: inout ParameterReader) throws -> GateEdit.Limit? {
    guard let value = reader.optional("max_reads") else { return nil }
    if value.isNull { return GateEdit.Limit.none }
    return .most(Int(try value.integer(in: -1_000_000...1_000_000_000)))
  }

  func write(to writer: inout JSONWriter) {
    writer.member("name", name.text)
    writer.optional("revision", revision)
    if allowWeaken { writer.member("allow_weaken", true) }
    protection?.write(to: &writer)
    writer.optional("approvals", approvals.map { Int64($0) })
    let any = anyRequester.map { $0 ? (add: ["any"], remove: []) : (add: [], remove: ["any"]) }
    let lists = [
      (reviewers.add.map(\.text), reviewers.remove.map(\.text)),
      (
        requesters.add.map(\.text) + (any?.add ?? []),
        requesters.remove.map(\.text) + (any?.remove ?? [])
      ), (writers.add.map(\.text), writers.remove.map(\.text)),
    ]
    for (names, (add, remove)) in zip(Self.listNames, lists) {
      if !add.isEmpty { writer.member(names.add, add) }
      if !remove.isEmpty { writer.member(names.remove, remove) }
    }
    if let preventSelfReview { writer.member("prevent_self_review", preventSelfReview) }
    if let exclusive { writer.member("exclusive", exclusive) }
    if let inOrder { writer.member("in_order", inOrder) }
    switch maxReads {
    case .some(.none):
      writer.key("max_reads")
      writer.null()
    case .some(.most(let number)): writer.member("max_reads", Int64(number))
    case nil: break
    }
    writer.optional("request_ttl", requestTTL.map { $0 / 1_000 })
    writer.optional("approval_ttl", approvalTTL.map { $0 / 1_000 })
    writer.optional("grant_ttl", grantTTL.map { $0 / 1_000 })
    let (added, removed) = (allowedNames.add.map(\.text), allowedNames.remove.map(\.text))
    if !added.isEmpty { writer.member("add_allowed_names", added) }
    if !removed.isEmpty { writer.member("remove_allowed_names", removed) }
  }
}
