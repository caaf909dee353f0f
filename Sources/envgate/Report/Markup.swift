import VaultCore

/// HTML in the making, for a reader who trusts neither the writers of claims nor the daemon.
///
/// Invariants: elements, classes and attributes are literals of this program; whatever else stands between them has
/// passed ``fact(_:)`` or ``claim(_:)``, so that no text can become an element, an attribute or a link. A quote is
/// escaped too, though no text stands in an attribute that could end there.
struct Markup {
  private(set) var text = ""

  /// How much of a claim stands on a page, in characters; what is cut is said.
  static let mostOfClaim = 300

  /// An element with what is in it.
  mutating func element(
    _ name: StaticString, class style: StaticString? = nil, label: StaticString? = nil,
    _ body: (inout Markup) throws -> Void
  ) rethrows {
    raw("<\(name)")
    if let style { raw(" class=\"\(style)\"") }
    // What a narrow screen shows before a cell, which has no room for the column's title.
    if let label { raw(" data-label=\"\(label)\"") }
    raw(">")
    try body(&self)
    raw("</\(name)>\n")
  }

  /// An element with a fact in it.
  mutating func element(
    _ name: StaticString, class style: StaticString? = nil, label: StaticString? = nil,
    fact: String
  ) {
    element(name, class: style, label: label) { $0.fact(fact) }
  }

  /// What the vault or this program says.
  mutating func fact(_ text: String) {
    append(escaping: ScreenText.shown(text, charset: .utf8))
  }

  /// What somebody wrote, as ``VaultCore/ForeignText/quoted(_:limit:)`` shows it. Text that runs from right to left turns
  /// nothing around it.
  mutating func claim(_ quoted: String) {
    raw("<bdi dir=\"ltr\">")
    fact(quoted)
    raw("</bdi>")
  }

  /// Markup of this program's own, in which numbers are all that is not a literal.
  mutating func raw(_ markup: Literal) { text += markup.text }

  private mutating func append(escaping shown: String) {
    for scalar in shown.unicodeScalars {
      switch scalar {
      case "&": text += "&amp;"
      case "<": text += "&lt;"
      case ">": text += "&gt;"
      case "\"": text += "&quot;"
      case "'": text += "&#39;"
      default: text.unicodeScalars.append(scalar)
      }
    }
  }

  /// Markup that this program's source holds: strings that came from anywhere else do not compile into it.
  struct Literal: ExpressibleByStringInterpolation {
    fileprivate let text: String

    /// The style, which holds no markup.
    init(sheet: ReportStyle.Type) { text = sheet.sheet }

    init(stringLiteral value: StaticString) { text = "\(value)" }

    init(stringInterpolation: Interpolation) { text = stringInterpolation.text }

    struct Interpolation: StringInterpolationProtocol {
      fileprivate var text = ""

      init(literalCapacity: Int, interpolationCount: Int) {}

      mutating func appendLiteral(_ literal: StaticString) { text += "\(literal)" }

      mutating func appendInterpolation(_ literal: StaticString) { text += "\(literal)" }

      mutating func appendInterpolation(_ literal: Literal) { text += literal.text }

      mutating func appendInterpolation(_ number: Int) { text += "\(number)" }

      /// A share of a whole, as a percentage with two places.
      mutating func appendInterpolation(percent part: Int, of whole: Int) {
        let hundredths = part * 10_000 / max(1, whole)
        let rest = hundredths % 100
        text += "\(hundredths / 100).\(rest < 10 ? "0" : "")\(rest)%"
      }
    }
  }
}
