import ArgumentParser

/// The version of a secret that a command is about.
struct VersionOptions: ParsableArguments {
  @Argument(help: "The secret.", completion: .secrets) var name: String
  @OptionGroup var environment: EnvironmentOption

  @Option(name: .customLong("version"), help: ArgumentHelp("The version.", valueName: "N"))
  var number: Int64

  func validate() throws {
    if number < 1 { throw ValidationError("--version takes the number of a version, from 1") }
  }
}
