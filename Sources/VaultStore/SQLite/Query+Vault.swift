extension Query {
  /// The statements of what a vault has once: its head, meta, wraps, audit rows and signature.
  var vaultSQL: String {
    switch self {
    case .headPut:
      """
      INSERT INTO head(id, content, seal) VALUES(1, ?1, ?2)
      ON CONFLICT(id) DO UPDATE SET content = ?1, seal = ?2
      """
    case .head: "SELECT content, seal FROM head WHERE id = 1"
    case .metaInsert: "INSERT INTO meta(id, vault, check_value, created) VALUES(1, ?1, ?2, ?3)"
    case .meta: "SELECT vault, check_value, created FROM meta WHERE id = 1"
    case .wrapPut:
      """
      INSERT INTO wrap(kind, id, generation, record) VALUES(?1, ?2, ?3, ?4)
      ON CONFLICT(kind, id, generation) DO UPDATE SET record = ?4
      """
    case .wrap:
      """
      SELECT kind, id, generation, record FROM wrap
      WHERE kind = ?1 AND id = ?2 AND generation = ?3
      """
    case .wraps: "SELECT kind, id, generation, record FROM wrap ORDER BY kind, id, generation"
    case .wrapsDelete: "DELETE FROM wrap WHERE kind = ?1 AND id = ?2"
    case .auditAppend: "INSERT INTO audit(first, count, records) VALUES(?1, ?2, ?3)"
    // The row that holds a sequence is the last that begins at or before it.
    case .auditFrom:
      """
      SELECT first, count, records FROM audit
      WHERE first >= coalesce((SELECT max(first) FROM audit WHERE first <= ?1), 0)
      ORDER BY first
      """
    case .auditLast: "SELECT first, count, records FROM audit ORDER BY first DESC LIMIT 1"
    case .signaturePut:
      """
      INSERT INTO signature(id, sequence, hash, time, signature) VALUES(1, ?1, ?2, ?3, ?4)
      ON CONFLICT(id) DO UPDATE SET sequence = ?1, hash = ?2, time = ?3, signature = ?4
      """
    default: "SELECT sequence, hash, time, signature FROM signature WHERE id = 1"
    }
  }
}
