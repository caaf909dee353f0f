import ArgumentParser

/// The account that does nothing wrong, in a process of its own: reports how long its calls took.
struct SiegeBystander: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "siege-bystander", shouldDisplay: false)

  @OptionGroup var role: SiegeRole

  func run() throws {
    try Account.become(role.uid)
    var bystander = Bystander(socketPath: role.socket)
    sleep(until: role.from)
    bystander.run(from: role.from, until: role.until)
    HelperProcess.write(bystander.samples.map(\.text), to: role.report)
  }
}

/// How long one call took.
struct Sample {
  /// What a bystander does.
  enum Kind: String, CaseIterable {
    /// A value, on a connection that is there.
    case get
    /// A method that does not exist: the event loop answers without the commit.
    case line
    /// The status, on a new connection: from connect(2) to the answer.
    case connect
  }

  let kind: Kind
  /// When it was sent.
  let start: UInt64
  let nanoseconds: UInt64
  let outcome: String

  static let unanswered = "unanswered"

  var text: String { "\(kind.rawValue)\t\(start)\t\(nanoseconds)\t\(outcome)" }

  init(_ kind: Kind, start: UInt64, end: UInt64, outcome: String) {
    self.kind = kind
    self.start = start
    nanoseconds = end - start
    self.outcome = outcome
  }

  init?(text: Substring) {
    let parts = text.split(separator: "\t")
    guard parts.count == 4, let kind = Kind(rawValue: String(parts[0])),
      let start = UInt64(parts[1]), let time = UInt64(parts[2])
    else { return nil }
    self.init(kind, start: start, end: start + time, outcome: String(parts[3]))
  }
}
