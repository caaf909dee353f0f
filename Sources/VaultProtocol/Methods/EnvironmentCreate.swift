import StrictJSON
import VaultCalls
import VaultCore

extension EnvironmentCreate: CallParameters {
  init(from reader: inout ParameterReader) throws {
    let name = try reader.text("name")
    let requesters = try reader.texts("requesters")
    let writers = try reader.optionalTexts("writers") ?? []
    guard let protection = try reader.protection() else {
      throw reader.missing("rules or unprotected")
    }
    let preventSelfReview = try reader.bool("prevent_self_review", default: true)
    let exclusive = try reader.bool("exclusive", default: false)
    let inOrder = try reader.bool("in_order", default: false)
    let maxReads = try reader.optionalCount("max_reads")
    var clocks = Clocks()
    clocks.request = try reader.clock("request_ttl") ?? clocks.request
    clocks.approval = try reader.clock("approval_ttl") ?? clocks.approval
    clocks.grant = try reader.clock("grant_ttl") ?? clocks.grant
    let allowedNames = try reader.optionalTexts("allowed_names") ?? []
    try reader.finish()

    let environment = try EnvironmentName(wire: name)
    try PrincipalName.checkSize(of: requesters + writers + protection.texts)
    let asking =
      requesters.count == 1 && PrincipalName.meansAnybody(requesters[0])
      ? nil : try PrincipalName.read(requesters, most: Gate.mostRequesters, "requesters")
    let writing = try PrincipalName.read(writers, most: Gate.mostWriters, "writers")
    self.init(
      name: environment, requesters: asking, protection: try protection.named(), writers: writing,
      preventSelfReview: preventSelfReview, exclusive: exclusive, inOrder: inOrder,
      maxReads: maxReads, clocks: clocks,
      allowedNames: try allowedNames.map { try SecretName(wire: $0) })
  }

  func write(to writer: inout JSONWriter) {
    writer.member("name", name.text)
    writer.member("requesters", requesters.map { $0.map(\.text) } ?? ["any"])
    protection.write(to: &writer)
    if !writers.isEmpty { writer.member("writers", writers.map(\.text)) }
    writer.member("prevent_self_review", preventSelfReview)
    if exclusive { writer.member("exclusive", true) }
    if inOrder { writer.member("in_order", true) }
    writer.optional("max_reads", maxReads.map { Int64($0) })
    writer.member("request_ttl", clocks.request / 1_000)
    writer.member("approval_ttl", clocks.approval / 1_000)
    writer.member("grant_ttl", clocks.grant / 1_000)
    if !allowedNames.isEmpty { writer.member("allowed_names", allowedNames.map(\.text)) }
  }
}
