extension Promise {
  /// - Attack: Somebody moves a ciphertext, or an environment's key, to another place in the
  ///   database.
  /// - Promise: It opens only where it was sealed.
  package static let movedCiphertext = Promise(.sealedInPlace)

  /// - Attack: An admin deletes an environment and makes it again, for its old requests or
  ///   ciphertexts.
  /// - Promise: The new one has another number and another key.
  package static let remadeEnvironment = Promise(.sealedInPlace)

  /// - Attack: An admin deletes a secret to give its name, and an old approval, a new value.
  /// - Promise: Versions go on counting, so no pinned request reads the new value.
  package static let versionsGoOnCounting = Promise(.sealedInPlace)

  /// - Attack: Somebody makes a ciphertext that AES-GCM alone would open under two keys.
  /// - Promise: The commitment refuses it, with a cached key too.
  package static let committedToOneKey = Promise(.sealedInPlace)

  /// - Attack: Somebody cuts, changes or puts together a backup, or gives the backup of another vault.
  /// - Promise: No part of it opens but in its place, and a restore refuses the whole.
  package static let backupIsWhole = Promise(.sealedInPlace)

  /// - Attack: The cipher does not do what its standard says.
  /// - Promise: Encryption and decryption are tested with the standards' own vectors, also with
  ///   those that must fail.
  package static let standardCiphers = Promise(.sealedInPlace)

  /// - Attack: Two copies of one virtual machine go on from one snapshot and draw the same salts
  ///   and nonces.
  /// - Promise: The kernel draws keys, salts, nonces and tickets. No generator keeps state in our
  ///   memory.
  package static let kernelRandomness = Promise(.sealedInPlace)
}
