package analytics

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dreamlog/dreamlog/schema"
)

// Both ways of placing corrections give what a plain reading of the log gives,
// over several files read whole and cut, whatever part of them a query reads.
func TestCorrectionsOverManyFiles(t *testing.T) {
	f := newFixture(t)
	r := rand.New(rand.NewPCG(1, 2))
	want := map[string]float64{} // reward by event id
	gone := map[string]bool{}
	type step struct {
		episode string
		offset  int64
	}
	steps := map[string]step{}
	var ids []string
	for file := range 7 {
		for e := range 20 {
			episode := fmt.Sprintf("e-%d-%02d", file, e)
			for i, offset := range f.episode(episode, "t", 1, 0, 0, 0) {
				id := fmt.Sprintf("%s/%d", episode, i)
				ids, steps[id], want[id] = append(ids, id), step{episode, offset}, 0
			}
		}
		for range 15 {
			id := ids[r.IntN(len(ids))]
			offset := steps[id].offset
			if r.IntN(4) == 0 {
				offset = -1
			}
			if r.IntN(5) == 0 {
				f.annotate(steps[id].episode, "event", id, "retraction", "true", offset)
				gone[id] = true
				continue
			}
			want[id] = float64(r.IntN(100)) / 4
			f.annotate(steps[id].episode, "event", id, "reward", fmt.Sprint(want[id]), offset)
		}
		f.write(file%3 == 2)
	}
	f.pin.Cuts = []Cut{{0, 1, f.next}}

	for _, limit := range []int64{1e6, 1} {
		s := f.session(Options{maxPlacedRows: limit})
		for _, where := range []string{"true", "episode_id LIKE 'e-5%'", "episode_id >= 'e-3'", "event_id = 'e-6-03/1'", "log_offset > 300", "step = 1"} {
			var lines []string
			for id := range strings.Lines(read(t, s, "SELECT event_id FROM transitions_raw WHERE "+where+" ORDER BY 1") + "\n") {
				if id = strings.TrimSpace(id); !gone[id] {
					lines = append(lines, fmt.Sprintf("%s|%v", id, want[id]))
				}
			}
			require.NotEmpty(t, lines)
			require.Equal(t, strings.Join(lines, "\n"), read(t, s, "SELECT event_id, reward FROM transitions WHERE "+where+" ORDER BY 1"),
				"limit %d, %s", limit, where)
		}
	}
	require.EqualValues(t, len(ids), f.session(Options{}).transitions())
	require.Len(t, f.pin.Tables[schema.Transitions], 7)
}

func TestGenerationIsReadOnlyWhereThereAreSeveral(t *testing.T) {
	s := &Session{pin: &Pin{Cuts: []Cut{{3, 0, 1}, {3, 1, 1}}}}
	require.Equal(t, "3", s.generationSQL())
	s.pin.Cuts = append(s.pin.Cuts, Cut{4, 0, 1})
	require.Equal(t, "generation_", s.generationSQL())
	require.Equal(t, "generation_", (&Session{pin: &Pin{}}).generationSQL())
}
