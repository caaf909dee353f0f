import NIOCore
import VaultCalls
import VaultEngine
import VaultProtocol

/// What the backup desk makes for a session. The last bytes leave once they are on the record.
extension Hub {
  func makeBackup(_ warrant: BackupWarrant, for session: Session) {
    backupDesk.open(warrant, answering(session))
  }

  func readBackup(_ call: BackupRead, for session: Session) {
    let (caller, lane) = (session.settledCaller, session.lane)
    let done: @Sendable (Result<BackupPageView, WireError>) -> Void = answering(session)
    backupDesk.read(at: call.after, for: session.id, atMost: backupBytes) { result in
      switch result {
      case .failure(let error): done(.failure(error))
      case .success(let page):
        let view = BackupPageView(data: page.bytes, next: page.next, sha256: page.digest)
        guard let finished = page.finished else { return done(.success(view)) }
        self.eventLoop.execute {
          let command = Command(caller: caller, action: .backupDone(finished))
          self.submitOwn(command, lane) { reply in
            if case .refused(let refusal) = reply { return done(.failure(WireError(refusal))) }
            done(.success(view))
          }
        }
      }
    }
  }

  /// As many bytes as fit a line as base64, with what stands around them.
  private var backupBytes: Int { max(1, limits.line - 512) / 4 * 3 }
}
