/// Who waits on which request.
extension Hub {
  func park(_ session: Session, on request: Int64) {
    parked[request, default: []].insert(session.id)
  }

  /// Whether the session was waiting.
  func unpark(_ session: Session) -> Bool {
    guard let request = session.conversation.first?.work.parkedOn,
      parked[request]?.remove(session.id) != nil
    else { return false }
    if parked[request]?.isEmpty == true { parked[request] = nil }
    return true
  }
}
