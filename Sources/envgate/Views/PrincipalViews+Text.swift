import VaultProtocol

extension PrincipalPlaceView {
  /// Where somebody is named, and what is open of theirs there.
  static func table(of places: [PrincipalPlaceView]) -> Table {
    var table = Table("WHERE", "AS", "NAMED", .whole("REQUESTS"), .whole("REVIEWED"))
    for place in places {
      table.add(
        .init(place.environment ?? "the configuration"),
        .init(place.roles.isEmpty ? "-" : place.roles.joined(separator: ", ")),
        .init(
          place.stored.isEmpty ? "-" : place.stored + (place.isStale ? ": stale" : ""),
          place.isStale ? .bad : .plain),
        .init(numbers(place.requests)), .init(numbers(place.reviews, stale: place.staleReviews)))
    }
    return table
  }

  private static func numbers(_ ids: [Int64], stale: [Int64] = []) -> String {
    if ids.isEmpty { return "-" }
    let stale = Set(stale)
    return ids.map { stale.contains($0) ? "\($0): stale" : "\($0)" }.joined(
      separator: stale.isEmpty ? " " : ", ")
  }
}

extension PrincipalRemovedView {
  /// What was taken out, for a person.
  func lines() -> [String] {
    var lines = [
      PlainText.shown(
        environments.isEmpty
          ? "no gate names \(principal)"
          : "removed \(principal) from \(environments.joined(separator: ", "))"),
      "\(Counted.text(cancelled, "request")) cancelled, \(Counted.text(revoked, "grant")) revoked, "
        + "\(Counted.text(reset, "approved request")) back to waiting",
    ]
    if !standing.isEmpty {
      lines.append(
        PlainText.shown(
          "the configuration still makes \(principal) \(standing.joined(separator: " and ")): "
            + "edit the configuration, and reload the daemon"))
    }
    return lines
  }
}
