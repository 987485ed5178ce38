package app_test

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dreamlog/dreamlog/consumers/replay"
	"github.com/dreamlog/dreamlog/internal/app"
	"github.com/dreamlog/dreamlog/internal/openai/openaitest"
	"github.com/dreamlog/dreamlog/lake"
	"github.com/dreamlog/dreamlog/producers/agent/random"
	"github.com/dreamlog/dreamlog/producers/agent/scripted"
	"github.com/dreamlog/dreamlog/schema"
)

// lived is a home in which corridors were walked often enough to learn from.
func lived(t *testing.T) *home {
	h := newHome(t)
	_, err := h.play(app.PlayOptions{Attempts: 6, MaxSteps: 12})
	require.NoError(t, err)
	return h
}

func (h *home) fit() app.Fit {
	h.Helper()
	fit, err := h.app().FitModel(h.Context(), app.FitOptions{Seed: 1})
	require.NoError(h, err)
	return fit
}

func (h *home) dream(o app.DreamOptions) (app.Dreamed, error) {
	h.Helper()
	if o.Agent == nil {
		o.Agent = random.New()
	}
	if o.Model.Kind == "" {
		o.Model.Kind = "lifted"
	}
	o.Seed, o.MaxSteps, o.Purpose = 3, 10, "train"
	if o.Workers == 0 {
		o.Workers = 4
	}
	return h.app().Dream(h.Context(), o)
}

func TestAModelIsFittedKeptAndRegistered(t *testing.T) {
	h := lived(t)
	fit := h.fit()
	require.Equal(t, "lifted/corridor", fit.ID)
	require.EqualValues(t, 6, fit.Tasks, "split train only")
	require.Equal(t, fit.Transitions, h.value("SELECT count(*) FROM transitions WHERE split = 'train'"))
	require.FileExists(t, h.file("lake", filepath.FromSlash(fit.URI)))
	require.Equal(t, [][]any{{"lifted/corridor", fit.Version, "corridor", "1", fit.Snapshot, fit.Transitions, int64(6), fit.URI, fit.SHA256, int64(1)}},
		h.sql("SELECT model_id, model_version, environment, environment_version, snapshot, transitions, tasks, uri, sha256, seed FROM models"))
	again := h.fit()
	require.True(t, again.Known)
	require.Equal(t, fit.SHA256, again.SHA256)
	all, err := h.app().Models(t.Context(), "")
	require.NoError(t, err)
	require.Equal(t, []app.FittedModel{fit.FittedModel}, all)
	h.requireOnce()
}

func TestCollectionLeavesModelsAlone(t *testing.T) {
	h := lived(t)
	fit := h.fit()
	_, err := h.app().Lake().Collect(t.Context(), lake.CollectOptions{Retention: -1, Grace: -1, Margin: -1})
	require.NoError(t, err)
	require.FileExists(t, h.file("lake", filepath.FromSlash(fit.URI)))
	_, err = h.dream(app.DreamOptions{})
	require.NoError(t, err)
}

