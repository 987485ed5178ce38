package crash_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dreamlog/dreamlog/consumers/lander"
	"github.com/dreamlog/dreamlog/eventlog"
	"github.com/dreamlog/dreamlog/eventlog/embedded"
	"github.com/dreamlog/dreamlog/internal/app"
	"github.com/dreamlog/dreamlog/lake"
	"github.com/dreamlog/dreamlog/lake/store/local"
	"github.com/dreamlog/dreamlog/test/ledger"
)

// peace bounds what must happen soon when nobody is killed.
const peace = time.Minute

// steps are those at which a lander is killed in turn.
var steps = []lander.Step{lander.StepRecovered, lander.StepApplied, lander.StepWritten, lander.StepPublished, lander.StepSnapshot, lander.StepTrimmed}

// ordeal is a lake in a data directory, and all that happens to it.
type ordeal struct {
	*testing.T
	data    string
	brokers string // empty: the broker is the child's
	ledger  *ledger.Ledger
	random  *rand.Rand
	seed    uint64
	total   int // kills that are due
	kills   int
	lakeDir *local.Store
	watcher *ledger.Watcher
}

// setting reads a number from the environment.
func setting(t *testing.T, name string, otherwise uint64) uint64 {
	text := os.Getenv(name)
	if text == "" {
		return otherwise
	}
	n, err := strconv.ParseUint(text, 10, 63)
	require.NoError(t, err, "%s must be a number", name)
	return n
}

func newOrdeal(t *testing.T, total int) *ordeal {
	seed := setting(t, "DREAMLOG_SEED", uint64(time.Now().UnixNano()))
	o := &ordeal{T: t, data: filepath.Join(t.TempDir(), "data"), ledger: ledger.New(seed), random: rand.New(rand.NewPCG(seed, 2)), seed: seed, total: total}
	a, err := app.Create(t.Context(), app.Config{Data: o.data})
	require.NoError(t, err)
	require.NoError(t, a.Close())
	o.lakeDir, err = local.Open(filepath.Join(o.data, "lake"))
	require.NoError(t, err)
	o.watcher = ledger.Watch(t.Context(), o.lakeDir)
	t.Cleanup(func() {
		_, err := o.watcher.Stop()
		require.NoError(t, err, "seed %d: a reader saw half a round", o.seed)
		require.NoError(t, o.lakeDir.Close())
	})
	return o
}

// plan says where the next lander dies: at a step, or nowhere in particular
// and so at a random moment.
func (o *ordeal) plan() (step string, moment time.Duration) {
	if n := o.kills; n < len(steps) || n%2 == 0 {
		s := steps[n%len(steps)]
		often := 1
		if s != lander.StepRecovered { // which comes once in a life
			often += o.random.IntN(3)
		}
		return fmt.Sprintf("%s:%d", s, often), peace
	}
	return "", time.Duration(o.random.IntN(700)) * time.Millisecond
}

// produceUntil sends events until ctx ends.
func (o *ordeal) produceUntil(ctx context.Context, address string) {
	log, err := eventlog.Open(ctx, eventlog.Config{Brokers: []string{address}})
	if err != nil {
		require.Error(o, ctx.Err(), "seed %d: a broker that lives must answer: %v", o.seed, err)
		return
	}
	defer func() { require.NoError(o, log.Close()) }()
	for ctx.Err() == nil {
		if err := o.ledger.Send(ctx, log, 5+o.random.IntN(60)); err != nil {
			require.Error(o, ctx.Err(), "seed %d: a broker that lives must take events: %v", o.seed, err)
		}
		rest := time.NewTimer(time.Duration(o.random.IntN(40)) * time.Millisecond)
		select {
		case <-rest.C:
		case <-ctx.Done():
			rest.Stop()
		}
	}
}

