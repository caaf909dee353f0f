import VaultCore
import VaultProtocol

extension AuditRecordView {
  /// What a person goes by; it stands whole, however narrow the terminal is. The rest is ``more``.
  static var personsTable: Table {
    Table(
      of: "records", .number("NUMBER"), .whole("TIME"), .whole("EVENT"), .whole("WHO"),
      .whole("ENVIRONMENT"), .number("REQUEST"))
  }

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

  /// Secrets and details, for a line of their own; nil where there are none.
  var more: String? {
    let parts = [secretsText, detailsText].filter { !$0.isEmpty }
    return parts.isEmpty ? nil : PlainText.shown(parts.joined(separator: " "))
  }

  var personsCells: [Table.Cell] {
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
    return PlainText.shown(
      "verified \(records) records, signed through record \(signedThrough), head \(head)")
  }
}
