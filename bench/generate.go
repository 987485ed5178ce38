package main

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"github.com/go-json-experiment/json"

	"github.com/dreamlog/dreamlog/schema"
)

// generator makes transitions of about 1 KB, the same for the same seed:
// episodes of 20 steps, some of them interleaved as parallel workers would
// play them, over 500 tasks in three environments. The state of step t+1 is
// the next state of step t.
type generator struct {
	random *rand.Rand
	words  []string
	open   []*playing
	begun  int
	time   time.Time
}

// playing is an episode that has not ended.
type playing struct {
	id    string
	task  int
	step  int
	state string
}

const (
	episodeSteps = 20
	interleaved  = 256
	tasks        = 500
	stateBytes   = 380
)

func newGenerator(seed uint64) *generator {
	g := &generator{random: rand.New(rand.NewPCG(seed, 1)), time: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)}
	for range 2048 {
		var w strings.Builder
		for range 1 + g.random.IntN(4) {
			w.WriteByte("bcdfghjklmnprstvwz"[g.random.IntN(18)])
			w.WriteByte("aeiou"[g.random.IntN(5)])
		}
		g.words = append(g.words, w.String())
	}
	g.open = make([]*playing, interleaved)
	return g
}

// text is about n bytes of words, a few of them frequent.
func (g *generator) text(n int) string {
	var b strings.Builder
	for b.Len() < n {
		u := g.random.Float64()
		b.WriteString(g.words[int(u*u*u*float64(len(g.words)))])
		b.WriteByte(' ')
	}
	return b.String()
}

func (g *generator) uuid() string {
	return fmt.Sprintf("%08x-%04x-4%03x-%04x-%012x", g.random.Uint32(), g.random.Uint32()&0xffff, g.random.Uint32()&0xfff, g.random.Uint32()&0xffff, g.random.Uint64()&0xffffffffffff)
}

// next returns the n-th transition.
func (g *generator) next(n int) *schema.TransitionRow {
	slot := n % interleaved
	e := g.open[slot]
	if e == nil || e.step == episodeSteps {
		e = &playing{id: g.uuid(), task: g.random.IntN(tasks), state: g.text(stateBytes)}
		g.open[slot] = e
		g.begun++
	}
	last := e.step == episodeSteps-1
	reward, policy := 0.0, int64(g.begun/2500)
	if last && g.random.IntN(100) < 20+e.task%60 {
		reward = 1
	}
	row := &schema.TransitionRow{
		Envelope: schema.Envelope{
			EventID: g.uuid(), EventType: schema.TypeTransition, SchemaVersion: schema.Version,
			Time: schema.MicrosOf(g.time.Add(time.Duration(n) * time.Millisecond)), Source: "bench", Subject: e.id,
		},
		Transition: schema.Transition{
			Purpose: "collect", Split: "train", Origin: "real",
			Environment: []string{"browser", "code", "math"}[e.task%3], TaskID: fmt.Sprintf("task-%04d", e.task),
			EpisodeID: e.id, Step: int64(e.step), State: e.state, Action: g.text(30), NextState: g.text(stateBytes),
			Reward: &reward, Terminated: last, PolicyVersion: &policy,
		},
	}
	e.state = row.NextState
	e.step++
	return row
}

// jsonBody is the body of an event as a producer without our library would
// write it: id and time are repeated, so that readers that know no headers
// find them.
func jsonBody(row *schema.TransitionRow) ([]byte, error) {
	return json.Marshal(map[string]any{
		"event_id": row.EventID, "time": row.Time, "episode_id": row.EpisodeID, "task_id": row.TaskID,
		"environment": row.Environment, "step": row.Step, "state": row.State, "action": row.Action,
		"next_state": row.NextState, "reward": row.Reward, "terminated": row.Terminated,
		"truncated": row.Truncated, "policy_version": row.PolicyVersion,
	}, json.Deterministic(true))
}
