import VaultCore

/// When what happened, as an inline SVG: a lane a kind, a bar a stretch of time.
///
/// Only places along the time scale with the page, so that words keep their size on a phone and on paper.
struct ReportTimeline {
  enum Lane: Int, CaseIterable {
    case released
    case direct
    case approved
    case refused
    case gate
    case secrets

    /// The events that it shows.
    var events: Set<AuditEvent> {
      switch self {
      case .released, .direct: [.secretReleased]
      case .approved: [.requestApproved]
      case .refused: [.requestRejected, .requestRevoked]
      case .gate:
        [.environmentCreated, .environmentChanged, .environmentDeleted, .environmentConfirmed]
      case .secrets:
        [
          .secretCreated, .secretSet, .secretDisabled, .secretEnabled, .secretDestroyed,
          .secretRolledBack, .secretDeleted, .variableSet, .variableDeleted,
        ]
      }
    }

    fileprivate var title: String {
      switch self {
      case .released: "released under a request"
      case .direct: "read without a request"
      case .approved: "approvals"
      case .refused: "rejected or revoked"
      case .gate: "changes of the gate"
      case .secrets: "changes of secrets and variables"
      }
    }

    fileprivate var style: StaticString { self == .refused ? "bad" : "lane" }
  }

  private static let slots = 96
  private static let height = 44
  private static let tallest = 20

  private let from: Int64
  private let to: Int64
  private var counts = [[Int64]](
    repeating: [Int64](repeating: 0, count: slots), count: Lane.allCases.count)

  init(from: Int64, to: Int64) {
    self.from = from
    // A period of no length has no middle.
    self.to = max(to, from + 1_000)
  }

  /// Counts an event. What a clock that was set back shows outside of the period stands at its edge.
  mutating func add(_ event: AuditEvent, isUnderRequest: Bool, at time: Int64) {
    let lane = Lane.allCases.first { lane in
      lane.events.contains(event) && (lane != .released || isUnderRequest)
    }
    guard let lane else { return }
    let part = Double(time - from) / Double(to - from) * Double(Self.slots)
    counts[lane.rawValue][Int(min(max(part, 0), Double(Self.slots - 1)))] += 1
  }

  /// How many events a lane has.
  func count(of lane: Lane) -> Int64 { counts[lane.rawValue].reduce(0, +) }

  func draw(on page: inout Markup) {
    let height = Lane.allCases.count * Self.height + 24
    page.raw(
      "<svg role=\"img\" width=\"100%\" height=\"\(height)\" aria-label=\"Timeline\">\n")
    for lane in Lane.allCases { draw(lane, on: &page) }
    let ends: [(x: Markup.Literal, anchor: Markup.Literal, time: Int64)] = [
      ("0", "start", from), ("50%", "middle", from + (to - from) / 2), ("100%", "end", to),
    ]
    for end in ends {
      page.raw("<text x=\"\(end.x)\" y=\"\(height - 6)\" text-anchor=\"\(end.anchor)\">")
      // The day, or within a day or two the minute.
      let text = WallClock.text(end.time)
      page.fact(String(to - from > 172_800_000 ? text.prefix(10) : text.dropFirst(5).prefix(11)))
      page.raw("</text>\n")
    }
    page.raw("</svg>\n")
  }

  private func draw(_ lane: Lane, on page: inout Markup) {
    let top = lane.rawValue * Self.height
    let floor = top + Self.height - 6
    page.raw("<g class=\"\(lane.style)\">\n<text x=\"0\" y=\"\(top + 14)\">")
    page.fact("\(lane.title): \(count(of: lane))")
    page.raw("</text>\n<line x1=\"0\" x2=\"100%\" y1=\"\(floor)\" y2=\"\(floor)\"/>\n")
    let slots = counts[lane.rawValue]
    let most = Double(slots.max() ?? 0)
    for (slot, count) in slots.enumerated() where count > 0 {
      // One event among thousands is still seen.
      let share = Self.logarithm(Double(count) + 1) / Self.logarithm(most + 1)
      let tall = max(4, Int(share * Double(Self.tallest)))
      page.raw(
        "<rect x=\"\(percent: slot, of: Self.slots)\" width=\"\(percent: 4, of: 5 * Self.slots)\" y=\"\(floor - tall)\" height=\"\(tall)\"><title>"
      )
      let start = from + (to - from) * Int64(slot) / Int64(Self.slots)
      let end = from + (to - from) * Int64(slot + 1) / Int64(Self.slots)
      page.fact("\(count) from \(WallClock.text(start)) to \(WallClock.text(end))")
      page.raw("</title></rect>\n")
    }
    page.raw("</g>\n")
  }

  /// The binary logarithm, straight between powers of two: enough for the height of a bar.
  private static func logarithm(_ value: Double) -> Double {
    Double(value.exponent) + value.significand - 1
  }
}
