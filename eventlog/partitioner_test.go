package eventlog_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/twmb/franz-go/pkg/kgo"
	"pgregory.net/rapid"

	"github.com/dreamlog/dreamlog/eventlog"
)

// The hashes are those of Kafka's own UtilsTest.
func TestPartitionsAreThoseOfJava(t *testing.T) {
	for key, hash := range map[string]int32{
		"21":                         -973932308,
		"foobar":                     -790332482,
		"a-little-bit-long-string":   -985981536,
		"a-little-bit-longer-string": -1486304829,
		"lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8": -58897971,
		"abc": 479470107,
	} {
		for _, partitions := range []int{1, 4, 7, 1000} {
			require.Equal(t, int(hash&0x7fffffff)%partitions, eventlog.PartitionFor([]byte(key), partitions), key)
		}
	}
}

func TestPartitionsAreThoseOfAnotherClient(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		key := rapid.SliceOf(rapid.Byte()).Draw(t, "key")
		partitions := rapid.IntRange(1, 100).Draw(t, "partitions")
		if len(key) == 0 {
			return // that client spreads records without a key
		}
		other := kgo.StickyKeyPartitioner(nil).ForTopic("t")
		require.Equal(t, other.Partition(&kgo.Record{Key: key}, partitions), eventlog.PartitionFor(key, partitions))
	})
}
