package replay_test

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dreamlog/dreamlog/analytics"
	"github.com/dreamlog/dreamlog/consumers/replay"
	"github.com/dreamlog/dreamlog/schema"
)

// group adds attempts of a group of the run in training.
func (p *pool) group(id string, attempts int, a attempt) {
	p.Helper()
	a.run, a.purpose, a.group = or(a.run, run), or(a.purpose, "train"), id
	a.policy, a.task = or(a.policy, "p"), or(a.task, "task of "+id)
	for i := range attempts {
		a.id, a.won = fmt.Sprintf("%s-%d", id, i), i%2 == 0
		p.play(a)
	}
}

func mine() replay.Visibility {
	return replay.Visibility{Environment: "house", EnvironmentVersion: new(""), RunID: run}
}

func open(t *testing.T, s *analytics.Session, v replay.Visibility) *replay.Rollouts {
	t.Helper()
	r, err := replay.OpenRollouts(t.Context(), s, v)
	require.NoError(t, err)
	return r
}

func draw(t *testing.T, s *analytics.Session, seed int64, spec replay.DrawSpec) *replay.Batch {
	t.Helper()
	b, err := open(t, s, mine()).Draw(t.Context(), seed, spec)
	require.NoError(t, err)
	return b
}

// notReady draws in vain, and returns what is missing.
func notReady(t *testing.T, s *analytics.Session, spec replay.DrawSpec) string {
	t.Helper()
	_, err := open(t, s, mine()).Draw(t.Context(), 1, spec)
	var missing *replay.NotReadyError
	require.ErrorAs(t, err, &missing)
	require.Equal(t, s.Snapshot(), missing.Snapshot)
	return missing.Reason
}

func drawnIDs(b *replay.Batch) (all []string) {
	for _, g := range b.Groups {
		all = append(all, g.ID)
	}
	slices.Sort(all)
	return all
}

// record puts the events of a batch on the log.
func (p *pool) record(b *replay.Batch) {
	for _, row := range b.Events(time.Unix(1, 0), nil) {
		p.add(row)
	}
}

func TestNoCanaryIsDrawn(t *testing.T) {
	s := planted(t, attempt{})
	spec := replay.DrawSpec{Groups: 4}
	b := draw(t, s, 1, spec)
	require.Equal(t, []string{"group of collected", "group of collected by its own", "group of of a run that trained", "group of trained by its own"}, drawnIDs(b))
	require.Contains(t, notReady(t, s, replay.DrawSpec{Groups: 5}), "of the 5 groups that the run may see 4 real and 1 synthetic ones can be drawn")
	for e, err := range open(t, s, mine()).Episodes(t.Context(), b) {
		require.NoError(t, err)
		require.Contains(t, visible, e.ID)
	}
	require.Equal(t, []string{"group of dreamed"}, drawnIDs(draw(t, s, 1, replay.DrawSpec{Groups: 1, SyntheticShare: 1})))
}

func TestTheSameDrawIsTheSameBatch(t *testing.T) {
	p := newPool(t)
	for i := range 20 {
		p.group(fmt.Sprintf("g%02d", i), 2, attempt{})
	}
	number := p.snapshot()
	p.group("later", 2, attempt{})
	p.snapshot()
	p.compact()
	for _, order := range []string{"fifo", "uniform"} {
		spec := replay.DrawSpec{Groups: 5, Order: order}
		first := draw(t, p.session(number), 1, spec)
		again := draw(t, p.session(number), 1, spec)
		require.Equal(t, first, again)
		other := draw(t, p.session(number), 2, spec)
		require.NotEqual(t, first.ID, other.ID)
		require.NotEqual(t, first.Digest, other.Digest)
		later := draw(t, p.session(number+1), 1, spec)
		require.NotEqual(t, first.ID, later.ID)
	}
	fifo := draw(t, p.session(number), 1, replay.DrawSpec{Groups: 5})
	require.Equal(t, []string{"g00", "g01", "g02", "g03", "g04"}, drawnIDs(fifo), "the first come first")
	require.Equal(t, drawnIDs(fifo), drawnIDs(draw(t, p.session(number), 9, replay.DrawSpec{Groups: 5})), "whatever the seed")
	require.Equal(t, 1.0, fifo.Groups[0].Probability)
	require.Equal(t, .25, draw(t, p.session(number), 1, replay.DrawSpec{Groups: 5, Order: "uniform"}).Groups[0].Probability)
}

