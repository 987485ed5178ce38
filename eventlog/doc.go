// Package eventlog appends to and reads from the one Kafka topic that carries
// every event, in the embedded broker or in a cluster: the code is the same.
//
// It owns the topic and its settings, the bounded queue of a producer, the
// explicit offsets of a reader, and the rule which error is worth a retry. It
// deals in raw records: what a record means is package schema's, and where a
// reader stands is the caller's (the lander keeps its offsets in the lake).
// It never drops a record silently, never skips an offset without saying so,
// never joins a consumer group, and never decides what an error means for the
// data.
//
// Producers, the lander and the commands call it. It imports schema for the
// header names and the size of an event, and nothing else of ours.
package eventlog