func TestADreamOfAStoredEnvironment(t *testing.T) {
	h := lived(t)
	fit := h.fit()
	for _, kind := range []string{"lifted", "copy"} {
		d, err := h.dream(app.DreamOptions{K: 3, Model: app.ExperienceOptions{Kind: kind}, PlayOptions: app.PlayOptions{Attempts: 4}})
		require.NoError(t, err)
		require.EqualValues(t, 6, d.Tasks)
		require.EqualValues(t, 24, d.Episodes)
		require.Zero(t, d.Aborted+d.Failed)
		require.Equal(t, "corridor", d.Environment)
		require.Equal(t, 3, d.K)
		require.Positive(t, d.Successes, "%s wins never, where a random walk does", kind)
		require.Equal(t, d.Transitions, h.value(`SELECT count(*) FROM transitions WHERE run_id = $1 AND origin = 'synthetic' AND environment = 'corridor'
			AND environment_version = '1' AND split = 'train' AND purpose = 'train' AND model_id = $2 AND model_version = $3
			AND buffer_snapshot = $4 AND demo_depth = 0 AND len(demonstrations) BETWEEN 1 AND 3 AND source = 'dream/corridor'`,
			d.RunID, d.Model, d.ModelVersion, d.Snapshot))
		require.Zero(t, h.value(`SELECT count(*) FROM (SELECT unnest(demonstrations).event_id AS id FROM transitions WHERE run_id = $1)
			WHERE id NOT IN (SELECT event_id FROM transitions WHERE origin = 'real')`, d.RunID), "demonstrations are events that are there")
		require.EqualValues(t, 24, h.value(`SELECT count(*) FROM transitions WHERE run_id = $1 AND step = 0 AND (info ->> '$.first_state') = 'demonstrated'
			AND (info ->> '$.first_state_from') IN (SELECT event_id FROM transitions WHERE step = 0 AND origin = 'real')`, d.RunID))
		require.EqualValues(t, 6, h.value("SELECT count(*) FROM groups WHERE origin = 'synthetic' AND attempts = 4 AND group_id IN (SELECT group_id FROM episodes WHERE run_id = $1)", d.RunID))
		if kind == "lifted" {
			require.Equal(t, fit.Version, d.ModelVersion)
			require.Zero(t, h.value("SELECT count(*) FROM transitions WHERE run_id = $1 AND reasoning IS NULL", d.RunID))
		}
	}
	h.requireOnce()
}

// The same model, snapshot and seed give the same dream, however many dream it.
func TestDreamsRepeat(t *testing.T) {
	h := lived(t)
	h.fit()
	dreamt := func(workers int, at string) (any, app.Dreamed) {
		d, err := h.dream(app.DreamOptions{K: 3, At: at, PlayOptions: app.PlayOptions{Workers: workers, Attempts: 3}})
		require.NoError(t, err)
		return h.value(`SELECT md5(string_agg(concat_ws('|', task_id, attempt, step, state, action, next_state, admissible_actions, next_admissible_actions,
			reward, terminated, truncated, reasoning, demonstrations, info), chr(10) ORDER BY task_id, attempt, step))
			FROM transitions WHERE run_id = $1`, d.RunID), d
	}
	first, d := dreamt(1, "")
	for _, workers := range []int{1, 8} {
		again, later := dreamt(workers, fmt.Sprint(d.Snapshot))
		require.Equal(t, first, again, "%d workers", workers)
		require.Equal(t, d.Snapshot, later.Snapshot)
	}
}

func TestTheScriptedAgentFollowsARecordedSuccess(t *testing.T) {
	h := lived(t)
	h.fit()
	agent, err := scripted.New(0)
	require.NoError(t, err)
	d, err := h.dream(app.DreamOptions{K: 3, PlayOptions: app.PlayOptions{Agent: agent}})
	require.NoError(t, err)
	require.EqualValues(t, 6, d.Successes+h.value("SELECT count(*) FROM transitions WHERE (info ->> '$.dream_ended') = 'missed success'").(int64))
	require.Positive(t, d.Successes)
}

// What the error advises is enough to dream.
func TestATransitionAndItsTaskCanBeDreamt(t *testing.T) {
	h := newHome(t)
	h.produce(app.ProduceOptions{}, `{"type":"transition","data":{"environment":"shop","task_id":"t1","episode_id":"e1","step":0,"state":"a door","action":"open it","next_state":"a room","reward":1,"terminated":true,"truncated":false}}`)
	o := app.DreamOptions{Model: app.ExperienceOptions{Kind: "copy"}, PlayOptions: app.PlayOptions{Agent: random.New("open it")}}
	_, err := h.dream(o)
	require.ErrorContains(t, err, "no task.proposed event")
	_, example, _ := strings.Cut(err.Error(), "such as ")
	h.produce(app.ProduceOptions{}, strings.Replace(example, "…", "t1", 1))
	d, err := h.dream(o)
	require.NoError(t, err)
	require.EqualValues(t, 1, d.Episodes)
	require.Zero(t, d.Aborted+d.Failed)
	_, err = h.dream(app.DreamOptions{Model: o.Model, PlayOptions: app.PlayOptions{Split: "dev"}})
	require.ErrorContains(t, err, "lists the splits")
}

