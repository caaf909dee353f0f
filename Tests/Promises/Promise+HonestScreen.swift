extension Promise {
  /// - Attack: A reason rewrites the screen of a reviewer.
  /// - Promise: It is refused, or shown escaped and in quotes.
  package static let foreignTextIsEscaped = Promise(.honestScreen)

  /// - Attack: A text has blanks, letters or signs that look like ASCII and are others.
  /// - Promise: They are shown by their numbers (`\u{2002}`), in quotes and facts: each blank but
  ///   the blank, a letter in a word with letters of ASCII, a word that could be all ASCII, a sign
  ///   beside a character of ASCII. `--json` has the text as it is.
  package static let lookalikeText = Promise(.honestScreen)

  /// - Attack: An answer of the daemon forges another line on the terminal.
  /// - Promise: It is one line, made visible.
  package static let daemonTextIsOneLine = Promise(.honestScreen)

  /// - Attack: A job copies what another job's request says, so that a reviewer approves the copy.
  /// - Promise: Claims stand apart from facts, `newer` and `older` of one key too. Live requests of
  ///   other connections with the same claims are twins: each screen names them on both sides, with
  ///   what the vault knows of each. `approve` and `watch` ask for the number, and `--yes` refuses.
  ///   Of a flood three are named, one for each connection, and the rest counted. Only letters and
  ///   digits are compared; letters that look the same count as one, and a letter of which nothing
  ///   is known may be any. A copy that says something else is no twin.
  package static let claimsStayClaims = Promise(.honestScreen)

  /// - Attack: A reason, name or variable moves, hides or imitates a row of `watch`, with 60 KiB
  ///   too.
  /// - Promise: It stands behind a mark, escaped, in quotes. All of it can be read before it can be
  ///   approved.
  package static let watchRows = Promise(.honestScreen)

  /// - Attack: A claim in a list looks like a column of facts, or moves one.
  /// - Promise: It is the last column, in quotes, escaped, only in the room that the others leave.
  package static let listColumns = Promise(.honestScreen)

  /// - Attack: A reviewer is asked in vain, or approves a version that is not the current one
  ///   unseen.
  /// - Promise: A job that is gone and such versions are marked in lists, on the screen, in JSON
  ///   and in the question. A job that goes and comes does not undo what was read.
  package static let vainRequestsAreMarked = Promise(.honestScreen)

  /// - Attack: A reviewer rejects a request by mistake, which is final.
  /// - Promise: The client asks for confirmation, and for the number if another request makes the
  ///   same claims.
  package static let rejectionIsConfirmed = Promise(.honestScreen)

  /// - Attack: A run URL, a claim, has any address called once a request is answered.
  /// - Promise: Only an address of a build below `RUN_BASE` is called. A requester can have any
  ///   build below it started again.
  package static let runURLIsChecked = Promise(.honestScreen)

  /// - Attack: A claim, comment or variable draws a whole request over the real one, in `approve`
  ///   or `request show`.
  /// - Promise: A terminal gets the rows of `watch`. The mark stands before each row of a text. A
  ///   run of more than two blanks is a mark with its count. The question names requester,
  ///   environment, secrets and versions.
  package static let approveShowsRows = Promise(.honestScreen)

  /// - Attack: A key is pressed too early, pasted, or meant for another request.
  /// - Promise: It approves nothing. An approval takes three steps, on a screen that was drawn
  ///   before.
  package static let threeSteps = Promise(.honestScreen)

  /// - Attack: Keys typed before a question approve, revoke or delete unseen.
  /// - Promise: The client forgets them when it asks the question.
  package static let typedAheadIsForgotten = Promise(.honestScreen)

  /// - Attack: A long reason pushes what matters behind a cut, or marks reach into the facts.
  /// - Promise: `approve` and `request show` show all of it, each mark in its own row.
  package static let wholeTextIsShown = Promise(.honestScreen)

  /// - Attack: A request changes under the eyes of its reviewer.
  /// - Promise: It is shown anew. The old digest approves nothing.
  package static let changedRequestIsShownAnew = Promise(.honestScreen)

  /// - Attack: Somebody else writes the message of a notifier.
  /// - Promise: jq builds it as one line, with claims at its end and in quotes. Other blanks, and
  ///   letters of other scripts within words of ASCII, stand by their numbers.
  package static let notificationsAreQuoted = Promise(.honestScreen)

  /// - Attack: A hostile listener offers a name that a shell would run at TAB.
  /// - Promise: Only names in their grammar are offered.
  package static let completionsAreNames = Promise(.honestScreen)

  /// - Attack: The rest of a long text stands at the terminal's left edge like a fact.
  /// - Promise: It is wrapped under itself, and broken where it has no blank.
  package static let wrappedText = Promise(.honestScreen)

  /// - Attack: A claim or comment brings a script, a link, a style or an element into an auditor's
  ///   page, turns its text around, or fills it.
  /// - Promise: The page has the same elements whatever people wrote. Claims stand in elements of
  ///   their own, in quotes, escaped, cut. Its policy lets a browser run and load nothing.
  package static let reportIsText = Promise(.honestScreen)
}
