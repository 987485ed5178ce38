package main

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/dreamlog/dreamlog/internal/compression"
	"github.com/dreamlog/dreamlog/producers"
	"github.com/dreamlog/dreamlog/producers/importer"
	"github.com/dreamlog/dreamlog/producers/importer/textworldexpress"
)

// testdata returns a file of the recorded experience, and whether it is there.
func testdata(name string) (string, bool) {
	dir := os.Getenv("DREAMLOG_TESTDATA")
	if dir == "" {
		dir = filepath.Join("..", "shared", "data")
	}
	file := filepath.Join(dir, filepath.FromSlash(name))
	return file, exists(file)
}

// tracedGame is a game of ALFWorld with what its engine answered on five walks.
type tracedGame struct {
	ID        string      `json:"game_id"`
	Split     string      `json:"split"`
	Objective string      `json:"objective"`
	Initial   traced      `json:"initial"`
	Walks     []tracedWay `json:"walks"`
}

type tracedWay struct {
	Kind  string       `json:"kind"`
	Seed  *int64       `json:"seed"`
	Steps []tracedStep `json:"steps"`
}

type traced struct {
	Feedback   string   `json:"feedback"`
	Admissible []string `json:"admissible"`
}

type tracedStep struct {
	Command    string   `json:"command"`
	Feedback   string   `json:"feedback"`
	Admissible []string `json:"admissible"`
	Won        bool     `json:"won"`
	Done       bool     `json:"done"`
}

// alfworldCorpus reads recorded walks through ALFWorld's games: all of train and
// valid_seen are to learn from. Of the games of valid_unseen two walks, a random
// one and a scripted one, are seen where the task is known; the other three are
// held out.
func alfworldCorpus(context.Context, *bench) (*corpus, error) {
	file, there := testdata("alfworld/traces.jsonl.gz")
	if !there {
		return nil, nil
	}
	c := &corpus{name: "alfworld"}
	err := eachValue(file, func(raw jsontext.Value) error {
		var g tracedGame
		if err := json.Unmarshal(raw, &g); err != nil {
			return err
		}
		for i := range g.Walks {
			w := &g.Walks[i]
			r := g.recording(i)
			switch {
			case g.Split != "valid_unseen":
				c.fit = append(c.fit, r)
			case w.Kind == "random" && *w.Seed == 1 || w.Kind == "scripted" && *w.Seed == 4:
				c.seen = append(c.seen, r)
			default:
				c.held = append(c.held, r)
			}
		}
		return nil
	})
	return c, err
}

func (g *tracedGame) recording(walk int) *producers.Recording {
	w := &g.Walks[walk]
	won := len(w.Steps) > 0 && w.Steps[len(w.Steps)-1].Won
	r := &producers.Recording{
		EpisodeID: fmt.Sprintf("%s/%d", g.ID, walk), Origin: "real", Success: &won,
		Task: producers.Task{ID: g.ID, Environment: "textworld", Split: g.Split, Instruction: g.Objective},
	}
	state := producers.Observation{Text: g.Initial.Feedback, Admissible: g.Initial.Admissible}
	for i, s := range w.Steps {
		next := producers.Observation{Text: s.Feedback, Admissible: s.Admissible}
		reward := 0.0
		if s.Won {
			reward = 1
		}
		r.Steps = append(r.Steps, producers.RecordedStep{
			EventID: fmt.Sprintf("%s/%d", r.EpisodeID, i), Step: int64(i), State: state, Action: s.Command, Next: next,
			Valid: new(slices.Contains(state.Admissible, s.Command)), Reward: &reward, Terminated: s.Done,
			Truncated: !s.Done && i == len(w.Steps)-1,
		})
		state = next
	}
	return r
}

// eachValue calls do with every value of a JSONL file.
func eachValue(file string, do func(jsontext.Value) error) error {
	f, err := os.Open(file)
	if err != nil {
		return err
	}
	defer f.Close()
	plain, closeReader, err := compression.Plain(bufio.NewReader(f))
	if err != nil {
		return fmt.Errorf("read %s: %w", file, err)
	}
	defer closeReader()
	return importer.Records(plain, func(v importer.Value) error {
		if v.Err != nil {
			return fmt.Errorf("read %s: record %d: %w", file, v.Number, v.Err)
		}
		return do(v.Raw)
	})
}

// How many tasks of a game of TextWorldExpress are to learn from, and how many
// attempts at each other task are seen where the task is known.
const (
	expressFitTasks = 15
	expressSeen     = 6
)

// expressCorpus reads the rollouts in a game of TextWorldExpress: the first 15
// tasks are to learn from, the others to measure by. Where those are known, the
// first six of their eight attempts are seen; the last two are held out.
func expressCorpus(game string) func(ctx context.Context, b *bench) (*corpus, error) {
	return func(ctx context.Context, _ *bench) (*corpus, error) {
		file, there := testdata("textworld_express/" + game + ".jsonl.gz")
		if !there {
			return nil, nil
		}
		source, err := importer.Open(file)
		if err != nil {
			return nil, err
		}
		defer source.Close()
		c := &corpus{name: game}
		var tasks []string
		err = textworldexpress.New().Read(ctx, source, func(number int, e *importer.Episode, err error) error {
			if err != nil {
				return fmt.Errorf("read %s: record %d: %w", file, number, err)
			}
			if !slices.Contains(tasks, e.TaskID) {
				tasks = append(tasks, e.TaskID)
			}
			r := importedRecording(e, fmt.Sprintf("%s/%d", e.TaskID, *e.Attempt))
			switch {
			case slices.Index(tasks, e.TaskID) < expressFitTasks:
				c.fit = append(c.fit, r)
			case *e.Attempt < expressSeen:
				c.seen = append(c.seen, r)
			default:
				c.held = append(c.held, r)
			}
			return nil
		})
		return c, err
	}
}

// importedRecording says an imported episode as experience models know it.
func importedRecording(e *importer.Episode, id string) *producers.Recording {
	r := &producers.Recording{
		EpisodeID: id, Origin: "real", Success: e.Success,
		Task: producers.Task{ID: e.TaskID, Environment: e.Environment, EnvironmentVersion: *e.EnvironmentVersion, Split: e.Split, Instruction: *e.Instruction},
	}
	for i := range e.Steps {
		s := &e.Steps[i]
		r.Steps = append(r.Steps, producers.RecordedStep{
			EventID: fmt.Sprintf("%s/%d", id, i), Step: int64(i),
			State: producers.Observation{Text: s.State, Admissible: s.AdmissibleActions}, Action: s.Action, Valid: s.ActionValid,
			Next: producers.Observation{Text: s.NextState, Admissible: s.NextAdmissible}, Reward: s.Reward,
			Terminated: s.Terminated, Truncated: s.Truncated,
		})
	}
	return r
}
