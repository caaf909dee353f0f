extension Promise {
  /// - Attack: A reviewer approves one thing and another is released.
  /// - Promise: An approval is of one digest at one revision of the gate. Drift refuses the next
  ///   read.
  package static let digestAndRevision = Promise(.whatWasApproved)

  /// - Attack: A writer sets a new version behind an approval.
  /// - Promise: The request keeps the versions that it was pinned to.
  package static let pinnedVersions = Promise(.whatWasApproved)

  /// - Attack: A job uses an old approval after an edit of the gate and before a thousand requests
  ///   have their new rows.
  /// - Promise: The revision decides at once, over a restart too.
  package static let revisionDecidesAtOnce = Promise(.whatWasApproved)

  /// - Attack: An admin edits a gate behind an approval.
  /// - Promise: What was approved waits again. What is active reads no more.
  package static let editVoidsApprovals = Promise(.whatWasApproved)

  /// - Attack: A writer, who may not read, steers an approved job by a variable.
  /// - Promise: An approval covers the variables. A change sends the request back to waiting and
  ///   ends the reading of grants.
  package static let variablesAreApproved = Promise(.whatWasApproved)

  /// - Attack: A secret reaches the command under a variable that its reviewers did not see, or
  ///   that nobody may set.
  /// - Promise: Each mapping stands in the request's delivery, and so in its digest. The variables
  ///   of the loader, the shell and envgate are refused.
  package static let mappingsAreApproved = Promise(.whatWasApproved)

  /// - Attack: An admin's new name steers a job.
  /// - Promise: Known names that steer a job are reserved, and allowing one weakens the gate.
  ///   Reviewers see new names first, and type each one to approve.
  package static let newNamesAreTyped = Promise(.whatWasApproved)

  /// - Attack: A reviewer leaves the group, or the account is deleted or renamed, after the
  ///   approval.
  /// - Promise: The approval does not count at activation. Within 30 seconds the request waits
  ///   again and says so.
  package static let reviewersWhoLeft = Promise(.whatWasApproved)

  /// - Attack: The account comes back, or another account gets its uid.
  /// - Promise: The approval counts again within `approval_ttl` if uid, name and group are the
  ///   same. Nobody inherits it, and it prolongs nothing.
  package static let reviewersWhoReturn = Promise(.whatWasApproved)

  /// - Attack: One reviewer has approved a thousand requests.
  /// - Promise: The account database is asked once every 30 seconds, and the rows follow in slices.
  package static let manyApprovalsOfOne = Promise(.whatWasApproved)

  /// - Attack: An approval outlives the removal of its reviewer.
  /// - Promise: The removal takes it away, through a group too. Where a gate could then not be met,
  ///   nothing happens anywhere.
  package static let removalTakesReviews = Promise(.whatWasApproved)

  /// - Attack: Somebody destroys, deletes or disables a secret under requests that wait, so that
  ///   reviewers approve what no job can use.
  /// - Promise: What is gone for good ends these requests, on the record. A request for a disabled
  ///   version says so and cannot be approved.
  package static let unusableRequests = Promise(.whatWasApproved)

  /// - Attack: Somebody pushes a commit after the approval, and the job deploys it instead.
  /// - Promise: Each recipe checks out the commit that its reviewers saw.
  package static let approvedCommit = Promise(.whatWasApproved)

  /// - Attack: A job deploys an older request after a newer one.
  /// - Promise: Where the gate says `in_order`, the older request ends, its job is told, and nobody
  ///   can approve it. Elsewhere not.
  package static let outdatedRequests = Promise(.whatWasApproved)
}
