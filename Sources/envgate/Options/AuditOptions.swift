import ArgumentParser
import VaultCore
import VaultProtocol

/// Which records of the audit chain are wanted.
struct AuditOptions: ParsableArguments {
  @OptionGroup var only: OnlyEnvironmentOption

  @Option(
    help: ArgumentHelp("Only records about this secret or variable.", valueName: "name"),
    completion: .secrets)
  var secret: String?

  @Option(
    help: ArgumentHelp(
      "Only records of this account or unit: user:NAME, uid:N, socket:NAME or unit:NAME. A name is the one "
        + "that the account had then.", valueName: "principal"))
  var who: String?

  @Option(
    help: ArgumentHelp("Only records of this event, such as secret.released.", valueName: "event"),
    completion: .list(AuditEvent.allCases.map(\.rawValue)))
  var event: String?

  @Option(
    help: ArgumentHelp(
      "Only records since then: 90m, 7d, or a day such as 2026-01-31.", valueName: "time"))
  var since: SinceTime?

  @Option(help: ArgumentHelp("Only records until then, in the same form.", valueName: "time"))
  var until: SinceTime?

  func validate() throws {
    if let event, AuditEvent(rawValue: event) == nil {
      let words = AuditEvent.allCases.map(\.rawValue)
      throw ValidationError(
        "--event takes a word that records have, such as secret.released; "
          + "\(ForeignText.quoted(event, limit: 40)) is none"
          + Suggestion.phrase(event, among: words))
    }
  }

  /// The filter, with spans before now.
  func filter(now: Int64) throws -> AuditFilter {
    let filter = AuditFilter(
      environment: try only.name,
      secret: try secret.map { try SecretName(argument: $0) },
      who: try who.map { try SubjectName(argument: $0, of: "--who") },
      event: event.flatMap(AuditEvent.init(rawValue:)), since: since?.milliseconds(now: now),
      until: until?.milliseconds(now: now))
    if let since = filter.since, let until = filter.until, since > until {
      throw ValidationError("--until is earlier than --since; exchange the two")
    }
    return filter
  }
}
