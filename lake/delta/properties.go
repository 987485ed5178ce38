package delta

import (
	"strconv"
	"strings"
	"time"
)

// Names of the table properties that rule the log's own upkeep.
const (
	PropertyDeletedFileRetention = "delta.deletedFileRetentionDuration"
	PropertyLogRetention         = "delta.logRetentionDuration"
	PropertyCheckpointInterval   = "delta.checkpointInterval"
)

const day = 24 * time.Hour

// What holds for tables that do not say: the protocol's defaults.
const (
	defaultDeletedFileRetention = 7 * day
	defaultLogRetention         = 30 * day
)

// defaultCheckpointInterval is in versions.
const defaultCheckpointInterval = 100

// DefaultProperties returns the properties that new tables get. They are short,
// as a lander that follows adds several versions a second: what is kept for a
// day would be hundreds of thousands of entries and names. History is not lost
// by that, as a snapshot is read from today's files.
func DefaultProperties() map[string]string {
	return map[string]string{
		PropertyDeletedFileRetention: "interval 1 hours",
		PropertyLogRetention:         "interval 6 hours",
		PropertyCheckpointInterval:   strconv.Itoa(defaultCheckpointInterval),
	}
}

func (s *State) deletedFileRetention() time.Duration {
	return s.interval(PropertyDeletedFileRetention, defaultDeletedFileRetention)
}

func (s *State) logRetention() time.Duration {
	return s.interval(PropertyLogRetention, defaultLogRetention)
}

func (s *State) checkpointInterval() int64 {
	n, err := strconv.ParseInt(s.metadata.Configuration[PropertyCheckpointInterval], 10, 64)
	if err != nil || n < 1 {
		return defaultCheckpointInterval
	}
	return n
}

func (s *State) interval(property string, absent time.Duration) time.Duration {
	if d, ok := parseInterval(s.metadata.Configuration[property]); ok {
		return d
	}
	return absent
}

// parseInterval reads "interval N unit", the form in which Delta tables give
// durations.
func parseInterval(text string) (time.Duration, bool) {
	words := strings.Fields(strings.ToLower(text))
	if len(words) != 3 || words[0] != "interval" {
		return 0, false
	}
	n, err := strconv.ParseInt(words[1], 10, 32)
	if err != nil || n < 0 {
		return 0, false
	}
	unit := map[string]time.Duration{
		"second": time.Second, "minute": time.Minute, "hour": time.Hour, "day": day, "week": 7 * day,
	}[strings.TrimSuffix(words[2], "s")]
	return time.Duration(n) * unit, unit != 0
}
