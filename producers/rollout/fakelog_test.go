package rollout_test

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dreamlog/dreamlog/producers/rollout"
	"github.com/dreamlog/dreamlog/schema"
)

// memory is a log that validates as the real one does. It is Seen and History,
// too, of what it holds.
type memory struct {
	hook func(ctx context.Context, call string) error

	mu      sync.Mutex
	rows    []schema.Row
	flushes int
}

func (m *memory) Produce(ctx context.Context, row schema.Row) error {
	if m.hook != nil {
		if err := m.hook(ctx, "produce"); err != nil {
			return err
		}
	}
	if _, _, err := schema.Encode(row); err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.rows = append(m.rows, row)
	return nil
}

func (m *memory) Flush(ctx context.Context) error {
	m.mu.Lock()
	m.flushes++
	m.mu.Unlock()
	if m.hook != nil {
		return m.hook(ctx, "flush")
	}
	return nil
}

func (m *memory) Seen(_ context.Context, subjects []string) (map[string]struct{}, error) {
	known := map[string]struct{}{}
	for _, row := range m.rows {
		if slices.Contains(subjects, row.Head().Subject) {
			known[row.Head().EventID] = struct{}{}
		}
	}
	return known, nil
}

// Episodes answers as the lake does: by the ends, else by the transitions.
func (m *memory) Episodes(_ context.Context, runID string) (episodes []schema.Episode, err error) {
	for _, p := range played(m.rows) {
		if *p.runID() != runID {
			continue
		}
		if len(p.ends) > 0 {
			episodes = append(episodes, p.ends[0].Episode)
			continue
		}
		if len(p.steps) == 0 {
			continue // calls alone
		}
		t := p.steps[0]
		e := schema.Episode{RunID: t.RunID, Purpose: t.Purpose, Iteration: t.Iteration, Environment: t.Environment,
			EnvironmentVersion: t.EnvironmentVersion, Split: t.Split, TaskID: t.TaskID, Instruction: t.Instruction,
			EpisodeID: t.EpisodeID, GroupID: t.GroupID, Attempt: t.Attempt, Origin: t.Origin, PolicyID: t.PolicyID,
			PolicyVersion: t.PolicyVersion, Length: int64(len(p.steps)), EpisodeReturn: p.sum()}
		episodes = append(episodes, e)
	}
	return episodes, nil
}

// game is what the log holds of one episode, in order.
type game struct {
	id    string
	steps []*schema.TransitionRow
	calls []*schema.CallRow
	ends  []*schema.EpisodeRow
	kinds []string // types of its events
}

func (g *game) runID() *string {
	if len(g.ends) > 0 {
		return g.ends[0].RunID
	}
	if len(g.steps) > 0 {
		return g.steps[0].RunID
	}
	return g.calls[0].RunID
}

func (g *game) sum() *float64 {
	var sum *float64
	for _, s := range g.steps {
		if s.Reward != nil {
			if sum == nil {
				sum = new(float64)
			}
			*sum += *s.Reward
		}
	}
	return sum
}

// played sorts events by episode, in the order of their first event.
func played(rows []schema.Row) (games []*game) {
	byID := map[string]*game{}
	for _, row := range rows {
		head := row.Head()
		if head.EventType == schema.TypeTaskProposed {
			continue
		}
		g := byID[head.Subject]
		if g == nil {
			g = &game{id: head.Subject}
			byID[head.Subject] = g
			games = append(games, g)
		}
		g.kinds = append(g.kinds, head.EventType)
		switch row := row.(type) {
		case *schema.TransitionRow:
			g.steps = append(g.steps, row)
		case *schema.CallRow:
			g.calls = append(g.calls, row)
		case *schema.EpisodeRow:
			g.ends = append(g.ends, row)
		}
	}
	return games
}

