extension Promise {
  /// - Attack: A core dump, a crash report, swap or a forked child of the service holds a value, or
  ///   a pattern that `--mask` made of one.
  /// - Promise: The service leaves no core and no crash report, and nothing of it is swapped. A
  ///   forked child does not have these bytes.
  package static let noCore = Promise(.noEcho)

  /// - Attack: A program crashes, with a helper for Swift's crash reports planted beside it or
  ///   named by the environment.
  /// - Promise: The kernel ends the program. Nothing is run, printed or left.
  package static let noCrashHelper = Promise(.noEcho)

  /// - Attack: Somebody looks for the root key in the memory of the running daemon.
  /// - Promise: It is gone once the vault's keys are derived from it.
  package static let rootKeyIsForgotten = Promise(.noEcho)

  /// - Attack: Somebody looks for the recovery key in the memory of the running daemon, or asks for one over the socket.
  /// - Promise: It is made offline, as root or the daemon's account, and is never in the daemon.
  package static let recoveryKeyStaysOut = Promise(.noEcho)

  /// - Attack: A value stays in memory after its use.
  /// - Promise: It is zeroed with its last reference, and where libc frees.
  package static let memoryIsZeroed = Promise(.noEcho)

  /// - Attack: A malformed line gets its content into an error.
  /// - Promise: A fault names position and code, never content.
  package static let faultsShowNoContent = Promise(.noEcho)

  /// - Attack: Another process of the account sees a secret in a command line.
  /// - Promise: Values come by standard input, file or prompt, and reach only the environment of
  ///   the child.
  package static let valuesReachTheChildAlone = Promise(.noEcho)

  /// - Attack: Another account, or a later step, reads a secret that was handed over as a file or a
  ///   descriptor.
  /// - Promise: It is for its owner alone, in memory, and gone with the command or with envgate.
  package static let filesForTheOwnerAlone = Promise(.noEcho)

  /// - Attack: Another output format puts a value on a terminal.
  /// - Promise: It is refused as the plain format is.
  package static let terminalIsAsked = Promise(.noEcho)

  /// - Attack: A secret stands in a deployment's command line, or stays in the runner's home.
  /// - Promise: `az` gets the secret through a pipe and keeps it in memory. The tests search all
  ///   command lines while each recipe runs.
  package static let nothingStaysOfADeployment = Promise(.noEcho)

  /// - Attack: A secret stands in the arguments or the environment of ssh.
  /// - Promise: They hold none.
  package static let sshHoldsNoSecret = Promise(.noEcho)

  /// - Attack: A text of somebody else makes up a line or a field of the log.
  /// - Promise: A value of the journal has its length with it, and a line for people shows no control
  ///   character.
  package static let logLinesAreWhole = Promise(.noEcho)

  /// - Attack: Somebody reads from the metrics which environments and accounts there are.
  /// - Promise: Only the daemon's account reads them, or one group that root names. Only for that
  ///   group do they name environments, and never an account, a request or a secret.
  package static let metricsNameNobody = Promise(.noEcho)
}
