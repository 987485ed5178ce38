package textworld

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/go-json-experiment/json"

	"github.com/dreamlog/dreamlog/producers/environment/textworld/ground"
)

// trace is what the original engine answered in a game.
type trace struct {
	GameID  string `json:"game_id"`
	Split   string `json:"split"`
	Initial struct {
		Feedback   string   `json:"feedback"`
		Admissible []string `json:"admissible"`
	} `json:"initial"`
	Walks []walk `json:"walks"`
}

// walk is a way through a game from its beginning.
type walk struct {
	Kind  string `json:"kind"`
	Seed  *int64 `json:"seed"`
	Steps []step `json:"steps"`
}

type step struct {
	Command    string   `json:"command"`
	Feedback   string   `json:"feedback"`
	Admissible []string `json:"admissible"`
	Won        bool     `json:"won"`
	Score      int      `json:"score"`
	Done       bool     `json:"done"`
}

// Check walks through games as recorded walks did, and compares every answer:
// feedback, admissible commands, won, score and done. games is a set as for
// ReadSet, traces a .jsonl of recorded games (also .gz, .zst). A game of the
// traces that is not in the set, or that cannot be played, is a mismatch. It
// also plays the walkthroughs of the game files.
func Check(ctx context.Context, games, traces string) (*Report, error) {
	entries, err := ReadSet(games, "")
	if err != nil {
		return nil, err
	}
	c := &check{ctx: ctx, compiler: NewCompiler(ground.Limits{}), byID: map[string]Entry{}, report: &Report{}}
	for _, e := range entries {
		c.byID[e.ID] = e
	}
	n := 0
	err = eachLine(traces, func(text []byte) error {
		n++
		var t trace
		if err := json.Unmarshal(text, &t); err != nil {
			return fmt.Errorf("line %d: %w", n, err)
		}
		c.trace(&t)
		return ctx.Err()
	})
	if err == nil && n == 0 {
		err = errors.New("it has no traces")
	}
	if err != nil {
		return nil, fmt.Errorf("check against %s: %w", traces, err)
	}
	return c.report, c.walkthroughs(entries)
}

// check is a comparison under way.
type check struct {
	ctx      context.Context
	compiler *Compiler
	byID     map[string]Entry
	report   *Report
}

// open makes a game ready to be played.
func (c *check) open(id string) (*Game, error) {
	e, known := c.byID[id]
	if !known {
		return nil, errors.New("the game is not in the set")
	}
	s, err := e.Load()
	if err != nil {
		return nil, err
	}
	return c.compiler.Compile(c.ctx, s)
}

func (c *check) trace(t *trace) {
	c.report.Games++
	g, err := c.open(t.GameID)
	if err != nil {
		c.report.differ(t, walk{Kind: resetKind}, Mismatch{Field: "game", Got: err.Error()})
		return
	}
	play := NewPlay(g)
	answer, err := play.Reset()
	c.report.row(t.Split, resetKind).Walks++
	c.compare(t, walk{Kind: resetKind}, -1, step{Feedback: t.Initial.Feedback, Admissible: t.Initial.Admissible}, answer, err)
	for _, w := range t.Walks {
		c.walk(t, w, play)
	}
}

func (c *check) walk(t *trace, w walk, play *Play) {
	c.report.Walks++
	c.report.row(t.Split, w.Kind).Walks++
	if _, err := play.Reset(); err != nil {
		c.report.differ(t, w, Mismatch{Field: "reset", Got: err.Error()})
		return
	}
	for i, want := range w.Steps {
		answer, err := play.Step(want.Command)
		c.report.Steps++
		c.report.row(t.Split, w.Kind).Steps++
		if !c.compare(t, w, i, want, answer, err) {
			return // what follows would differ because of this
		}
	}
}

// compare compares an answer in all that was recorded of it; at is the step, or
// -1 for the beginning.
func (c *check) compare(t *trace, w walk, at int, want step, got Answer, err error) bool {
	score := 0
	if got.Won {
		score = 1
	}
	m := Mismatch{Step: at + 1, Command: want.Command}
	switch {
	case err != nil:
		m.Field, m.Got = "error", err.Error()
	case got.Feedback != want.Feedback:
		m.Field, m.Want, m.Got = "feedback", want.Feedback, got.Feedback
	case !slices.Equal(got.Admissible, want.Admissible):
		m.Field, m.Want, m.Got = "admissible", fmt.Sprintf("%q", want.Admissible), fmt.Sprintf("%q", got.Admissible)
	case at < 0:
		return true // the rest is not there at the beginning
	case got.Won != want.Won || score != want.Score || got.Won != want.Done:
		m.Field, m.Want = "outcome", fmt.Sprintf("won %t, score %d, done %t", want.Won, want.Score, want.Done)
		m.Got = fmt.Sprintf("won %t, score %d, done %t", got.Won, score, got.Won)
	default:
		return true
	}
	c.report.differ(t, w, m)
	return false
}

// walkthroughs plays the walkthrough of every game that has one.
func (c *check) walkthroughs(entries []Entry) error {
	for _, e := range entries {
		if err := c.ctx.Err(); err != nil {
			return err
		}
		s, err := e.Load()
		if err != nil || len(s.Walkthrough) == 0 {
			continue // a game that cannot be loaded is met in the traces
		}
		c.report.Walkthroughs++
		g, err := c.compiler.Compile(c.ctx, s)
		if err == nil {
			err = g.replay()
		}
		if err != nil {
			c.report.differ(&trace{GameID: e.ID, Split: e.Split}, walk{Kind: "file's own"}, Mismatch{Field: "walkthrough", Got: err.Error()})
			continue
		}
		c.report.Won++
	}
	return nil
}

// replay plays the walkthrough of the game file; it must win.
func (g *Game) replay() error {
	play := NewPlay(g)
	answer, err := play.Reset()
	for _, command := range g.walkthrough {
		if err != nil {
			return err
		}
		if answer, err = play.Step(command); err == nil && !answer.Valid {
			return fmt.Errorf("%q is not possible", command)
		}
	}
	if err == nil && !answer.Won {
		err = errors.New("it does not win")
	}
	return err
}