// The digest is that of the items as docs/replay.md says, by another way.
func TestDigest(t *testing.T) {
	p := newPool(t)
	p.group("a", 1, attempt{})
	require.Equal(t, "9493985885f1acd67f91eb1c725fe4c30a6d46aff62b1e80d42dfb490bb84d4d", draw(t, p.now(), 1, replay.DrawSpec{Groups: 1}).Digest)
}

// Each group is drawn as often as another: half of the time.
func TestUniformIsUniform(t *testing.T) {
	p := newPool(t)
	const groups, draws = 12, 60
	for i := range groups {
		p.group(fmt.Sprint("g", i), 1, attempt{})
	}
	count := map[string]int{}
	r := open(t, p.now(), mine())
	for seed := range int64(draws) {
		b, err := r.Draw(t.Context(), seed, replay.DrawSpec{Groups: groups / 2, Order: "uniform"})
		require.NoError(t, err)
		for _, id := range drawnIDs(b) {
			count[id]++
		}
	}
	require.Len(t, count, groups)
	for id, n := range count {
		// Four standard deviations of a binomial; the seeds are always the same.
		require.InDelta(t, draws/2, n, 4*math.Sqrt(draws*.5*.5), id)
	}
}

func TestAGroupIsDrawnOnce(t *testing.T) {
	p := newPool(t)
	for i := range 5 {
		p.group(fmt.Sprint("g", i), 2, attempt{})
	}
	spec := replay.DrawSpec{Groups: 2}
	first := draw(t, p.now(), 1, spec)
	p.record(first)
	second := draw(t, p.now(), 1, spec)
	require.Equal(t, []string{"g2", "g3"}, drawnIDs(second))
	p.record(second)
	require.Contains(t, notReady(t, p.now(), spec), "1 real and 0 synthetic ones can be drawn, 4 were drawn before")
	twice := spec
	twice.MaxTimes = 2
	require.Equal(t, []string{"g0", "g1"}, drawnIDs(draw(t, p.now(), 1, twice)))
}

func TestDrawsOfOtherRunsDoNotCount(t *testing.T) {
	p := newPool(t)
	p.group("g", 2, attempt{purpose: "collect", run: "collector"})
	b := draw(t, p.now(), 1, replay.DrawSpec{Groups: 1})
	b.RunID = "0199d5a4-0000-7000-8000-000000000009"
	p.record(b)
	require.Equal(t, []string{"g"}, drawnIDs(draw(t, p.now(), 1, replay.DrawSpec{Groups: 1})))
}

// A batch that is killed between its parts was handed to nobody.
func TestABatchCountsWhenItIsComplete(t *testing.T) {
	defer replay.SetPartBytes(40)()
	p := newPool(t)
	for i := range 5 {
		p.group(fmt.Sprint("g", i), 1, attempt{})
	}
	spec := replay.DrawSpec{Groups: 5}
	s := p.now()
	b := draw(t, s, 1, spec)
	events := b.Events(time.Unix(1, 0), new(int64(3)))
	require.Len(t, events, 3)
	ids := map[string]bool{}
	for i, e := range events {
		require.NoError(t, schema.Validate(e))
		require.EqualValues(t, i, *e.Part)
		require.EqualValues(t, 3, *e.Parts)
		require.EqualValues(t, 3, *e.Iteration)
		ids[e.EventID] = true
	}
	require.Len(t, ids, 3)
	p.add(events[0])
	p.add(events[2])
	half := p.now()
	require.Equal(t, drawnIDs(b), drawnIDs(draw(t, half, 1, spec)))
	p.add(events[1])
	p.add(events[1]) // sent again
	whole := p.now()
	require.Contains(t, notReady(t, whole, spec), "5 were drawn before")
	result, err := whole.Trusted(t.Context(), "SELECT list_transform(items, i -> i.id), digest, complete FROM batches")
	require.NoError(t, err)
	defer result.Close()
	require.True(t, result.Next())
	var want []any
	for _, g := range b.Groups {
		want = append(want, g.ID)
	}
	require.Equal(t, []any{want, b.Digest, true}, result.Row())
}

