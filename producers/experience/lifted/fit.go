package lifted

import (
	"context"
	"errors"
	"fmt"
	"hash/maphash"
	"iter"
	"math/rand/v2"
	"slices"
	"strconv"

	"github.com/dreamlog/dreamlog/producers"
)

// Options of a fit. The zero value means the defaults.
type Options struct {
	// Seed of what is drawn at random: the examples that demonstrations are shown
	// for, and which are kept where there are too many.
	Seed int64
	// MaxTransitions is the most that are learned from: recordings that come
	// after so many are left out. Default 100,000.
	MaxTransitions int
}

func (o Options) withDefaults() Options {
	if o.MaxTransitions == 0 {
		o.MaxTransitions = 100_000
	}
	return o
}

// ErrNothing is returned where there is nothing to learn from.
var ErrNothing = errors.New("there are no real transitions to learn from: import or play some first")

// Fit learns a model from recordings of real episodes of one environment.
func Fit(ctx context.Context, recordings iter.Seq2[*producers.Recording, error], o Options) (*Model, error) {
	o = o.withDefaults()
	f := &fitter{options: o, dice: rand.New(rand.NewPCG(uint64(o.Seed), 1))}
	if err := f.collect(recordings); err != nil {
		return nil, err
	}
	if f.about.Transitions == 0 {
		return nil, ErrNothing
	}
	return f.fit(ctx)
}

// All are recordings that lie in memory, as Fit reads them.
func All(recordings []*producers.Recording) iter.Seq2[*producers.Recording, error] {
	return func(yield func(*producers.Recording, error) bool) {
		for _, r := range recordings {
			if !yield(r, nil) {
				return
			}
		}
	}
}

// fitter fits one model.
type fitter struct {
	options    Options
	dice       *rand.Rand
	recordings []*producers.Recording
	about      Summary
	walks      []*walk
	taskOf     map[string]int32
	m          *Model

	responses  map[int32]*sample
	admissions map[int32]*sample
	goals      *goalLearner
	// descriptions are examples of how things in rolls were described, reach counts
	// the relations whose lists named them.
	descriptions sample
	reach        map[int32]int
	often        map[int32]int     // how often each response was given
	ends         map[int32]*[2]int // by event: how often the task ended, and did not
}

// collect takes recordings up to the limit.
func (f *fitter) collect(recordings iter.Seq2[*producers.Recording, error]) error {
	f.taskOf = map[string]int32{}
	for r, err := range recordings {
		if err != nil {
			return fmt.Errorf("read the recordings to fit a model to: %w", err)
		}
		if len(r.Steps) == 0 {
			continue
		}
		if f.about.Transitions+len(r.Steps) > f.options.MaxTransitions && f.about.Transitions > 0 {
			break
		}
		if f.about.Recordings == 0 {
			f.about.Environment, f.about.EnvironmentVersion = r.Task.Environment, r.Task.EnvironmentVersion
		}
		if r.Task.Environment != f.about.Environment || r.Task.EnvironmentVersion != f.about.EnvironmentVersion {
			return fmt.Errorf("recording %s is of environment %q version %q, others are of %q version %q: fit one model to each",
				r.EpisodeID, r.Task.Environment, r.Task.EnvironmentVersion, f.about.Environment, f.about.EnvironmentVersion)
		}
		f.recordings = append(f.recordings, r)
		f.about.Recordings++
		f.about.Transitions += len(r.Steps)
		if _, known := f.taskOf[r.Task.ID]; !known {
			f.taskOf[r.Task.ID] = int32(len(f.taskOf))
		}
	}
	f.about.Tasks = len(f.taskOf)
	f.compare()
	return nil
}

// compare counts the outcomes of the same history and action that differ.
func (f *fitter) compare() {
	outcomes := map[uint64]uint64{}
	seed := maphash.MakeSeed()
	hash := func(texts ...string) uint64 {
		var h maphash.Hash
		h.SetSeed(seed)
		for _, t := range texts {
			h.WriteString(t)
			h.WriteByte(0)
		}
		return h.Sum64()
	}
	for _, r := range f.recordings {
		history := hash(r.Task.ID, r.Steps[0].State.Text)
		for i := range r.Steps {
			s := &r.Steps[i]
			asked := hash(strconv.FormatUint(history, 36), s.Action)
			outcome := hash(s.Next.Text, strconv.FormatBool(s.Terminated))
			if before, repeated := outcomes[asked]; repeated {
				f.about.Repeated++
				f.about.Contradicted += boolOrder(before != outcome)
			} else {
				outcomes[asked] = outcome
			}
			history = hash(strconv.FormatUint(asked, 36), s.Next.Text)
		}
	}
}

func (f *fitter) fit(ctx context.Context) (*Model, error) {
	f.m = &Model{About: f.about, Kinds: newKinds(), Contents: map[contentKey][][]int32{},
		Responses: map[int32]*tree{}, Admissions: map[int32]*tree{}}
	f.m.Lexicon = learnLexicon(f.commands())
	f.m.index()
	for _, r := range f.recordings {
		f.walks = append(f.walks, newWalk(f.m.Lexicon, r))
	}
	f.m.Wording = learnWording(f.walks)
	f.m.Rules = learnRules(f.m.Wording, f.walks)
	f.m.Wording.learning = false
	f.m.index()
	f.countResponses()
	f.learnKinds()
	f.learnTools()
	f.learnConstants()
	f.learnContents()
	f.learnPrior()
	if err := f.learnTrees(ctx); err != nil {
		return nil, err
	}
	f.m.index()
	text, err := f.m.bytes()
	if err != nil {
		return nil, fmt.Errorf("encode the model: %w", err)
	}
	f.m.identify(text)
	return f.m, nil
}

// countResponses counts how often each response was given: once for each task,
// as what only one task has says nothing of another; each time where tasks are
// few.
func (f *fitter) countResponses() {
	f.often = map[int32]int{}
	type given struct{ task, response int32 }
	met := map[given]bool{}
	for i, k := range f.walks {
		for j := range k.steps {
			response := k.steps[j].reading.response
			in := given{f.taskOf[f.recordings[i].Task.ID], response}
			if !met[in] || f.about.Tasks < severalTasks {
				f.often[response]++
			}
			met[in] = true
		}
	}
}

// commands counts the commands that were admitted or given.
func (f *fitter) commands() map[string]int {
	counts := map[string]int{}
	for _, r := range f.recordings {
		for i := range r.Steps {
			s := &r.Steps[i]
			for _, c := range s.State.Admissible {
				counts[c]++
			}
			for _, c := range s.Next.Admissible {
				counts[c]++
			}
			if doable(s) {
				counts[s.Action]++
			}
		}
	}
	return counts
}

// doable says whether the action of a step could be done, as far as is known.
func doable(s *producers.RecordedStep) bool {
	if s.State.Admissible != nil {
		return slices.Contains(s.State.Admissible, s.Action)
	}
	return s.Valid == nil || *s.Valid
}

// What it takes for a response to be expected.
const (
	fewResponses = 2 // tasks that had it, or times that it was given
	severalTasks = 5 // tasks for tasks to be counted
)
