/// The few colours there are (ECMA-48 SGR), for a terminal alone.
enum Style: String {
  case plain = ""
  case strong = "1"
  case good = "32"
  case waiting = "33"
  case bad = "31"

  /// The text in this style; unchanged where colours are not wanted.
  func applied(to text: String, colours: Bool) -> String {
    colours && self != .plain ? "\u{1B}[\(rawValue)m\(text)\u{1B}[0m" : text
  }

  /// How the state of a request is shown.
  static func of(state: String) -> Style {
    switch state {
    case "waiting": .waiting
    case "approved", "active": .good
    case "rejected", "expired", "revoked", "unattended": .bad
    default: .plain
    }
  }
}
