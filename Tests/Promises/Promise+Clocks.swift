extension Promise {
  /// - Attack: Somebody sets the wall clock back.
  /// - Promise: No grant and no request lives longer.
  package static let setBackProlongsNothing = Promise(.clocks)

  /// - Attack: The wall clock is wrong for a second, before a record, an approval or a restart.
  /// - Promise: The jump blocks and ends nothing, and gives no extra time. A new wall clock counts
  ///   after 15 minutes, or at once after a boot if it is at most seven days ahead of the last one.
  ///   Somebody who can set the clock for that long can end requests and grants, and cannot prolong
  ///   one within its boot.
  package static let wallOnTrial = Promise(.clocks)

  /// - Attack: The RTC starts at 1970, or a machine is resumed, or somebody edits a gate meanwhile.
  /// - Promise: The daemon refuses an older approval or grant until it knows the time, and then
  ///   ends it.
  package static let unknownTime = Promise(.clocks)

  /// - Attack: Somebody resets the clock to keep a grant.
  /// - Promise: Every live request and grant ends, on the record, signed.
  package static let resetEndsAll = Promise(.clocks)

  /// - Attack: An edit of a gate keeps a request alive past its time.
  /// - Promise: A request whose time is over has ended, whether or not its row says so.
  package static let editGivesNoTime = Promise(.clocks)
}