// Tasks that nobody recorded are imagined, and say so.
func TestTasksOfAnotherSplitAreImagined(t *testing.T) {
	h := lived(t)
	h.fit()
	d, err := h.dream(app.DreamOptions{K: 3, PlayOptions: app.PlayOptions{Split: "dev"}})
	require.NoError(t, err)
	require.EqualValues(t, 2, d.Tasks)
	require.EqualValues(t, 2, h.value("SELECT count(*) FROM transitions WHERE run_id = $1 AND split = 'dev' AND (info ->> '$.first_state') = 'imagined'", d.RunID))
	_, err = h.dream(app.DreamOptions{PlayOptions: app.PlayOptions{Split: "moon"}})
	require.ErrorContains(t, err, `no task of split "moon" in environment corridor`)
}

const (
	imaginedDoor = `{"reasoning":"Corridors are alike.","state":"3 steps from the door","admissible_actions":["go back","go on"]}`
	lostDoor     = `{"reasoning":"It is locked.","valid":true,"next_state":"The door is locked.","admissible_actions":["go back"],` +
		`"terminated":true,"success":false,"precedent":null,"reward":0}`
)

// asking are the options to dream tasks that nobody recorded, by a chat model
// whose server follows a script.
func asking(t *testing.T, script *openaitest.Script) app.DreamOptions {
	server := app.ServerOptions{API: openaitest.Serve(t, script), Model: "asked-1"}
	return app.DreamOptions{
		Model:       app.ExperienceOptions{Kind: "chat", Server: server},
		PlayOptions: app.PlayOptions{Agent: random.New(), Split: "dev", Workers: 1},
	}
}

// Every request is in the lake once: also those for a beginning that could not be
// imagined, when the run goes on.
func TestTheCallsOfABeginningThatFailedAreInTheLake(t *testing.T) {
	h := lived(t)
	script := openaitest.New(openaitest.Say("no"), openaitest.Say("never"), // door-3
		openaitest.Say(imaginedDoor), openaitest.Say(lostDoor), // door-7
		openaitest.Say(imaginedDoor), openaitest.Say(lostDoor)) // door-3 again
	o := asking(t, script)
	first, err := h.dream(o)
	require.NoError(t, err)
	require.EqualValues(t, []int64{1, 1}, []int64{first.Failed, first.Completed})
	const asked = `SELECT e.task_id, e.status, list(c.response ->> '$.content' ORDER BY c.log_offset) FROM lake.episodes e JOIN lake.calls c USING (episode_id)
		WHERE c.run_id = $1 AND c.role = 'experience' AND c.step = 0 AND c.environment = 'corridor' GROUP BY ALL ORDER BY ALL`
	failed := []any{"door-3", "failed", []any{"no", "never"}}
	require.Equal(t, [][]any{failed, {"door-7", "completed", []any{imaginedDoor, lostDoor}}}, h.sql(asked, first.RunID))
	require.Contains(t, h.value("SELECT reason FROM episodes WHERE status = 'failed'"), "neither answer can be used")

	o.RunID = first.RunID
	again, err := h.dream(o)
	require.NoError(t, err)
	require.EqualValues(t, []int64{1, 1}, []int64{again.Skipped, again.Completed})
	require.Equal(t, [][]any{{"door-3", "completed", []any{imaginedDoor, lostDoor}}, failed, {"door-7", "completed", []any{imaginedDoor, lostDoor}}}, h.sql(asked, first.RunID))
	require.EqualValues(t, len(script.Requests()), h.value("SELECT count(*) FROM calls WHERE run_id = $1", first.RunID))
	h.requireOnce()
}

