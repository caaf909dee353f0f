import ArgumentParser
import SecretMemory
import VaultProtocol

/// How `secret get` prints a value.
///
/// Each format either gives its readers exactly the bytes of the value, or refuses them: a value that
/// arrives changed is worse than one that does not arrive.
enum SecretFormat: String, CaseIterable, ExpressibleByArgument {
  /// The bytes, with nothing added.
  case raw
  /// One object, the value as the wire has it.
  case json
  /// `NAME='…'`, for eval in any POSIX shell.
  case shell
  /// A line that all common readers of such files take for the same bytes.
  case dotenv
  /// What a GitHub runner reads from the file `$GITHUB_ENV`.
  case githubEnv = "github-env"

  /// What is printed, in secret memory.
  /// - Throws: ``CommandFault`` `value.nul` or `value.format` where the format cannot carry the value.
  func text(of answer: SecretValueView) throws -> SecretBuffer {
    let name = answer.secret.name
    let value = answer.secret.value
    return switch self {
    case .raw: value
    case .json: try JSONFormat.text(of: answer)
    case .shell: try ShellFormat.line(name, value)
    case .dotenv: try DotenvFormat.line(name, value)
    case .githubEnv: try GitHubEnvFormat.lines(name, value)
    }
  }
}
