import ArgumentParser
import VaultClient
import VaultCore
import VaultProtocol

/// `envgate key rotate -e ENV | --root | --all`
struct KeyRotateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rotate",
    abstract: "Replace the key of an environment, the root key, or all of them.",
    discussion: """
      With -e, new values of the environment use a new key at once. The daemon then encrypts the older \
      values again, while jobs read them as before, and deletes the older key.

      With --root, the daemon takes over the root key that root has made with envgated rotate-root. \
      From then on both keys open the vault. Root ends it with envgated rotate-root --finish.

      --all, after a leak, does both, for every environment. It does not make leaked secrets safe: \
      replace each secret where it was issued. envgate key status shows how far all of it is.

      Examples:
        envgate key rotate -e production
        envgate key rotate --root
        envgate key rotate --all
      """)

  @Option(
    name: [.customShort("e"), .customLong("environment")],
    help: ArgumentHelp("The environment.", valueName: "environment"), completion: .environments)
  var environment: String?
  @Flag(help: "The root key.") var root = false
  @Flag(help: "The root key, and the key of every environment.") var all = false
  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    if [environment != nil, root, all].count(where: { $0 }) != 1 {
      throw ValidationError("say one of -e ENVIRONMENT, --root and --all")
    }
  }

  func run() throws {
    let environment = try environment.map { try EnvironmentName(argument: $0) }
    let connection = try connection.connect()
    func rotate(_ target: KeyRotate.Target) throws -> Answer<KeyRotatedView> {
      try connection.answer(.keyRotate(KeyRotate(target)), as: KeyRotatedView.self)
    }
    guard all else {
      return try output.print(try rotate(environment.map { .environment($0) } ?? .root)) {
        $0.lines()
      }
    }
    var answers = [try rotate(.root)]
    for view in try connection.environments().items {
      answers.append(try rotate(.environment(try EnvironmentName(argument: view.name))))
    }
    if output.json {
      try Console.print(bytes: OutputOptions.array(answers.map(\.json)))
    } else {
      try Console.print(answers.flatMap { $0.view.lines() })
    }
    for note in KeyRotatedView.afterAll { Console.note(note) }
  }
}