func TestTheCallOfABeginningThatIsInterruptedIsInTheLake(t *testing.T) {
	h := lived(t)
	ctx, interrupt := context.WithCancel(t.Context())
	defer interrupt()
	never := openaitest.Never()
	script := openaitest.New(func(w http.ResponseWriter, r *http.Request) {
		interrupt()
		never(w, r)
	})
	_, err := h.app().Dream(ctx, asking(t, script))
	require.ErrorIs(t, err, context.Canceled)
	require.Len(t, script.Requests(), 1)
	require.Equal(t, [][]any{{"door-3", "truncated", "interrupted", int64(0), "experience"}},
		h.sql("SELECT e.task_id, e.status, e.reason, e.length, c.role FROM episodes e JOIN calls c USING (episode_id)"))
	h.requireOnce()
}

func TestADreamGoesOnAsItBegan(t *testing.T) {
	h := lived(t)
	h.fit()
	first, err := h.dream(app.DreamOptions{K: 2, PlayOptions: app.PlayOptions{Tasks: 3}})
	require.NoError(t, err)
	_, err = h.play(app.PlayOptions{Attempts: 2}) // there is more to learn now
	require.NoError(t, err)
	require.NotEqual(t, first.ModelVersion, h.fit().Version)
	again, err := h.dream(app.DreamOptions{K: 2, PlayOptions: app.PlayOptions{Tasks: 3, Attempts: 2, RunID: first.RunID}})
	require.NoError(t, err)
	require.EqualValues(t, 3, again.Skipped)
	require.EqualValues(t, 3, again.Episodes)
	require.Equal(t, first.Snapshot, again.Snapshot)
	require.Equal(t, first.ModelVersion, again.ModelVersion)
	require.EqualValues(t, 3, h.value("SELECT count(*) FROM groups WHERE origin = 'synthetic' AND attempts = 2"))

	_, err = h.dream(app.DreamOptions{K: 3, PlayOptions: app.PlayOptions{Tasks: 3, RunID: first.RunID}})
	require.ErrorContains(t, err, "it was dreamt with 2 demonstrations for an answer, not 3")
	for _, o := range []app.DreamOptions{{At: fmt.Sprint(first.Snapshot + 4)}, {Model: app.ExperienceOptions{Kind: "copy"}}} {
		o.K, o.RunID, o.Tasks = 2, first.RunID, 3
		_, err = h.dream(o)
		require.ErrorContains(t, err, "it was dreamt by another model, or with demonstrations of another snapshot")
	}
}

func TestWhatCannotBeFitted(t *testing.T) {
	h := newHome(t)
	fit := func() error {
		_, err := h.app().FitModel(t.Context(), app.FitOptions{})
		return err
	}
	require.ErrorContains(t, fit(), "there are no real transitions")
	dreamt := lastStep(schema.NewID())
	dreamt.Origin = "synthetic"
	w, err := h.app().Writer(t.Context(), app.WriterOptions{})
	require.NoError(t, err)
	require.NoError(t, w.Produce(t.Context(), dreamt))
	_, err = w.Finish(t.Context())
	require.NoError(t, err)
	require.NoError(t, w.Close(t.Context()))
	require.ErrorContains(t, fit(), "there are no real transitions", "of dreams nothing is learned")
	_, err = h.dream(app.DreamOptions{})
	require.ErrorContains(t, err, `no task of split "train" in environment corridor to dream: there are transitions of it, but no task.proposed event says what its tasks are`)
	require.ErrorContains(t, err, `such as {"type":"task.proposed","data":{"environment":"corridor","task_id":"…","split":"train","kind":"seed","instruction":"…"}}`)
	_, err = lived(t).dream(app.DreamOptions{})
	require.ErrorContains(t, err, "no model of environment corridor was fitted: `dreamlog model fit --env corridor` fits one")
}

