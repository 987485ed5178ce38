package parquetfile

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json"
)

// Tags of a data file in the Delta log.
const (
	// TagOffsets holds the offset ranges of the rows: a JSON object from
	// "generation/partition" to [first, next].
	TagOffsets = "dreamlog.offsets"
	// TagSchema holds the schema versions of the rows, with commas between.
	TagSchema = "dreamlog.schema"
)

// OffsetRange is where the rows of a file lie in one partition of the log: not
// before First, and before Next.
type OffsetRange struct {
	Generation, Partition int64
	First, Next           int64
}

func compareRanges(a, b OffsetRange) int {
	return cmp.Or(cmp.Compare(a.Generation, b.Generation), cmp.Compare(a.Partition, b.Partition))
}

func formatRanges(ranges []OffsetRange) string {
	var b strings.Builder
	for i, r := range ranges {
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, `"%d/%d":[%d,%d]`, r.Generation, r.Partition, r.First, r.Next)
	}
	return "{" + b.String() + "}"
}

// ParseRanges reads the tag TagOffsets.
func ParseRanges(tag string) ([]OffsetRange, error) {
	var byPartition map[string][2]int64
	if err := json.Unmarshal([]byte(tag), &byPartition); err != nil {
		return nil, fmt.Errorf("tag %s %q: %w", TagOffsets, tag, err)
	}
	ranges := make([]OffsetRange, 0, len(byPartition))
	for key, bounds := range byPartition {
		generation, partition, _ := strings.Cut(key, "/")
		g, err1 := strconv.ParseInt(generation, 10, 64)
		p, err2 := strconv.ParseInt(partition, 10, 64)
		if err := cmp.Or(err1, err2); err != nil {
			return nil, fmt.Errorf("tag %s: %q is not generation/partition: %w", TagOffsets, key, err)
		}
		ranges = append(ranges, OffsetRange{Generation: g, Partition: p, First: bounds[0], Next: bounds[1]})
	}
	slices.SortFunc(ranges, compareRanges)
	return ranges, nil
}

func formatVersions(versions []int64) string {
	texts := make([]string, len(versions))
	for i, v := range versions {
		texts[i] = strconv.FormatInt(v, 10)
	}
	return strings.Join(texts, ",")
}

// ParseVersions reads the tag TagSchema.
func ParseVersions(tag string) ([]int64, error) {
	var versions []int64
	for text := range strings.SplitSeq(tag, ",") {
		v, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			return nil, fmt.Errorf("tag %s %q: %w", TagSchema, tag, err)
		}
		versions = append(versions, v)
	}
	return versions, nil
}
