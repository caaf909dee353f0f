import StrictJSON

extension Configuration.Limits {
  /// What a reply with a value needs beside it: names, number and id.
  private static let besideValue = 2_048

  /// The `limits` of a configuration; what is left out has its default.
  init(_ value: JSONValue?) throws {
    self.init()
    guard let value else { return }
    let section = try ConfigurationSection(
      value,
      known: [
        "line_bytes", "value_bytes", "connections", "connections_per_uid", "in_flight",
        "waiting_per_environment", "waiting_per_requester_and_environment",
        "releases_per_second", "release_burst", "changes_per_second", "change_burst",
      ])
    func read(_ name: String, _ range: ClosedRange<Int64>, into limit: inout Int) throws {
      if let value = section[name] { limit = Int(try value.integer(in: range)) }
    }
    try read("line_bytes", 4_096...4_194_304, into: &lineBytes)
    let longest = Self.longestValue(lineBytes: lineBytes)
    valueBytes = min(valueBytes, longest)
    try read("value_bytes", 1...1_048_576, into: &valueBytes)
    if valueBytes > longest {
      throw Misconfiguration(
        at: section["value_bytes"]?.offset ?? value.offset,
        "this must be at most \(longest), so that a value fits a line of \(lineBytes) as base64")
    }
    try read("connections", 1...65_536, into: &connections)
    try read("connections_per_uid", 1...65_536, into: &connectionsPerUID)
    try read("in_flight", 1...1_024, into: &inFlight)
    try read("waiting_per_environment", 1...100_000, into: &waitingPerEnvironment)
    try read(
      "waiting_per_requester_and_environment", 1...100_000,
      into: &waitingPerRequesterAndEnvironment)
    try read("releases_per_second", 1...10_000_000, into: &releasesPerSecond)
    try read("release_burst", 1...10_000_000, into: &releaseBurst)
    try read("changes_per_second", 1...10_000_000, into: &changesPerSecond)
    try read("change_burst", 1...10_000_000, into: &changeBurst)
  }

  /// The longest value whose base64 still fits a line, and a block of secret memory.
  static func longestValue(lineBytes: Int) -> Int {
    min(1_048_576, (lineBytes - besideValue) / 4 * 3)
  }
}
