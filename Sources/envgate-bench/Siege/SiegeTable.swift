/// What came of one attack.
struct SiegeResult {
  let name: String
  let tried: String
  var calm: [Sample] = []
  var attacked: [Sample] = []
  var tally = Tally()
  var beforeBytes = 0
  var peakBytes = 0
  var afterBytes = 0
  var calmGrowth = 0
  var attackedGrowth = 0
  /// The host's load average before the first attack, when it is others'.
  var load = ""
}

/// The table of a siege: two rows an attack, one for each thing that the bystander does, and below them
/// what was tried and how it was answered, which is too long for a column.
enum SiegeTable {
  static let preface = """
    The attacker runs where nobody else wants to (SCHED_IDLE): what the bystander waits for is the daemon's queue, not a processor.
    That holds as far as the host is idle: load is its load average, to judge a row by.
    get: secret.get of 1,500 bytes each 5 ms on one connection, whether or not the last one is answered.
    line: a method that does not exist each 5 ms on another: the event loop alone answers it.
    connect: a new connection each 50 ms, and server.status on it.
    p50, p99: milliseconds; ratio: of the medians. RSS: the daemon's, MiB, before, highest, and 2 s after.
    """

  private static let widths = [-14, -9, 8, 9, 7, 9, 9, 8, 7, 7]

  static var header: String {
    row([
      "attack", "bystander", "p50 calm", "attack", "ratio", "p99 calm", "attack", "RSS", "peak",
      "after",
    ])
  }

  static func rows(_ result: SiegeResult) -> String {
    var lines: [String] = []
    for (index, kind) in Sample.Kind.allCases.enumerated() {
      let calm = Latencies(result.calm, kind)
      let attacked = Latencies(result.attacked, kind)
      let memory =
        index > 0
        ? ["", "", ""]
        : [result.beforeBytes, result.peakBytes, result.afterBytes].map { decimal(mebibytes($0)) }
      lines.append(
        row(
          [
            index > 0 ? "" : result.name, kind.rawValue, decimal(calm.median),
            decimal(attacked.median), decimal(attacked.median / max(calm.median, 0.001)),
            decimal(calm.p99), decimal(attacked.p99),
          ] + memory))
    }
    for kind in [Sample.Kind.line, .get] {
      lines.append("  \(kind.rawValue) under attack: \(Histogram(result.attacked, kind).text)")
    }
    lines.append("  tried: \(result.tried)")
    lines.append("  answered: \(result.tally.text)")
    lines.append(
      "  state directory: \(decimal(mebibytes(result.attackedGrowth))) MiB more under attack, "
        + "\(decimal(mebibytes(result.calmGrowth))) in as much calm; load \(result.load)")
    for (when, samples) in [("in calm", result.calm), ("under attack", result.attacked)] {
      var other = Tally()
      for sample in samples where sample.outcome != "ok" {
        other.add("\(sample.kind.rawValue) \(sample.outcome)")
      }
      if !other.counts.isEmpty {
        lines.append("  NOT SERVED, the bystander \(when): \(other.text) of \(samples.count)")
      }
    }
    return lines.joined(separator: "\n")
  }

  private static func mebibytes(_ bytes: Int) -> Double { Double(bytes) / 1_048_576 }

  private static func row(_ cells: [String]) -> String {
    var text = zip(cells, widths).map { cell, width in
      let space = String(repeating: " ", count: max(0, abs(width) - cell.count))
      return width < 0 ? cell + space : space + cell
    }.joined(separator: " ")
    while text.last == " " { text.removeLast() }
    return text
  }
}

/// How long the calls of one kind took, in milliseconds.
private struct Latencies {
  let median: Double
  let p99: Double

  init(_ samples: [Sample], _ kind: Sample.Kind) {
    let sorted = samples.filter { $0.kind == kind }.map(\.nanoseconds).sorted()
    func at(_ hundredths: Int) -> Double {
      sorted.isEmpty ? 0 : Double(sorted[sorted.count * hundredths / 100]) / 1e6
    }
    median = at(50)
    p99 = at(99)
  }
}

/// How many calls took how long: what held the event loop, or the commit, shows in the last columns.
private struct Histogram {
  private static let bounds = [1, 2, 5, 10, 20, 50, 100]
  private var counts = [Int](repeating: 0, count: bounds.count + 1)
  private var longest: UInt64 = 0

  init(_ samples: [Sample], _ kind: Sample.Kind) {
    for sample in samples where sample.kind == kind {
      let milliseconds = Double(sample.nanoseconds) / 1e6
      let index = Self.bounds.firstIndex { milliseconds <= Double($0) } ?? Self.bounds.count
      counts[index] += 1
      longest = max(longest, sample.nanoseconds)
    }
  }

  var text: String {
    let parts = zip(Self.bounds.map { "<=\($0) ms" } + ["more"], counts)
      .filter { $0.1 > 0 }.map { "\($0.0): \($0.1)" }
    return parts.joined(separator: ", ") + "; longest \(decimal(Double(longest) / 1e6)) ms"
  }
}