func TestAModelMustFitItsTasks(t *testing.T) {
	h := lived(t)
	fit := h.fit()
	_, err := h.dream(app.DreamOptions{Model: app.ExperienceOptions{Kind: "lifted", Version: "nonesuch"}})
	require.ErrorContains(t, err, "no model of environment corridor has version nonesuch: `dreamlog model list` lists those there are")
	_, err = h.dream(app.DreamOptions{Model: app.ExperienceOptions{Kind: "copy", Version: fit.Version}})
	require.ErrorContains(t, err, "copy has one version only")
	_, err = h.dream(app.DreamOptions{Model: app.ExperienceOptions{Kind: "oracle"}})
	require.ErrorContains(t, err, `no experience model "oracle": give one of`)

	// The rules change.
	_, err = h.play(app.PlayOptions{Environment: renovated{corridor{tasks: 8}}})
	require.NoError(t, err)
	_, err = h.dream(app.DreamOptions{})
	require.ErrorContains(t, err, "several versions, and they are never mixed")
	_, err = h.dream(app.DreamOptions{Visibility: replay.Visibility{EnvironmentVersion: new("2")}})
	require.ErrorContains(t, err, `learned environment corridor in version "1", and the tasks are of version "2": versions are never mixed`)
}

func TestAnArtefactThatWasAlteredIsRefused(t *testing.T) {
	h := lived(t)
	fit := h.fit()
	file := h.file("lake", filepath.FromSlash(fit.URI))
	data, err := os.ReadFile(file)
	require.NoError(t, err)
	altered := append([]byte(nil), data...)
	altered[len(altered)/2] ^= 1
	require.NoError(t, os.Chmod(file, 0o600))
	require.NoError(t, os.WriteFile(file, altered, 0o600))
	_, err = h.dream(app.DreamOptions{})
	require.ErrorContains(t, err, "was altered: its SHA-256 is ")
	require.ErrorContains(t, err, fit.URI)
	_, err = h.app().FitModel(t.Context(), app.FitOptions{Seed: 1})
	require.ErrorContains(t, err, "what lies there was altered: remove the file, and fit again")
	require.NoError(t, os.Remove(file))
	_, err = h.dream(app.DreamOptions{})
	require.ErrorContains(t, err, "is gone from the lake: restore it, or fit the model again from snapshot")
	h.fit()
	_, err = h.dream(app.DreamOptions{})
	require.NoError(t, err)
}

// One task is enough to dream that task, and text without admissible actions
// enough to learn from.
func TestLittleIsEnoughToDream(t *testing.T) {
	h := newHome(t)
	h.bring("mug")
	h.fit()
	agent := random.New("go to drawer 1", "open drawer 1", "sing")
	d, err := h.dream(app.DreamOptions{K: 3, PlayOptions: app.PlayOptions{Agent: agent, Attempts: 3}})
	require.NoError(t, err)
	require.EqualValues(t, 3, d.Episodes)
	require.Zero(t, d.Aborted+d.Failed)
	require.Zero(t, h.value("SELECT count(*) FROM transitions WHERE origin = 'synthetic' AND admissible_actions IS NOT NULL"), "nobody knows them")
	d, err = h.dream(app.DreamOptions{K: 3, PlayOptions: app.PlayOptions{Agent: random.New()}})
	require.NoError(t, err)
	require.EqualValues(t, 1, d.Aborted)
	require.NotEmpty(t, h.value("SELECT reason FROM episodes WHERE run_id = $1", d.RunID))
}

// A random environment is dreamt all the same, and the fit says what it is.
func TestARandomEnvironmentIsSaidToBeOne(t *testing.T) {
	h := newHome(t)
	_, err := h.play(app.PlayOptions{Environment: windy{corridor{tasks: 4}}, Attempts: 20, MaxSteps: 6})
	require.NoError(t, err)
	fit := h.fit()
	require.Positive(t, fit.Contradicted)
	require.Less(t, fit.Contradicted, fit.Repeated)
	d, err := h.dream(app.DreamOptions{K: 3})
	require.NoError(t, err)
	require.Zero(t, d.Aborted+d.Failed)
	require.Zero(t, lived(t).fit().Contradicted, "nor is one that is not")
}
