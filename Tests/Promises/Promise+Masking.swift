extension Promise {
  /// - Attack: A command under `exec --mask` prints a secret, a line, leaf or part of it, or an
  ///   encoding of one.
  /// - Promise: It is hidden in every kind of escape, as the table of programs in the article says.
  package static let maskedValues = Promise(.masking)

  /// - Attack: Masking hides everything but the secret, or takes the host's memory.
  /// - Promise: Common words, excepted fields and what only resembles a value stay. Memory grows
  ///   with the values alone.
  package static let maskedLittleElse = Promise(.masking)

  /// - Attack: A command prints a secret in pieces, among lookalikes, or slowly.
  /// - Promise: It is hidden wherever it is split. At most three characters go out ahead.
  package static let maskedInPieces = Promise(.masking)

  /// - Attack: Masking changes what a command is to its terminal, its reader or its maker.
  /// - Promise: It changes the bytes of secrets and nothing else.
  package static let maskedOutputOnly = Promise(.masking)

  /// - Attack: `--mask=github` shows a secret to somebody who is no runner, or has the runner hide
  ///   `{`.
  /// - Promise: It is refused on a terminal, into a file and outside of GitHub Actions. The runner
  ///   gets lines and leaves only.
  package static let maskedForRunners = Promise(.masking)
}
