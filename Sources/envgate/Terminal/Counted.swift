/// A number with its noun: `1 secret`, `2 secrets`.
enum Counted {
  static func text(_ number: Int64, _ noun: String) -> String {
    "\(number) \(noun)\(number == 1 ? "" : "s")"
  }
}
