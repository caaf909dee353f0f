/// Who waits on which request.
extension Hub {
  func park(_ session: Session, on request: Int64) {
    parked[request, default: []].insert(session.id)
  }

  /// Whether the session was waiting.
  func unpark(_ session: Session) -> Bool {
    guard case .wait(let request, _, _) = session.conversation.first?.work,
      parked[request]?.remove(session.id) != nil
    else { return false }
    if parked[request]?.isEmpty == true { parked[request] = nil }
    return true
  }
}
