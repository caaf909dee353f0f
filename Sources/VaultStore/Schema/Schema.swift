/// The tables. The article *Schema* says why each is as it is.
enum Schema {
  /// `EGVT` in ASCII: file(1) and we know the database by it.
  static let applicationID: Int32 = 0x4547_5654

  /// The database's name in the state directory.
  static let fileName = "vault.sqlite3"

  /// SQLite's own default, and the frame of its log.
  static let pageSize: Int64 = 4_096

  /// The zeros before each ciphertext: at least as many bytes as a page of a `WITHOUT ROWID` table keeps of
  /// one row (<https://sqlite.org/fileformat2.html#b_tree_pages>: 1002 of a page of 4096).
  ///
  /// So a ciphertext, or a wrapped key, lies in overflow pages alone. Those stay where they are and are overwritten when they
  /// are freed; what lies in the tree itself is copied from page to page as the tree grows and shrinks,
  /// and `secure_delete` does not overwrite the copies that are left behind.
  static let room = 1_002

  static let migrations: [Migration] = [
    Migration(version: 1, sql: version1), Migration(version: 2, sql: version2),
    Migration(version: 3, sql: version3),
  ]

  // Keys that are wrapped under several others. A wrap that is deleted must be gone from the file, whoever gets the
  // key above it later: it has the room before it that a ciphertext has.
  private static let version3 = """
    CREATE TABLE root(
      generation INTEGER PRIMARY KEY CHECK (generation > 0),
      check_value BLOB NOT NULL CHECK (length(check_value) = 32),
      created INTEGER NOT NULL
    ) STRICT;
    INSERT INTO root SELECT 1, check_value, created FROM meta;
    CREATE TABLE vault(
      id INTEGER PRIMARY KEY CHECK (id = 1),
      vault BLOB NOT NULL CHECK (length(vault) = 16),
      created INTEGER NOT NULL
    ) STRICT;
    INSERT INTO vault SELECT id, vault, created FROM meta;
    DROP TABLE meta;
    ALTER TABLE vault RENAME TO meta;
    CREATE TABLE wrap_under(
      kind INTEGER NOT NULL,
      id INTEGER NOT NULL,
      generation INTEGER NOT NULL,
      under INTEGER NOT NULL CHECK (under BETWEEN 1 AND 3),
      under_generation INTEGER NOT NULL,
      room BLOB NOT NULL,
      record BLOB NOT NULL,
      PRIMARY KEY (kind, id, generation, under, under_generation)
    ) STRICT, WITHOUT ROWID;
    INSERT INTO wrap_under
      SELECT kind, id, generation, 1, 1, zeroblob(\(room)), record FROM wrap;
    DROP TABLE wrap;
    ALTER TABLE wrap_under RENAME TO wrap;
    """

  // Readers by what they are: an account, or a job socket, which has no number.
  private static let version2 = """
    CREATE TABLE reader_by_subject(
      environment INTEGER NOT NULL,
      name TEXT NOT NULL,
      version INTEGER NOT NULL,
      subject TEXT NOT NULL,
      account TEXT,
      first INTEGER NOT NULL,
      last INTEGER NOT NULL,
      count INTEGER NOT NULL CHECK (count > 0),
      PRIMARY KEY (environment, name, version, subject)
    ) STRICT, WITHOUT ROWID;
    INSERT INTO reader_by_subject
      SELECT environment, name, version, 'uid:' || uid, account, first, last, count FROM reader;
    DROP TABLE reader;
    ALTER TABLE reader_by_subject RENAME TO reader;
    """

  // Foreign keys are deferred: within a commit rows come in any order, at its end they must add up.
  private static let version1 = """
    CREATE TABLE meta(
      id INTEGER PRIMARY KEY CHECK (id = 1),
      vault BLOB NOT NULL CHECK (length(vault) = 16),
      check_value BLOB NOT NULL CHECK (length(check_value) = 32),
      created INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE wrap(
      kind INTEGER NOT NULL,
      id INTEGER NOT NULL,
      generation INTEGER NOT NULL,
      record BLOB NOT NULL,
      PRIMARY KEY (kind, id, generation)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE environment(
      id INTEGER PRIMARY KEY,
      name TEXT NOT NULL UNIQUE,
      revision INTEGER NOT NULL,
      content BLOB NOT NULL,
      seal BLOB NOT NULL CHECK (length(seal) = 32)
    ) STRICT;
    CREATE TABLE secret(
      environment INTEGER NOT NULL REFERENCES environment(id) DEFERRABLE INITIALLY DEFERRED,
      name TEXT NOT NULL,
      revision INTEGER NOT NULL,
      content BLOB NOT NULL,
      seal BLOB NOT NULL CHECK (length(seal) = 32),
      PRIMARY KEY (environment, name)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE version(
      environment INTEGER NOT NULL,
      name TEXT NOT NULL,
      version INTEGER NOT NULL CHECK (version > 0),
      revision INTEGER NOT NULL,
      content BLOB NOT NULL,
      seal BLOB NOT NULL CHECK (length(seal) = 32),
      fingerprint BLOB NOT NULL,
      room BLOB NOT NULL,
      record BLOB,
      PRIMARY KEY (environment, name, version),
      FOREIGN KEY (environment, name) REFERENCES secret(environment, name)
        DEFERRABLE INITIALLY DEFERRED
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX version_fingerprint ON version(fingerprint);
    CREATE TABLE variable(
      environment INTEGER NOT NULL REFERENCES environment(id) DEFERRABLE INITIALLY DEFERRED,
      name TEXT NOT NULL,
      revision INTEGER NOT NULL,
      content BLOB NOT NULL,
      seal BLOB NOT NULL CHECK (length(seal) = 32),
      PRIMARY KEY (environment, name)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE reader(
      environment INTEGER NOT NULL,
      name TEXT NOT NULL,
      version INTEGER NOT NULL,
      uid INTEGER NOT NULL,
      account TEXT,
      first INTEGER NOT NULL,
      last INTEGER NOT NULL,
      count INTEGER NOT NULL CHECK (count > 0),
      PRIMARY KEY (environment, name, version, uid)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE request(
      id INTEGER PRIMARY KEY,
      environment INTEGER NOT NULL,
      live INTEGER NOT NULL CHECK (live IN (0, 1)),
      revision INTEGER NOT NULL,
      content BLOB NOT NULL,
      seal BLOB NOT NULL CHECK (length(seal) = 32)
    ) STRICT;
    CREATE INDEX request_environment ON request(environment, id);
    CREATE INDEX request_live ON request(id, environment) WHERE live = 1;
    CREATE TABLE head(
      id INTEGER PRIMARY KEY CHECK (id = 1),
      content BLOB NOT NULL,
      seal BLOB NOT NULL CHECK (length(seal) = 32)
    ) STRICT;
    CREATE TABLE audit(
      first INTEGER PRIMARY KEY CHECK (first > 0),
      count INTEGER NOT NULL CHECK (count > 0),
      records BLOB NOT NULL
    ) STRICT;
    CREATE TABLE signature(
      id INTEGER PRIMARY KEY CHECK (id = 1),
      sequence INTEGER NOT NULL,
      hash BLOB NOT NULL CHECK (length(hash) = 32),
      time INTEGER NOT NULL,
      signature BLOB NOT NULL CHECK (length(signature) = 64)
    ) STRICT;
    """
}
