package compactor_test

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"runtime/debug"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dreamlog/dreamlog/lake"
	"github.com/dreamlog/dreamlog/lake/compactor"
	"github.com/dreamlog/dreamlog/lake/store/local"
	"github.com/dreamlog/dreamlog/schema"
)

// BenchmarkCompact merges rows of 1 KB in eight files into one, and reports
// rows a second and the peak of the heap. Run it with -benchtime 1x.
func BenchmarkCompact(b *testing.B) {
	for _, rows := range []int{100_000, 1_000_000} {
		b.Run(fmt.Sprint(rows), func(b *testing.B) {
			for b.Loop() {
				b.StopTimer()
				s, err := local.Open(b.TempDir())
				require.NoError(b, err)
				bed := newBed(b, s)
				for range 8 {
					bed.landLarge(rows / 8)
				}
				bed.lake = nil // and the buffers of its writer
				debug.FreeOSMemory()
				stop := watchHeap()
				b.StartTimer()
				began := time.Now()
				report, err := compactor.New(lake.Open(s, nil), compactor.Options{MaxFileBytes: 4 << 30}).Compact(b.Context(), compactor.Request{Full: true})
				require.NoError(b, err)
				require.Equal(b, 1, report[schema.Transitions].Files)
				b.ReportMetric(float64(rows)/time.Since(began).Seconds(), "rows/s")
				b.ReportMetric(float64(stop())/(1<<20), "peak-heap-MiB")
			}
		})
	}
}

// landLarge lands rows whose texts have 1 KB together and do not repeat.
func (b *bed) landLarge(n int) {
	random := rand.New(rand.NewPCG(1, uint64(b.next)))
	rows := make([]schema.Row, n)
	for i := range rows {
		row := b.transition(b.next + int64(i))
		row.State, row.NextState = text(random), text(random)
		require.NoError(b, b.sealer.Seal(row))
		rows[i] = row
	}
	file, err := b.lake.Write(b.Context(), schema.Transitions, rows)
	require.NoError(b, err)
	next := b.next + int64(n)
	require.NoError(b, b.lake.Append(b.Context(), file, map[string]lake.Reach{app: {From: b.next, To: next}}))
	b.next = next
}

func text(random *rand.Rand) string {
	var t strings.Builder
	for t.Len() < 450 {
		fmt.Fprintf(&t, "word%d ", random.IntN(3000))
	}
	return t.String()
}

// watchHeap watches the heap, and returns its peak in bytes when it is stopped.
func watchHeap() (stop func() uint64) {
	var peak uint64
	var done sync.WaitGroup
	end := make(chan struct{})
	done.Go(func() {
		for {
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			peak = max(peak, m.HeapInuse)
			select {
			case <-end:
				return
			case <-time.After(10 * time.Millisecond):
			}
		}
	})
	return func() uint64 { close(end); done.Wait(); return peak }
}
