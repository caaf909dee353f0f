import VaultCore

/// Who asks for a credential, as the kernel says.
///
/// Invariant (`kernel-identity`): the name that the caller bound counts only where the caller is uid 0, lives as the
/// host does, and the service manager has put it into the control group of that very unit. The process is pinned by the
/// kernel's descriptor for it, and must still be there after its control group was read.
struct CredentialPeer {
  /// Whether a process may be known by its number and its start, where the kernel has no descriptor for it.
  let acceptsWithoutDescriptor: Bool
  let hasDescriptors: Bool
  let pace: HostPace

  /// The credential that may be asked for over this connection.
  ///
  /// Reads files of the peer's: not for the event loop.
  func credential(
    _ descriptor: Int32, _ credentials: PeerCredentials, claims claimed: UnitCredential?
  ) throws(CredentialRefusal) -> UnitCredential {
    guard credentials.uid == 0 else { throw .account(credentials.uid) }
    guard let claimed else { throw .nameless }
    // Number 1 is the manager, which asks by a child in the unit's control group.
    guard credentials.pid > 1 else { throw .hidden }
    guard hasDescriptors || acceptsWithoutDescriptor else { throw .unpinned }
    let process = PeerProcess(credentials, hasDescriptors: hasDescriptors)
    guard let hold = process.hold(descriptor) else { throw .confined(.processGone) }
    if let confinement = hold.confinement(pace: pace) { throw .confined(confinement) }
    guard let groups = hold.controlGroups() else { throw .confined(.processGone) }
    let unit = ControlGroup.unit(in: groups)
    guard unit == claimed.unit.text else { throw .otherUnit(unit) }
    return claimed
  }
}
