import ArgumentParser
import Testing

@testable import envgate

/// The lines of jobs are read twice, by us and by the parser, and must mean one thing.
@Suite struct JobLineTests {
  @Test(arguments: [
    "secret get KEY -e dev",
    "secret get -e dev KEY",
    "secret get KEY --environment dev --field clientId --socket /run/x.sock",
    "secret get KEY -e dev --reason why --timeout 10m",
    "exec -e dev -- true",
    "exec --environment dev -- ./deploy.sh --flag -x -- more",
    "exec -e dev -s A --secret B -- make",
    "exec -e dev --as azure --mask -- az login",
    "exec --mask -e dev --as fd --reason why --timeout 90s --socket s -- make all",
  ])
  func `what is read here is what the parser reads, property by property`(line: String) throws {
    let words = line.split(separator: " ").map(String.init)
    let quick = try #require(JobLine.command(words), "it is left to the parser")
    let parsed = try Envgate.parseAsRoot(words)
    #expect(type(of: quick) == type(of: parsed))
    let properties = Self.properties(quick)
    #expect(properties == Self.properties(parsed))
    // A property that nobody has set would end the program where it is read.
    #expect(properties.count > 10 && !properties.contains { $0.contains("definition") })
  }

  @Test(arguments: [
    "secret get KEY", "secret get -e dev", "secret get KEY -e", "secret get KEY -e dev -e dev",
    "secret get KEY -e dev more", "secret get KEY -e=dev", "secret get KEY --environment=dev",
    "secret get KEY -e --reveal", "secret get KEY -e dev --timeout soon",
    "secret get KEY -e dev --",
    "secret get KEY -e dev --field -x", "secret get --help", "secret get KEY -e dev --request 4",
    "secret list -e dev", "exec", "exec -e dev", "exec -e dev --", "exec -- true",
    "exec -e dev true",
    "exec -e dev --mask github -- true", "exec -e dev --mask=github -- true",
    "exec -e dev -sA -- true",
    "exec -e dev --as other -- true", "exec -e dev --replace -- true", "exec -e dev -h -- true",
    "exec -e dev --as env --as fd -- true", "exec -e dev --mask", "--version", "",
  ])
  func `all else is the parser's`(line: String) {
    #expect(JobLine.command(line.split(separator: " ").map(String.init)) == nil)
  }

  @Test func `an empty word is the parser's, and a command's words are its own`() throws {
    #expect(JobLine.command(["secret", "get", "", "-e", "dev"]) == nil)
    #expect(JobLine.command(["exec", "-e", "", "--", "true"]) == nil)
    let line = ["exec", "-e", "dev", "--", "", "--", "-e", "x y"]
    let quick = try #require(JobLine.command(line) as? Exec)
    #expect(quick.command == ["", "--", "-e", "x y"])
  }

  /// Each property by its path and with its value, those of option groups too.
  static func properties(_ value: Any, at path: String = "") -> [String] {
    let mirror = Mirror(reflecting: value)
    // How it was defined, of which a value has nothing left.
    let children = mirror.children.filter { $0.label != "_visibility" && $0.label != "title" }
    if children.isEmpty { return ["\(path)=\(value)"] }
    return children.flatMap { properties($0.value, at: path + "/" + ($0.label ?? "")) }
  }
}
