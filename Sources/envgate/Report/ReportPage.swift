import VaultCore
import VaultProtocol

/// One page for an auditor, which needs nothing but itself: no script, no address, one style.
///
/// Invariant (`honest-screen`): a fact and what somebody wrote share no line. Claims and comments stand in elements of
/// their own, marked, in quotes, cut; of the markup nothing depends on them.
struct ReportPage {
  let facts: ReportFacts

  var bytes: [UInt8] {
    var page = Markup()
    page.raw("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n")
    page.raw("<meta http-equiv=\"Content-Security-Policy\" content=\"")
    page.fact(ReportStyle.policy)
    page.raw("\">\n<meta name=\"referrer\" content=\"no-referrer\">\n")
    page.raw("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n")
    page.element("title", fact: "envgate report: \(facts.environment.name)")
    page.raw("<style>")
    page.raw(Markup.Literal(sheet: ReportStyle.self))
    page.raw("</style>\n</head>\n<body>\n")
    addTop(to: &page)
    addTimeline(to: &page)
    addGate(to: &page)
    addReads(to: &page)
    addSecrets(to: &page)
    addRequests(to: &page)
    addRecord(to: &page)
    page.raw("</body>\n</html>\n")
    return Array(page.text.utf8)
  }

  private func addTop(to page: inout Markup) {
    page.element("h1", fact: "Report on \(facts.environment.name)")
    let you = AccountView(uid: facts.status.you.uid, account: facts.status.you.account).text
    page.element(
      "p", class: "quiet",
      fact: "\(WallClock.text(facts.from)) to \(WallClock.text(facts.now)), made by \(you) with "
        + "envgate \(facts.status.version), from audit records up to \(facts.status.audit)")
    for warning in facts.status.warnings {
      page.element("p", class: "warning", fact: "\(warning.reason): \(warning.text)")
    }
    let failed = facts.ledger.count(of: .releaseFailed)
    if failed > 0 {
      page.element(
        "p", class: "warning",
        fact:
          "\(Counted.text(failed, "recorded release")) did not happen, because a value did not open"
      )
    }
    let due = facts.secrets.count { $0.due.map { $0 <= facts.now } ?? false }
    if due > 0 {
      page.element(
        "p", class: "warning", fact: "\(Counted.text(Int64(due), "secret")) overdue for a new value"
      )
    }
  }

  private func addTimeline(to page: inout Markup) {
    page.element("h2", fact: "Timeline")
    facts.ledger.timeline.draw(on: &page)
    page.element(
      "p", class: "quiet",
      fact: "A bar's height is on a logarithmic scale. Refused calls have no environment in the "
        + "record: envgate audit list --event access.refused lists them.")
  }

  private func addGate(to page: inout Markup) {
    page.element("h2", fact: "Gate")
    page.element(
      "p", class: "quiet",
      fact: "As of the end of this time, at revision \(facts.environment.revision).")
    page.element("ul") { page in
      // A line that belongs to the one before it is indented there.
      for line in facts.gate {
        page.element(
          "li", class: line.hasPrefix("  ") ? "inner" : "line",
          fact: String(line.trimmingPrefix("  ").trimmingPrefix("- ")))
      }
    }
    page.element("h3", fact: "Changes of the gate")
    addChanges(
      facts.ledger.gateChanges, hasMore: facts.ledger.hasMoreGateChanges,
      "the gate did not change in this time", to: &page)
  }

  private func addChanges(
    _ changes: [ReportLedger.Change], hasMore: Bool, _ none: String, to page: inout Markup
  ) {
    if changes.isEmpty { return page.element("p", fact: none) }
    page.table("When", "Record", "What", "By", "Changed") { page in
      for change in changes.suffix(ReportLedger.mostRows).reversed() {
        page.element("tr") { row in
          row.element("td", class: "whole", label: "When", fact: WallClock.text(change.time))
          row.element("td", class: "number", label: "Record", fact: "\(change.sequence)")
          row.element("td", class: "whole", label: "What", fact: change.event.rawValue)
          row.element("td", label: "By", fact: change.who?.text ?? "envgate")
          row.element("td", label: "Changed", fact: change.texts.joined(separator: "; "))
        }
      }
    }
    if hasMore { addCut("older changes", to: &page) }
  }

  private func addReads(to page: inout Markup) {
    page.element("h2", fact: "Who read what")
    let readings = facts.ledger.readings
    if readings.isEmpty {
      return page.element("p", fact: "no secret was released in this time")
    }
    page.element(
      "p", class: "quiet",
      fact: "From the audit record, the latest first. A record is on disk before its secret leaves."
    )
    let approvals = Dictionary(facts.requests.map { ($0.id, $0.approvedBy) }) { first, _ in first }
    page.table("Who", "Secrets", "Approved by", "Request", "First", "Last", "Times") { page in
      for reading in readings {
        page.element("tr") { row in
          row.element("td", label: "Who", fact: reading.who.text)
          row.element("td", label: "Secrets", fact: reading.secrets)
          let approvers = reading.request.map { id in
            facts.ledger.approvers[id] ?? approvals[id] ?? "before this time"
          }
          row.element(
            "td", label: "Approved by",
            fact: approvers.map { $0.isEmpty ? "nobody: none was required" : $0 }
              ?? "nobody: read without a request")
          row.element(
            "td", class: "number", label: "Request", fact: reading.request.map { "\($0)" } ?? "-")
          row.element("td", class: "whole", label: "First", fact: WallClock.text(reading.first))
          row.element("td", class: "whole", label: "Last", fact: WallClock.text(reading.last))
          row.element("td", class: "number", label: "Times", fact: "\(reading.count)")
        }
      }
    }
    if facts.ledger.hasMoreReads { addCut("older reads", to: &page) }
  }

