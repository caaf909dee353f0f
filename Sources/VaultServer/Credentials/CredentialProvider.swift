import Glibc
import SecretMemory
import StrictJSON
import VaultCore
import VaultEngine
import VaultProtocol

/// Gives units their credentials, over a socket that the service manager reads (LoadCredential= of systemd.exec(5)).
///
/// Invariants:
/// - a value comes from the one door, as any other (`one-door`, `audit-before-release`);
/// - a refusal makes the unit fail. The protocol has no word for it, and a connection that closes without a byte is an
///   empty credential, with which the unit starts; so a refusal is longer than the manager takes (``tooMuch``);
/// - at most ``threads`` peers are served at a time, each as long as ``patience`` says; the others wait in the kernel.
///
/// On threads of its own: what a peer's files say, and how fast it reads, holds up nobody else.
final class CredentialProvider: Sendable {
  typealias Answer = Result<DurableRelease, WireError>
  /// Asks the vault, and is answered once, on any thread.
  typealias Ask =
    @Sendable (
      UnitCredential, CredentialSource?, Int32?, @escaping @Sendable (Answer) -> Void
    ) -> Void

  private static let threads = 4
  /// How long one peer may take its credential, and how long the vault may take, in milliseconds.
  private static let patience: Int64 = 5_000
  private static let vaultPatience = 10_000
  /// Twice what the manager takes of a credential, in bytes.
  static let tooMuch = 2 << 20

  private let descriptor: Int32
  private let configuration: Locked<Configuration.Credentials>
  private let hasDescriptors: Bool
  private let pace: HostPace
  private let ask: Ask
  private let meters: Meters
  private let noteRefused: @Sendable (UInt32, CredentialRefusal) -> Void
  private let logger: DaemonLog
  private let waking: WakingPipe
  private let isOver = Locked(false)
  private let ended: [Latch]

  /// Starts to serve. The descriptor, a listening socket, belongs to this from here on.
  ///
  /// - Parameter noteRefused: puts on the record whom the vault never heard of.
  init(
    _ descriptor: Int32, _ configuration: Configuration.Credentials, pace: HostPace,
    hasDescriptors: Bool = PeerProcess.hasDescriptors, meters: Meters, logger: DaemonLog,
    ask: @escaping Ask,
    noteRefused: @escaping @Sendable (UInt32, CredentialRefusal) -> Void
  ) throws {
    waking = try WakingPipe("for the threads that serve credentials")
    self.descriptor = descriptor
    self.configuration = Locked(configuration)
    self.pace = pace
    self.hasDescriptors = hasDescriptors
    self.meters = meters
    self.logger = logger
    self.ask = ask
    self.noteRefused = noteRefused
    ended = (0..<Self.threads).map { _ in Latch() }
    for latch in ended {
      try PlainThread.start { [self] in
        serve()
        latch.open()
      }
    }
  }

  /// Other credentials from now on.
  func adopt(_ configuration: Configuration.Credentials) {
    self.configuration.withLock { $0 = configuration }
  }

  /// Serves nobody any more, and cuts who does not read.
  func stop() {
    isOver.withLock { $0 = true }
    // Nobody takes the byte out, so that it wakes every thread.
    waking.wake()
    for latch in ended { latch.wait() }
    close(descriptor)
  }

  private func serve() {
    while !isOver.withLock({ $0 }) {
      guard waking.wait(for: descriptor, POLLIN, milliseconds: nil) == .ready,
        let peer = ServedPeer(acceptedAt: descriptor, waking: waking)
      else { continue }
      serve(peer)
    }
  }

  private func serve(_ peer: borrowing ServedPeer) {
    let claimed = CredentialName.ofPeer(peer.descriptor)
    var uid: UInt32 = .max
    do throws(CredentialRefusal) {
      let credentials: PeerCredentials
      do throws(SystemFault) {
        credentials = try PeerCredentials(descriptor: peer.descriptor)
      } catch {
        throw .hidden
      }
      uid = credentials.uid
      let configuration = configuration.withLock { $0 }
      let credential = try CredentialPeer(
        acceptsWithoutDescriptor: configuration.acceptsWithoutDescriptor,
        hasDescriptors: hasDescriptors, pace: pace
      ).credential(peer.descriptor, credentials, claims: claimed)
      let source = configuration.sources[credential]
      let release = try released(credential, source, credentials.shownProcess)
      let value = try value(of: release, source)
      let isTaken = unsafe value.withUnsafeBytes { unsafe peer.send($0, until: Self.end) }
      meters.credential(isReleased: true)
      logger.info(
        isTaken ? "credential released" : "credential released, and not taken",
        metadata: [
          .unit: credential.unit.text, .credential: credential.id,
          .environment: release.environment.text, .sequence: "\(release.auditSequence)",
        ])
    } catch {
      refuse(error, claimed, uid, peer)
    }
  }

  /// Asks the vault to release it.
  private func released(
    _ credential: UnitCredential, _ source: CredentialSource?, _ process: Int32?
  ) throws(CredentialRefusal) -> DurableRelease {
    let answered = Latch()
    let answer = Locked<Answer?>(nil)
    ask(credential, source, process) { came in
      answer.withLock { $0 = came }
      answered.open()
    }
    guard answered.wait(milliseconds: Self.vaultPatience),
      let came = answer.withLock({ answer in
        defer { answer = nil }
        return answer
      })
    else { throw .unanswered }
    do { return try came.get() } catch { throw .vault(error) }
  }

  /// What of the released value is the credential.
  private func value(
    of release: DurableRelease, _ source: CredentialSource?
  ) throws(CredentialRefusal) -> SecretBuffer {
    guard let whole = release.items.first?.value else { throw .fieldMissing }
    var value = whole
    if let field = source?.field {
      do {
        guard let found = try SecretMember.named(field, of: whole) else {
          throw CredentialRefusal.fieldMissing
        }
        value = found
      } catch let refusal as CredentialRefusal { throw refusal } catch is SecretMemoryError {
        throw .vault(WireError(.memoryExhausted))
      } catch { throw .notAnObject }
    }
    if value.count == 0 { throw .empty }
    return value
  }

  // MARK: Refusals

  /// A person who reads the socket by hand sees this.
  private static let refusal = [UInt8](
    String(
      repeating: "envgate refused this credential; the log of envgated says why\n",
      count: tooMuch / 61
    ).utf8)

  private func refuse(
    _ refusal: CredentialRefusal, _ claimed: UnitCredential?, _ uid: UInt32,
    _ peer: borrowing ServedPeer
  ) {
    var facts: [LogFact: String] = [.reason: refusal.reason, .fault: refusal.sentence]
    if let claimed {
      facts[.unit] = claimed.unit.text
      facts[.credential] = claimed.id
    }
    logger.warning("credential refused", metadata: facts)
    meters.credential(isReleased: false)
    meters.refused(refusal.reason)
    if !refusal.isRecorded { noteRefused(uid, refusal) }
    _ = unsafe Self.refusal.withUnsafeBytes { unsafe peer.send($0, until: Self.end) }
  }

  /// When a peer that is answered now must have taken everything.
  private static var end: Int64 { BootTime.now() + patience }
}
