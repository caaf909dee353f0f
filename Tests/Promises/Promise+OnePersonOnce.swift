extension Promise {
  /// - Attack: A requester approves their own request, through another account of their own too.
  /// - Promise: The approval does not count.
  package static let noSelfApproval = Promise(.onePersonOnce)

  /// - Attack: One person fills two places of a gate.
  /// - Promise: A person counts once. Places are filled as well as any assignment of people could.
  package static let onePlaceAPerson = Promise(.onePersonOnce)

  /// - Attack: The configuration ties two accounts of one person together only after the first
  ///   approval, or after the request.
  /// - Promise: `people` as it is now decides. What two accounts of one person have approved waits
  ///   again at the reload, and its grant reads nothing more.
  package static let peopleAsNow = Promise(.onePersonOnce)
}