  private func addSecrets(to page: inout Markup) {
    page.element("h2", fact: "Secrets by age")
    if facts.secrets.isEmpty {
      page.element("p", fact: "there are no secrets")
    } else {
      page.table("Secret", "Version", "State", "Set", "Age", "By", "Due") { page in
        for secret in facts.secrets { addRow(secret, to: &page) }
      }
    }
    page.element("h3", fact: "Changes of secrets and variables")
    addChanges(
      facts.ledger.secretChanges, hasMore: facts.ledger.hasMoreSecretChanges,
      "no secret or variable was changed in this time", to: &page)
  }

  private func addRow(_ secret: SecretView, to page: inout Markup) {
    let isOverdue = secret.due.map { $0 <= facts.now } ?? false
    page.element("tr") { row in
      row.element("td", label: "Secret", fact: secret.name)
      row.element(
        "td", class: "number", label: "Version",
        fact: secret.version == 0 ? "-" : "\(secret.version)")
      row.element("td", label: "State", fact: secret.state)
      row.element("td", class: "whole", label: "Set", fact: WallClock.text(secret.updated))
      row.element(
        "td", label: "Age",
        fact: TimeSpan.rough(seconds: (facts.now - secret.updated) / 1_000))
      row.element("td", label: "By", fact: "uid \(secret.updatedBy)")
      row.element(
        "td", class: isOverdue ? "bad" : "due", label: "Due",
        fact: secret.due.map { WallClock.text($0) + (isOverdue ? ", overdue" : "") } ?? "-")
    }
  }

  private func addRequests(to page: inout Markup) {
    page.element("h2", fact: "Requests")
    if facts.requests.isEmpty { page.element("p", fact: "nobody asked in this time") }
    for request in facts.requests {
      page.element("article") { page in
        page.element("h3", fact: request.title(now: facts.now))
        page.add(request.facts(now: facts.now))
        page.add(request.claims(limit: Markup.mostOfClaim), below: RequestView.claimedTitle)
        page.add(request.comments(limit: Markup.mostOfClaim), below: RequestView.writtenTitle)
      }
    }
    if facts.hasMoreRequests { addCut("older requests", to: &page) }
  }

  private func addCut(_ what: String, to page: inout Markup) {
    page.element(
      "p", class: "warning",
      fact: "There are \(what) that do not fit on this page. A later --since shows fewer; envgate "
        + "audit list -e \(facts.environment.name) has every record.")
  }

  private func addRecord(to page: inout Markup) {
    page.element("h2", fact: "The record, and how to verify it")
    var lines = Facts()
    lines.add("vault", facts.key.vault)
    lines.add("public key", facts.key.publicKey)
    if let head = facts.key.head {
      lines.add("head", "record \(head.sequence), \(head.hash)")
      lines.add("signed", WallClock.text(head.time))
      lines.add("signature", head.signature)
    }
    if let last = facts.ledger.last {
      lines.add("last used", "record \(last.sequence), \(last.hash)")
    }
    page.add(lines)
    page.element(
      "p",
      fact: "Each record contains the hash of the one before it, and the daemon signs the newest. "
        + "This page alone proves nothing: anybody who has the file can change it. Run these as an "
        + "auditor; audit.key is the public key that you keep outside of the host:")
    page.element("pre") { page in
      page.fact("envgate audit verify")
      page.raw("\n")
      page.fact("envgate audit export record.jsonl")
      page.raw("\n")
      page.fact("envgate audit verify --file record.jsonl --public-key audit.key")
      if let last = facts.ledger.last {
        page.raw("\n")
        page.fact("envgate audit list --json --after \(last.sequence - 1) --limit 1")
      }
    }
    page.element(
      "p",
      fact:
        "verify must report at least as many records as the head above. The last command prints "
        + "the record that this page used last; its hash must be the one above.")
  }
}

extension RequestView {
  /// Whose approvals count.
  fileprivate var approvedBy: String {
    reviews.filter { $0.decision == "approved" && !$0.isStale }
      .map { AccountView(uid: $0.uid, account: $0.account).text }.joined(separator: ", ")
  }
}

extension Markup {
  /// A table with the titles of its columns.
  fileprivate mutating func table(
    _ titles: StaticString..., body: (inout Markup) throws -> Void
  ) rethrows {
    try element("table") { table in
      table.element("thead") { head in
        head.element("tr") { row in
          for title in titles { row.element("th", fact: "\(title)") }
        }
      }
      try table.element("tbody", body)
    }
  }

  /// Facts of the vault.
  fileprivate mutating func add(_ facts: Facts) {
    element("dl") { list in
      for row in facts.rows {
        list.element("dt", fact: row.label)
        list.element("dd", fact: row.text)
      }
    }
  }

  /// What people wrote, in quotes already, apart and marked; nothing where there is none.
  fileprivate mutating func add(_ claims: Facts, below title: String) {
    if claims.isEmpty { return }
    element("div", class: "claims") { part in
      part.element("p", fact: title)
      part.element("dl") { list in
        for row in claims.rows {
          list.element("dt", fact: row.label)
          list.element("dd") { $0.claim(row.text) }
        }
      }
    }
  }
}
