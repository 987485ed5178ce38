package compactor

import (
	"log/slog"
	"time"

	"github.com/dreamlog/dreamlog/lake"
)

// Options say when to merge what. Zero means the default.
type Options struct {
	// FanIn is how many files of like size are merged into one: more of them
	// means more files in a table, fewer that a row is rewritten more often.
	// Default 8.
	FanIn int
	// MaxFileBytes is about how large a file gets, in bytes; default 256 MiB.
	// A table that would have more than some hundred such files gets larger
	// ones, so that the number of its files stays bounded.
	MaxFileBytes int64
	// Interval is how often Run looks for something to do; default 1 s.
	Interval time.Duration
	// CollectEvery is how often Run collects; default an hour.
	CollectEvery time.Duration
	// Rest is how long Run leaves a table alone that it failed on; default 5
	// minutes.
	Rest time.Duration
	// Collect says what may be collected.
	Collect lake.CollectOptions
	// Logger; nil: slog.Default.
	Logger *slog.Logger
}

func (o Options) withDefaults() Options {
	if o.FanIn < 2 {
		o.FanIn = 8
	}
	if o.MaxFileBytes <= 0 {
		o.MaxFileBytes = 256 << 20
	}
	if o.Interval <= 0 {
		o.Interval = time.Second
	}
	if o.CollectEvery <= 0 {
		o.CollectEvery = time.Hour
	}
	if o.Rest <= 0 {
		o.Rest = 5 * time.Minute
	}
	if o.Logger == nil {
		o.Logger = slog.Default()
	}
	o.Logger = o.Logger.With("component", "compactor")
	return o
}
