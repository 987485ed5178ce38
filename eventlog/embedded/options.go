package embedded

import (
	"errors"
	"fmt"
	"log/slog"

	"github.com/dreamlog/dreamlog/schema"
)

// Defaults of Options.
const (
	DefaultPartitions = 4
	DefaultMaxBytes   = 1 << 30
)

// The size of a segment is a fraction of the log's limit, so that trimming
// frees space in small steps, within these bounds.
const (
	segmentsPerLog      = 64
	smallestSegment     = 1 << 20
	largestSegment      = 32 << 20
	largestMessageBytes = schema.MaxEventBytes + 1<<20
)

// Options say where and how large the log is.
type Options struct {
	// Dir holds the log; it is made if absent. Required.
	Dir string
	// Partitions is the count for topics that are made without one. Default
	// DefaultPartitions.
	Partitions int
	// MaxBytes limits the log's size on disk. Above it producers wait until
	// landed records are trimmed. Default DefaultMaxBytes.
	MaxBytes int64
	// NoSync leaves writes in the kernel's cache: they survive the death of
	// the process, but not that of the machine.
	NoSync bool
	// Logger gets the broker's warnings. Nil: silent.
	Logger *slog.Logger
}

// Validate explains what is wrong with the options, all of it at once.
func (o Options) Validate() error {
	o = o.withDefaults()
	var problems []error
	if o.Dir == "" {
		problems = append(problems, errors.New("no directory is named"))
	}
	if o.Partitions < 1 {
		problems = append(problems, fmt.Errorf("partitions is %d: give 1 or more, or 0 for the default", o.Partitions))
	}
	if o.MaxBytes < o.smallestLog() {
		problems = append(problems, fmt.Errorf("a limit of %d bytes: %d partitions need %d to hold what trimming must leave", o.MaxBytes, o.Partitions, o.smallestLog()))
	}
	return errors.Join(problems...)
}

func (o Options) withDefaults() Options {
	if o.Partitions == 0 {
		o.Partitions = DefaultPartitions
	}
	if o.MaxBytes == 0 {
		o.MaxBytes = DefaultMaxBytes
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	return o
}

// segmentBytes is the size at which a segment is closed and the next begun.
func (o Options) segmentBytes() int64 {
	return min(max(o.MaxBytes/segmentsPerLog, smallestSegment), largestSegment)
}

// smallestLog is the size at which the log cannot lock up: trimming frees
// whole segments and leaves each partition its last record, so one segment a
// partition can stay, and the next event must still fit.
func (o Options) smallestLog() int64 {
	return int64(o.Partitions)*(o.segmentBytes()+largestMessageBytes) + largestMessageBytes
}