// sound checks what must hold for the events of any run that was not killed:
// every id once, every step in its place, every citation behind what it cites,
// one end, last, that tells the truth.
func (m *memory) sound(t testing.TB) {
	ids := map[string]bool{}
	for _, row := range m.rows {
		require.False(t, ids[row.Head().EventID], "%s %s is there twice", row.Head().EventType, row.Head().EventID)
		ids[row.Head().EventID] = true
	}
	for _, g := range played(m.rows) {
		requireSteps(t, g)
		if len(g.steps) == 0 && len(g.ends) == 0 {
			continue // a killed process left calls alone
		}
		require.Len(t, g.ends, 1, "ends of episode %s", g.id)
		require.Equal(t, schema.TypeEpisodeEnded, g.kinds[len(g.kinds)-1], "nothing follows the end")
		end := g.ends[0]
		require.EqualValues(t, len(g.steps), end.Length)
		require.Equal(t, g.sum(), end.EpisodeReturn)
		if len(g.steps) > 0 {
			last := g.steps[len(g.steps)-1]
			if end.Status != "aborted" { // by a kill between last step and end
				require.Equal(t, end.Status == "completed", last.Terminated)
			}
			require.Equal(t, []any{last.TaskID, last.Attempt, last.GroupID, last.RunID, last.PolicyID, last.Instruction, last.Split},
				[]any{end.TaskID, end.Attempt, end.GroupID, end.RunID, end.PolicyID, end.Instruction, end.Split})
		}
	}
}

func requireSteps(t testing.TB, g *game) {
	written := map[string]bool{}
	for _, c := range g.calls {
		written[c.EventID] = true
	}
	for i, s := range g.steps {
		require.EqualValues(t, i, s.Step, "a gap in episode %s", g.id)
		if i > 0 {
			require.Equal(t, g.steps[i-1].NextState, s.State)
			require.False(t, g.steps[i-1].Terminated || g.steps[i-1].Truncated, "a step after the end")
		}
		for _, id := range s.CallIDs {
			require.True(t, written[id], "step %d cites a call that is not there", i)
		}
	}
}

// ends returns the ends of all episodes by their status.
func (m *memory) ends() map[string][]*schema.EpisodeRow {
	ends := map[string][]*schema.EpisodeRow{}
	for _, g := range played(m.rows) {
		for _, end := range g.ends {
			ends[end.Status] = append(ends[end.Status], end)
		}
	}
	return ends
}

// digest is that of the content of all episodes: without ids and times, and
// without the order in which they were played.
func (m *memory) digest(t testing.TB) string {
	games := played(m.rows)
	slices.SortFunc(games, func(a, b *game) int {
		x, y := a.ends[0], b.ends[0]
		return cmp.Or(cmp.Compare(x.TaskID, y.TaskID), cmp.Compare(*x.Attempt, *y.Attempt))
	})
	h := sha256.New()
	for _, g := range games {
		for _, s := range g.steps {
			content := s.Transition
			content.EpisodeID, content.RunID, content.GroupID, content.CallIDs = "", nil, nil, nil
			require.NoError(t, json.NewEncoder(h).Encode(content))
		}
		for _, c := range g.calls {
			require.NoError(t, json.NewEncoder(h).Encode([]any{c.Step, c.Messages, c.Response}))
		}
		end := g.ends[0].Episode
		end.EpisodeID, end.RunID, end.GroupID = "", nil, nil
		require.NoError(t, json.NewEncoder(h).Encode(end))
	}
	return hex.EncodeToString(h.Sum(nil))
}

// clock ticks a second each time it is asked.
func clock() func() time.Time {
	var mu sync.Mutex
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	return func() time.Time {
		mu.Lock()
		defer mu.Unlock()
		now = now.Add(time.Second)
		return now
	}
}

// play runs and requires that it went well.
func play(t testing.TB, w *world, d *dicer, m *memory, options rollout.Options) rollout.Result {
	if options.Now == nil {
		options.Now = clock()
	}
	result, err := rollout.Run(t.Context(), w, d, m, m, options)
	require.NoError(t, err)
	w.sound(t)
	m.sound(t)
	return result
}
