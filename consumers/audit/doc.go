// Package audit answers whether history is what it was.
//
// Verify recomputes from the lake alone what the snapshots claim: the chain of
// the snapshots, the hash of every row, that every offset of the log is there
// exactly once, and the Merkle roots at every snapshot, so that what was
// tampered with is located. It needs neither the log nor the key of the salts,
// changes nothing, and may run beside landers, compactors and collection.
//
// What it cannot see: the newest snapshot has no successor that vouches for its
// bytes, and a chain that was cut at its end is a valid, shorter chain. Who
// keeps Report.Digest elsewhere sees both.
//
// internal/app calls it for the commands verify and doctor.
package audit
