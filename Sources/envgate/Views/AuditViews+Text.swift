import VaultCore
import VaultProtocol

extension AuditRecordView {
  static var table: Table {
    Table(
      of: "records", .number("NUMBER"), .whole("TIME"), .name("EVENT"), "WHO", "ENVIRONMENT",
      .number("REQUEST"),
      "SECRETS", "DETAILS")
  }

  /// The record as a row. Details may hold what people wrote, so each is quoted.
  func add(to table: inout Table) {
    table.add(
      .init("\(sequence)"), .init(WallClock.text(time)), .init(event, style), .init(who),
      .init(environment ?? "-"), .init(request.map { "\($0)" } ?? "-"),
      .init(
        secrets.isEmpty ? "-" : secrets.map { "\($0.name)@\($0.version)" }.joined(separator: " ")),
      .init(
        details.map { "\($0.name)=\(ForeignText.quoted($0.value, limit: Console.most(200)))" }
          .joined(separator: " ")))
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
      return PlainText.shown("the audit chain does not hold\(place): \(fault ?? "no reason given")")
    }
    return PlainText.shown(
      "verified: \(records) records hold, signed through \(signedThrough), head \(head)")
  }
}
