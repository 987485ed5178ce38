package delta

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// newestVersion stands for the newest version, whichever it is.
const newestVersion = math.MaxInt64

const checkpointSuffix = ".checkpoint.parquet"

func (l *Log) folder() string { return l.table + "/_delta_log/" }

func (l *Log) entryName(version int64) string {
	return fmt.Sprintf("%s%020d.json", l.folder(), version)
}

func (l *Log) checkpointName(version int64) string {
	return fmt.Sprintf("%s%020d%s", l.folder(), version, checkpointSuffix)
}

func (l *Log) hintName() string { return l.folder() + "_last_checkpoint" }

// kind of an object in the folder of the log.
type kind int

const (
	kindOther kind = iota
	kindEntry
	kindCheckpoint
)

// parseName tells what an object of the log is, and of which version.
func (l *Log) parseName(name string) (kind, int64) {
	base := strings.TrimPrefix(name, l.folder())
	digits, suffix, _ := strings.Cut(base, ".")
	version, err := strconv.ParseInt(digits, 10, 64)
	if err != nil || len(digits) != 20 || version < 0 {
		return kindOther, 0
	}
	switch "." + suffix {
	case ".json":
		return kindEntry, version
	case checkpointSuffix:
		return kindCheckpoint, version
	}
	return kindOther, 0
}
