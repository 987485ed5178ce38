// Package embedded runs the event log's broker inside this process, with its
// log in a data directory: one Kafka broker on a loopback port, so that a
// single machine needs no cluster and the same client code serves both.
//
// It owns the directory of the log, its size limit, and the moment at which a
// write is refused because the disk is nearly full. It knows no events and no
// lake, and never deletes a record by itself: the lander trims what has landed.
// Package app starts one for a data directory while it holds that directory's
// lock; two brokers on one directory destroy it.
//
// # What it promises
//
// An acknowledged record survives the death of the process, by kill -9 as
// well: each write has reached the kernel, and was synced unless NoSync is
// set, before it is acknowledged. The loss of power is out of its promise. The
// broker beneath (twmb/franz-go's kfake) ignores errors of fsync and does not
// sync directories.
//
// A write that fails is not acknowledged. Kfake cuts the segment back to what
// it was, but not its index, which a full disk can leave with half an entry;
// so writes are refused before the disk is full, while a reserve is left. For
// some seconds the refusal is retryable, as landing may free enough; then it is
// not, and producers fail with its text.
//
// After a kill the log is read again from the start, at about 300 MB/s, and is
// held in memory while it is read: keep it small, by landing.
package embedded