func TestStaleness(t *testing.T) {
	p := newPool(t)
	for version := range int64(4) {
		p.group(fmt.Sprint("v", version), 2, attempt{policyVersion: version})
	}
	s := p.now()
	at := func(version, staleness int64, n int) replay.DrawSpec {
		return replay.DrawSpec{PolicyVersion: &version, Staleness: staleness, Groups: n}
	}
	require.Equal(t, "v3", join(drawnIDs(draw(t, s, 1, replay.DrawSpec{Groups: 1}))), "the newest version")
	require.Equal(t, "v2", join(drawnIDs(draw(t, s, 1, at(2, 0, 1)))), "neither older nor newer")
	require.Equal(t, "v1 v2", join(drawnIDs(draw(t, s, 1, at(3, 2, 2)))), "the oldest within the bound")
	require.Equal(t, "v0 v1 v2 v3", join(drawnIDs(draw(t, s, 1, at(3, 3, 4)))))
	require.Contains(t, notReady(t, s, at(9, 2, 1)), "for policy p version 9; of the 4 groups that the run may see 0 real and 0 synthetic ones can be drawn, 4 are stale")
}

func TestTheMixIsKept(t *testing.T) {
	p := newPool(t)
	for i := range 6 {
		p.group(fmt.Sprint("real", i), 2, attempt{})
		p.group(fmt.Sprint("dream", i), 2, attempt{origin: "synthetic", model: "m"})
	}
	s := p.now()
	for share, synthetic := range map[float64]int{0: 0, .2: 1, .5: 2, .7: 3, .99: 4, 1: 5, .6: 3} {
		b := draw(t, s, 1, replay.DrawSpec{Groups: 5, SyntheticShare: share})
		n := 0
		for _, g := range b.Groups {
			if g.Origin == "synthetic" {
				require.Equal(t, "m", *g.ModelID)
				require.EqualValues(t, 0, *g.BufferSnapshot)
				n++
			}
		}
		require.Equal(t, synthetic, n, "share %v", share)
	}
	require.Contains(t, notReady(t, s, replay.DrawSpec{Groups: 8}), "8 real groups are wanted")
	require.Contains(t, notReady(t, s, replay.DrawSpec{Groups: 8, SyntheticShare: 1}), "8 synthetic groups are wanted")
}

// What is not whole, or not of one kind, is not compared with each other.
func TestFlawedGroupsAreLeftOut(t *testing.T) {
	for name, c := range map[string]struct {
		add  func(p *pool)
		want string
	}{
		"an attempt still runs":   {func(p *pool) { p.group("g", 2, attempt{}); p.play(member("g", attempt{running: true})) }, "1 lack attempts that have ended"},
		"an attempt broke off":    {func(p *pool) { p.group("g", 1, attempt{status: "aborted"}) }, "1 lack attempts that have ended"},
		"too few":                 {func(p *pool) { p.group("g", 3, attempt{}) }, "1 lack attempts that have ended"},
		"ungraded":                {func(p *pool) { p.group("g", 4, attempt{ungraded: true}) }, "1 are not graded"},
		"a step is missing":       {func(p *pool) { p.group("g", 4, attempt{length: 3}) }, "1 lack steps"},
		"a step was retracted":    {func(p *pool) { p.group("g", 4, attempt{}); p.note("g-1", "event", "g-1/0", "retraction", `"x"`) }, "1 lack steps"},
		"an episode was":          {func(p *pool) { p.group("g", 4, attempt{}); p.note("g-1", "episode", "g-1", "retraction", `"x"`) }, "1 lack attempts"},
		"two tasks":               {func(p *pool) { p.group("g", 4, attempt{}); p.play(member("g", attempt{task: "other"})) }, "1 are of several tasks"},
		"two origins":             {func(p *pool) { p.group("g", 4, attempt{}); p.play(member("g", attempt{origin: "synthetic"})) }, "1 are of several"},
		"a model beside none":     {func(p *pool) { p.group("g", 4, attempt{}); p.play(member("g", attempt{model: "m"})) }, "1 are of several"},
		"two snapshots":           {func(p *pool) { p.group("g", 4, dreamt(1)); p.play(member("g", dreamt(2))) }, "1 are of several"},
		"two versions of policy":  {func(p *pool) { p.group("g", 4, attempt{}); p.play(member("g", attempt{policyVersion: 1})) }, "1 are of several"},
		"one that nobody may see": {func(p *pool) { p.group("g", 3, attempt{}); p.play(member("g", attempt{purpose: "evaluate"})) }, "1 lack attempts that have ended"},
	} {
		t.Run(name, func(t *testing.T) {
			p := newPool(t)
			c.add(p)
			size := int64(4)
			if strings.Contains(name, "still") || strings.Contains(name, "broke") {
				size = 0
			}
			require.Contains(t, notReady(t, p.now(), replay.DrawSpec{Groups: 1, GroupSize: size}), c.want)
		})
	}
}

