import ArgumentParser
import Glibc
import VaultClient
import VaultCore

/// What a shell offers at TAB that only the daemon knows.
extension CompletionKind {
  static var environments: CompletionKind { .asked { names, _ in try names.environments() } }

  /// Secrets of the environment that `-e` names on the line.
  static var secrets: CompletionKind {
    .asked { names, line in
      try line.environment.map { try names.secrets(of: EnvironmentName($0)) } ?? []
    }
  }

  /// Variables of the environment that `-e` names on the line.
  static var variables: CompletionKind {
    .asked { names, line in
      try line.environment.map { try names.variables(of: EnvironmentName($0)) } ?? []
    }
  }

  /// Numbers of requests in these states.
  static func requests(_ states: String...) -> CompletionKind {
    .asked { names, _ in try names.requests(in: states) }
  }

  /// What a principal begins with.
  static var principals: CompletionKind { .list(["user:", "group:", "uid:", "gid:"]) }

  /// The same for who may ask, which may be a job socket or everybody.
  static var requesters: CompletionKind {
    .list(["user:", "group:", "uid:", "gid:", "socket:", "any"])
  }

  /// A completion that is silent where nobody answers, and never keeps a shell waiting.
  private static func asked(
    _ answer: @escaping @Sendable (VisibleNames, CommandWords) throws -> [String]
  ) -> CompletionKind {
    .custom { words, _, _ in
      // Not every wait has a deadline of its own: a full listen queue has ten seconds.
      signal(SIGALRM) { _ in _exit(0) }
      alarm(1)
      let line = CommandWords(words)
      guard let connection = try? line.localConnection()?.connect() else { return [] }
      return (try? answer(VisibleNames(connection), line)) ?? []
    }
  }
}
