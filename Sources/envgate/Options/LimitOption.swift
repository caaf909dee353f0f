import ArgumentParser
import VaultClient

/// How much of a list is wanted. A person who says nothing gets so much as can be read, and is told that there is more;
/// a program gets all of it.
struct LimitOption: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Show at most N, newest first (default: \(Self.usual) on a terminal, elsewhere all).",
      valueName: "N"))
  var limit: Int?

  /// What a person gets who says nothing.
  static let usual = 100

  func validate() throws {
    if let limit, limit < 1 { throw ValidationError("--limit must be at least 1") }
  }

  /// How many are wanted; nil for all.
  /// - Parameter isWhole: whether a program reads, whatever stdout is.
  func most(isWhole: Bool) -> Int? {
    limit ?? (isWhole || !Console.isTerminal ? nil : Self.usual)
  }

  /// Says that a list goes on.
  func tell(of noun: String, on host: HostName? = nil) {
    let place = host.map { "\($0.text): " } ?? ""
    Console.note("\(place)there are older \(noun); add --limit N to see more")
  }
}
