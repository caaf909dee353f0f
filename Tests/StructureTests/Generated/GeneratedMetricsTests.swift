import Testing

@testable import VaultServer

/// The metrics, said once in the daemon, and shown by the guide and the examples.
@Suite struct `the metrics` {
  @Test func `Operating.md has each metric`() {
    GeneratedPart(Page.guides + "Operating.md", "metrics").check(
      ["| metric | type | label | meaning |", "|---|---|---|---|"]
        + Metric.allCases.map { metric in
          let names = metric.row.kind == .histogram ? [metric.rawValue] : metric.samples
          let label = metric.row.label.map { "`\($0)`" } ?? ""
          return
            "| `\(names.joined())` | \(metric.row.kind.rawValue) | \(label) | \(metric.row.help) |"
        })
  }

  @Test(arguments: ["board.json", "alerts.yml"])
  func `the examples name only metrics that there are`(example: String) {
    let text = Checkout.text("config/examples/monitoring/\(example)") ?? ""
    let known = Set(Metric.allCases.flatMap(\.samples))
    let named = text.split { !($0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_")) }
      .filter { $0.hasPrefix("envgate_") }
    #expect(named.count >= 8)
    for name in named { #expect(known.contains(String(name)), "\(example): \(name)") }
  }

  @Test(arguments: ["audit.broken", "storage.tampered"])
  func `the examples name warnings that there are`(reason: String) {
    #expect(Warnings.Reason(rawValue: reason) != nil)
    #expect(Checkout.text("config/examples/monitoring/alerts.yml")?.contains(reason) == true)
  }

  @Test func `promtool takes the alert rules`() {
    let checked = Checkout.output(
      of: "command -v promtool >/dev/null || exit 0; promtool check rules "
        + "'\(Checkout.root)/config/examples/monitoring/alerts.yml' 2>&1")
    #expect(checked.succeeded, "\(checked.text)")
  }
}
