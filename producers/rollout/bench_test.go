package rollout_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dreamlog/dreamlog/producers"
	"github.com/dreamlog/dreamlog/producers/rollout"
	"github.com/dreamlog/dreamlog/schema"
)

// encoder is a log that encodes what it takes, as every log must, and no more.
type encoder struct{}

func (encoder) Produce(_ context.Context, row schema.Row) error {
	_, _, err := schema.Encode(row)
	return err
}
func (encoder) Flush(context.Context) error { return nil }

// treadmill is an environment that costs nothing and never ends.
type treadmill struct{ producers.Outcome }

func (t treadmill) Tasks(context.Context) ([]producers.Task, error) {
	return []producers.Task{{ID: "run", Environment: "treadmill"}}, nil
}
func (t treadmill) Open(context.Context) (producers.Session, error) { return t, nil }
func (t treadmill) Close() error                                    { return nil }
func (t treadmill) Reset(context.Context, producers.Task, int64) (producers.Start, error) {
	return producers.Start{Observation: t.Observation, Instruction: "Keep running."}, nil
}
func (t treadmill) Step(context.Context, string) (producers.Outcome, error) { return t.Outcome, nil }

type runner struct{}

func (runner) Policy() producers.Policy { return producers.Policy{ID: "runner"} }
func (runner) Begin(context.Context, producers.Episode) (producers.Actor, error) {
	return runner{}, nil
}
func (runner) Act(context.Context, producers.Observation) (producers.Decision, error) {
	return producers.Decision{Action: "run", Logprob: new(0.0)}, nil
}

// BenchmarkEpisodes plays episodes of 30 steps, each with an observation and 30
// admissible actions as long as those of a household game, up to the encoded
// event: what a rollout costs beside agent, environment and log.
func BenchmarkEpisodes(b *testing.B) {
	o := producers.Observation{Text: "On the desk 1, you see a pencil 2, a book 1, a laptop 1 and a mug 3."}
	for range 30 {
		o.Admissible = append(o.Admissible, "take pencil 2 from desk 1")
	}
	mill := treadmill{producers.Outcome{Observation: o, Reward: new(0.0), Valid: new(true)}}
	for name, workers := range map[string]int{"1 worker": 1, "4 workers": 4, "1000 workers": 1000} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			result, err := rollout.Run(b.Context(), mill, runner{}, encoder{}, nil,
				rollout.Options{Attempts: b.N, Workers: workers, MaxSteps: 30, Now: time.Now})
			require.NoError(b, err)
			require.EqualValues(b, b.N, result.Truncated)
			b.ReportMetric(float64(result.Transitions)/b.Elapsed().Seconds(), "steps/s")
		})
	}
}
