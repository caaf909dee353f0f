import ArgumentParser
import VaultClient
import VaultProtocol

/// How data is printed: text for a person, or the daemon's own JSON for a program.
struct OutputOptions: ParsableArguments {
  @Flag(help: "Print JSON: one object, or one array for a list.")
  var json = false

  /// Prints a result.
  func print<View: WireView>(_ answer: Answer<View>, text: (View) -> [String]) throws {
    if json {
      try Console.print(bytes: answer.json + [UInt8(ascii: "\n")])
    } else {
      try Console.print(text(answer.view))
    }
  }

  /// Prints a list.
  func print<Item: ListItem>(_ list: ListAnswer<Item>, table: ([Item]) -> Table) throws {
    if json {
      try Console.print(bytes: Self.array(list.texts))
    } else {
      try Console.print(table(list.items))
    }
  }

  /// Prints what a look at things found.
  func print(_ findings: [Finding]) throws {
    if json {
      try Console.print(bytes: Finding.json(findings))
    } else {
      try Console.print(
        findings.map { (lead: $0.verdict.rawValue, style: $0.verdict.style, text: $0.text) })
    }
  }

  static func array(_ texts: [[UInt8]]) -> [UInt8] {
    let open = UInt8(ascii: "[")
    let close = UInt8(ascii: "]")
    return [open] + texts.joined(separator: [UInt8(ascii: ",")]) + [close, UInt8(ascii: "\n")]
  }
}
