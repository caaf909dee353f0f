import VaultCore
import VaultProtocol

extension AuditRecordView {
  /// Prints records; a program gets a row for each.
  static func print(_ records: [AuditRecordView]) throws {
    guard Console.isTerminal, !records.isEmpty else {
      var table = table
      for record in records { record.add(to: &table) }
      return try Console.print(table)
    }
    let layout = lines(of: records, on: Console.output)
    try Console.print(layout.table, below: layout.more, isWhole: true)
  }

  /// For a person: when, what, who and where stand whole, however narrow the screen is. Number and request stand
  /// beside them where there is room, else below, with secrets and details.
  static func lines(
    of records: [AuditRecordView], on screen: Screen
  ) -> (table: Table, more: [String?]) {
    var wide = Table(
      of: "records", .number("NUMBER"), .whole("TIME"), .whole("EVENT"), .whole("WHO"),
      .whole("ENVIRONMENT"), .number("REQUEST"))
    for record in records { wide.add(record.personsCells) }
    let needed = wide.lines(aligned: true, colours: false).map(DisplayWidth.of).max() ?? 0
    if needed <= screen.width ?? .max {
      return (wide, records.map { record in record.more([]).map { margin + $0 } })
    }
    var narrow = Table(
      of: "records", .whole("TIME"), .whole("EVENT"), .whole("WHO"), .whole("ENVIRONMENT"))
    for record in records { narrow.add(Array(record.personsCells[1...4])) }
    return (
      narrow,
      records.map { record in
        record.more(
          ["record \(record.sequence)"] + (record.request.map { ["request \($0)"] } ?? [])
        ).map { margin + $0 }
      }
    )
  }

  private static let margin = "    "

  /// A program gets all in one row.
  static var table: Table {
    Table(
      of: "records", .number("NUMBER"), .whole("TIME"), .name("EVENT"), "WHO", "ENVIRONMENT",
      .number("REQUEST"),
      "SECRETS", "DETAILS")
  }

  /// The record as a row for a program.
  func add(to table: inout Table) {
    table.add(
      personsCells + [.init(secrets.isEmpty ? "-" : secretsText), .init(detailsText)])
  }

  /// Secrets and details behind some words, for a line of their own; nil where there are none.
  private func more(_ words: [String]) -> String? {
    let parts = (words + [secretsText, detailsText]).filter { !$0.isEmpty }
    return parts.isEmpty ? nil : PlainText.shown(parts.joined(separator: " "))
  }

  private var personsCells: [Table.Cell] {
    [
      .init("\(sequence)"), .init(WallClock.text(time)), .init(event, style), .init(who),
      .init(environment ?? "-"), .init(request.map { "\($0)" } ?? "-"),
    ]
  }

  private var secretsText: String {
    secrets.map { "\($0.name)@\($0.version)" }.joined(separator: " ")
  }

  /// Details may hold what people wrote, so each is quoted.
  private var detailsText: String {
    details.map { "\($0.name)=\(ForeignText.quoted($0.value, limit: Console.most(200)))" }
      .joined(separator: " ")
  }

  private var who: String {
    if uid == nil && account == nil { return "envgate" }
    return AccountView(uid: uid, account: account).text
  }

  private var style: Style {
    switch event {
    case "access.refused", "storage.tampered", "release.failed": .bad
    case "secret.released": .strong
    default: .plain
    }
  }
}

extension AuditVerificationView {
  /// What was found, in a sentence.
  var sentence: String {
    guard verified else {
      let place = firstBad.map { " at record \($0)" } ?? ""
      return PlainText.shown(
        "the audit chain does not verify\(place): \(fault ?? "no reason given")")
    }
    let what =
      after.map { after in
        "verified records \(after + 1) to \(records); records 1 to \(after) are not in the file and were not looked at"
      } ?? "verified \(records) records"
    return PlainText.shown("\(what), signed through record \(signedThrough), head \(head)")
  }
}

extension JournalComparisonView {
  /// What was compared, in sentences.
  var lines: [String] {
    var lines: [String] = []
    if let first, let last {
      lines.append(
        "\(Counted.text(agreed, "signed head")) in the journal, of records \(first) to \(last), \(agreed == 1 ? "agrees" : "agree")"
      )
    } else {
      lines.append("no signed head in the journal is of these records")
    }
    if lost > 0, let restored {
      lines.append(
        "\(Counted.text(lost, "head")) in the journal: their records were lost when the vault was restored from a backup; record \(restored) says so"
      )
    }
    if unseen > 0 {
      lines.append(
        "\(Counted.text(unseen, "head")) in the journal: their records were not looked at")
    }
    return lines
  }
}