func member(group string, a attempt) attempt {
	a.id, a.group, a.policy, a.run, a.purpose = group+"-more", group, "p", run, or(a.purpose, "train")
	a.task = or(a.task, "task of "+group)
	return a
}

func dreamt(snapshot int64) attempt {
	return attempt{origin: "synthetic", model: "m", bufferSnapshot: snapshot}
}

func TestRateLimits(t *testing.T) {
	p := newPool(t)
	for i := range 4 {
		p.group(fmt.Sprint("g", i), 2, attempt{})
	}
	p.play(member("unfinished", attempt{running: true}))
	s := p.now()
	require.Equal(t, "5 groups must have become whole before the first draw, 4 have", notReady(t, s, replay.DrawSpec{Groups: 1, MinGroups: 5}))
	spec := replay.DrawSpec{Groups: 2, MinGroups: 4, MaxTimes: 3, SamplesPerInsert: .5}
	p.record(draw(t, s, 1, spec))
	require.Equal(t, "with 2 more, 4 groups would have been drawn for 4 that became whole, more than 0.5 for each", notReady(t, p.now(), spec))
	for i := range 4 {
		p.group(fmt.Sprint("h", i), 2, attempt{})
	}
	draw(t, p.now(), 1, spec)
}

func TestPoliciesAreNotMixed(t *testing.T) {
	p := newPool(t)
	p.group("a", 2, attempt{policy: "p"})
	p.group("b", 2, attempt{policy: "q"})
	s := p.now()
	_, err := open(t, s, mine()).Draw(t.Context(), 1, replay.DrawSpec{Groups: 1})
	require.ErrorContains(t, err, "there are groups of several policies, and a batch is of one: name one of p, q")
	require.Equal(t, "b", join(drawnIDs(draw(t, s, 1, replay.DrawSpec{Groups: 1, PolicyID: "q"}))))
	require.Contains(t, notReady(t, s, replay.DrawSpec{Groups: 1, PolicyID: "r"}), "of the 0 groups")
}

func TestASpecificationIsChecked(t *testing.T) {
	p := newPool(t)
	p.group("a", 2, attempt{})
	r := open(t, p.now(), mine())
	for want, spec := range map[string]replay.DrawSpec{
		"a batch of 0 groups":       {},
		"staleness 9: give 0 to 8":  {Groups: 1, Staleness: 9},
		"staleness -1":              {Groups: 1, Staleness: -1},
		"group size -1":             {Groups: 1, GroupSize: -1},
		"synthetic share NaN":       {Groups: 1, SyntheticShare: math.NaN()},
		"synthetic share 1.5":       {Groups: 1, SyntheticShare: 1.5},
		"drawn at most -1 times":    {Groups: 1, MaxTimes: -1},
		`order "lifo"`:              {Groups: 1, Order: "lifo"},
		"at least -2 groups":        {Groups: 1, MinGroups: -2},
		"+Inf samples per insert":   {Groups: 1, SamplesPerInsert: math.Inf(1)},
		"-1 samples per insert: gi": {Groups: 1, SamplesPerInsert: -1},
	} {
		_, err := r.Draw(t.Context(), 1, spec)
		require.ErrorContains(t, err, want)
	}
}

func TestNothingWasPlayedYet(t *testing.T) {
	p := newPool(t)
	p.play(attempt{id: "a", purpose: "evaluate"})
	require.Contains(t, notReady(t, p.now(), replay.DrawSpec{Groups: 1}), "there are no transitions of house without a version that this run may see")
}

func TestEpisodesOfABatch(t *testing.T) {
	p := newPool(t)
	for i := range 3 {
		p.group(fmt.Sprint("g", i), 3, attempt{})
	}
	s := p.now()
	b := draw(t, s, 1, replay.DrawSpec{Groups: 2})
	var found []string
	for e, err := range open(t, s, mine()).Episodes(t.Context(), b) {
		require.NoError(t, err)
		require.Len(t, e.Steps, 2)
		require.NotNil(t, e.Success)
		found = append(found, e.ID)
	}
	require.Equal(t, strings.Fields("g0-0 g0-1 g0-2 g1-0 g1-1 g1-2"), found)
}