// landInPeace sends what was not acknowledged and lands everything, in this
// process, and holds the lake to the books.
func (o *ordeal) landInPeace() {
	a, err := app.Open(o.Context(), app.Config{Data: o.data, Brokers: o.brokerList(), Logger: slog.New(slog.DiscardHandler)})
	require.NoError(o, err)
	defer func() { require.NoError(o, a.Close()) }()
	ctx, stop := context.WithTimeout(o.Context(), peace)
	defer stop()
	address, done := make(chan string, 1), make(chan error, 1)
	go func() {
		_, err := a.Land(ctx, app.LandOptions{Follow: true, Ready: func(broker string) { address <- broker }})
		done <- err
	}()
	var broker string
	select {
	case broker = <-address:
	case err := <-done:
		require.NoError(o, err, "seed %d: landing did not begin", o.seed)
	}
	if o.brokers != "" {
		broker = o.brokers
	}
	log, err := eventlog.Open(ctx, eventlog.Config{Brokers: []string{broker}})
	require.NoError(o, err)
	err = errors.Join(o.ledger.Send(ctx, log, 5), o.awaitLanded(ctx, log, done))
	require.NoError(o, err, "seed %d", o.seed)
	o.check(ctx, log)
	stop()
	require.NoError(o, errors.Join(<-done, log.Close()))
}

func (o *ordeal) brokerList() []string {
	if o.brokers == "" {
		return nil
	}
	return []string{o.brokers}
}

// awaitLanded returns when the newest snapshot has come to the end of the log.
func (o *ordeal) awaitLanded(ctx context.Context, log *eventlog.Log, done chan error) error {
	offsets, err := log.Offsets(ctx)
	if err != nil {
		return err
	}
	for lk := lake.Open(o.lakeDir, nil); ; time.Sleep(5 * time.Millisecond) {
		s, err := lk.Newest(ctx)
		if err != nil {
			return err
		}
		behind := false
		for _, p := range offsets {
			state := s.Partition(0, p.Partition)
			behind = behind || state == nil || state.Cut < p.End
		}
		if !behind {
			return nil
		}
		select {
		case err := <-done:
			done <- nil
			return fmt.Errorf("landing ended: %w", err)
		default:
		}
	}
}

func (o *ordeal) check(ctx context.Context, log *eventlog.Log) {
	result, err := o.ledger.Check(ctx, lake.Open(o.lakeDir, nil), log)
	if err == nil && (o.kills < o.total) {
		return
	}
	var dropped, snapshots int64
	if s := result.Snapshot; s != nil {
		dropped, snapshots = s.Counts().Duplicates, s.Number
	}
	fmt.Printf("%s: kills=%d events=%d lost=%d doubled=%d (dead letters %d, retries dropped %d, snapshots %d, seed %d)\n",
		o.Name(), o.kills, o.ledger.Events(), len(result.Lost), len(result.Doubled), o.ledger.Garbage(), dropped, snapshots, o.seed)
	require.NoError(o, err, "seed %d", o.seed)
}

// TestTheLanderDiesAndItsBrokerWithIt is a single machine: broker and lander
// are one process.
func TestTheLanderDiesAndItsBrokerWithIt(t *testing.T) {
	o := newOrdeal(t, int(setting(t, "DREAMLOG_KILLS", 25)+1)/2)
	for o.kills < o.total {
		step, moment := o.plan()
		c := start(t, roleLand, o.data, "", step)
		c.killSoon(moment)
		if address, ok := c.ready(); ok {
			o.produceUntil(c.died, address)
		}
		c.killed(t)
		o.kills++
		o.landInPeace()
	}
}

// TestLandersAndACompactorDieBesideEachOther is a cluster: the broker lives,
// two landers and a compactor work on one lake, and die at different moments.
func TestLandersAndACompactorDieBesideEachOther(t *testing.T) {
	o := newOrdeal(t, int(setting(t, "DREAMLOG_KILLS", 25))/2)
	broker, err := embedded.Start(t.Context(), embedded.Options{Dir: filepath.Join(t.TempDir(), "log"), NoSync: true})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, broker.Close()) })
	o.brokers = broker.Addr()
	for o.kills < o.total {
		var children []*child
		for _, role := range []string{roleLand, roleLand, roleCompact} {
			step, moment := "", time.Duration(200+o.random.IntN(700))*time.Millisecond
			if role == roleLand {
				step, moment = o.plan()
			}
			children = append(children, start(t, role, o.data, o.brokers, step))
			children[len(children)-1].killSoon(min(moment, 5*time.Second))
			o.kills++
		}
		ctx, stop := context.WithCancel(t.Context())
		ended := make(chan struct{})
		go func() {
			defer close(ended)
			for _, c := range children {
				<-c.died.Done()
			}
			stop()
		}()
		o.produceUntil(ctx, o.brokers)
		<-ended
		for _, c := range children {
			c.killed(t)
		}
		o.landInPeace()
	}
}
