extension Promise {
  /// - Attack: Somebody sets the wall clock back.
  /// - Promise: No grant and no request lives longer.
  package static let setBackProlongsNothing = Promise(.clocks)

  /// - Attack: The wall clock is wrong for a second, before a record, an approval or a restart.
  /// - Promise: It blocks and ends nothing, and lends no time. A wall is adopted after 15 minutes,
  ///   or at once after a boot if it is at most seven days later than the last one. Who can set the
  ///   clock for that long can end requests and grants, and cannot prolong one within its boot.
  package static let wallOnTrial = Promise(.clocks)

  /// - Attack: The RTC starts at 1970, or a machine is resumed, or somebody edits a gate meanwhile.
  /// - Promise: An older approval or grant is refused until the clock is known, and then ends.
  package static let unknownTime = Promise(.clocks)

  /// - Attack: Somebody resets the clock to keep a grant.
  /// - Promise: Every live request and grant ends, on the record, signed.
  package static let resetEndsAll = Promise(.clocks)

  /// - Attack: Somebody keeps a request alive past its time by an edit of its gate.
  /// - Promise: A clock that has run out counts at once.
  package static let editGivesNoTime = Promise(.clocks)
}
