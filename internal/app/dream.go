package app

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/dreamlog/dreamlog/analytics"
	"github.com/dreamlog/dreamlog/consumers/replay"
	"github.com/dreamlog/dreamlog/producers"
	"github.com/dreamlog/dreamlog/producers/environment/dream"
	"github.com/dreamlog/dreamlog/schema"
)

// DreamOptions say what to dream.
type DreamOptions struct {
	// PlayOptions are those of play, but for the environment, which is the model;
	// an empty split means train.
	PlayOptions
	Model ExperienceOptions
	// K is how many demonstrations ground a prediction.
	K int
	// Dense keeps the rewards that the model predicts.
	Dense bool
	// Visibility says what was recorded that the model may be shown.
	Visibility replay.Visibility
	// At is the snapshot that tasks, model and demonstrations are of. Empty: that
	// of the run that is continued, else the newest.
	At string
}

// Dreamed says what was dreamt.
type Dreamed struct {
	Played
	Environment  string `json:"environment"`
	Model        string `json:"model"`
	ModelVersion string `json:"model_version"`
	K            int    `json:"k"`
	// Snapshot that tasks, model and demonstrations are of.
	Snapshot int64 `json:"snapshot"`
}

// Dream sends an agent through tasks of a stored environment that an experience
// model answers for, as Play does through a real one. A dream sees a snapshot and
// nothing later, itself neither: it is continued as of the snapshot that it began
// with.
func (a *App) Dream(ctx context.Context, o DreamOptions) (d Dreamed, err error) {
	if o.Split == "" {
		o.Split = "train"
	}
	if o.RunID != "" {
		if err := a.catchUp(ctx, o.NoLand); err != nil {
			return d, err
		}
	}
	bed, err := a.makeBed(ctx, o)
	if err != nil {
		return d, err
	}
	defer bed.model.Close()
	environment, err := dream.New(dream.Options{Model: bed.model, Retriever: bed.retriever, Tasks: bed.tasks, K: o.K, Dense: o.Dense})
	if err != nil {
		return d, err
	}
	o.Environment = environment
	d.Played, err = a.Play(ctx, o.PlayOptions)
	d.Environment, d.Snapshot, d.K = bed.visible.Environment, bed.retriever.Snapshot(), o.K
	d.Model, d.ModelVersion = environment.Model().ID, environment.Model().Version
	return d, err
}

// catchUp lands what is on the log, so that the lake knows how far a run is.
func (a *App) catchUp(ctx context.Context, noLand bool) (err error) {
	w, err := a.Writer(ctx, WriterOptions{NoLand: noLand})
	if err != nil {
		return err
	}
	defer func() { err = joined(err, w.Close(context.WithoutCancel(ctx))) }()
	return w.CatchUp(ctx)
}

// bed is what is dreamt in: all that is read of the lake.
type bed struct {
	visible   replay.Visibility
	retriever *Retriever
	model     *Experience
	tasks     []producers.Task
}

func (a *App) makeBed(ctx context.Context, o DreamOptions) (b *bed, err error) {
	if o.RunID != "" && (o.At == "" || o.Model.Version == "") {
		if err := a.recall(ctx, &o); err != nil {
			return nil, err
		}
	}
	session, err := a.Session(ctx, o.At, analytics.Options{})
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, session.Close()) }()
	b = &bed{}
	if b.retriever, err = a.retriever(ctx, session, o.Visibility, RetrieverOptions{}); err != nil {
		return nil, err
	}
	b.visible = b.retriever.demonstrations.Basis().Visibility()
	if b.tasks, err = b.listTasks(ctx, session, o.Split); err != nil {
		return nil, err
	}
	o.Model.Dense = o.Dense
	b.model, err = a.experience(ctx, session, b.visible, o.Model)
	return b, err
}

// recall fills in what the run that is continued was dreamt with, as far as that
// is recorded and not given.
func (a *App) recall(ctx context.Context, o *DreamOptions) (err error) {
	session, err := a.Session(ctx, "", analytics.Options{})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, session.Close()) }()
	result, err := session.Trusted(ctx, "SELECT buffer_snapshot, model_id, model_version FROM lake.transitions WHERE run_id = $1 AND origin = 'synthetic' LIMIT 1", o.RunID)
	if err != nil {
		return fmt.Errorf("look up what run %s was dreamt with: %w", o.RunID, err)
	}
	defer func() { err = errors.Join(err, result.Close()) }()
	if !result.Next() {
		return result.Err()
	}
	row := result.Row()
	if snapshot := cell[int64](row[0]); snapshot != nil && o.At == "" {
		o.At = strconv.FormatInt(*snapshot, 10)
	}
	id, version := cell[string](row[1]), cell[string](row[2])
	if o.Model.Kind == "lifted" && o.Model.Version == "" && id != nil && version != nil && strings.HasPrefix(*id, "lifted/") {
		o.Model.Version = *version
	}
	return result.Err()
}

// listTasks lists the tasks of a split that can be dreamt, by their ids: of split
// train those of which something is visible, and generated ones; of others, of
// which nothing ever is, all that were proposed.
func (b *bed) listTasks(ctx context.Context, session *Session, split string) (tasks []producers.Task, err error) {
	result, err := session.Trusted(ctx, `SELECT task_id, coalesce(instruction, ''), kind, info::VARCHAR
FROM tasks WHERE environment = $1 AND split = $2 ORDER BY task_id`, b.visible.Environment, split)
	if err != nil {
		return nil, fmt.Errorf("list the tasks of environment %s: %w", b.visible.Environment, err)
	}
	defer func() { err = errors.Join(err, result.Close()) }()
	for result.Next() {
		row := result.Row()
		task := producers.Task{
			ID: row[0].(string), Environment: b.visible.Environment, EnvironmentVersion: *b.visible.EnvironmentVersion,
			Split: split, Instruction: row[1].(string), Info: (*schema.JSON)(cell[string](row[3])),
		}
		known, err := b.recorded(ctx, &task)
		if err != nil {
			return nil, err
		}
		if generated := row[2] == "generated"; known || generated || split != "train" {
			tasks = append(tasks, task)
		}
	}
	if err := result.Err(); err != nil {
		return nil, err
	}
	if len(tasks) == 0 {
		proposed, err := b.anyTask(ctx, session)
		if err != nil {
			return nil, err
		}
		if !proposed {
			return nil, fmt.Errorf("as of snapshot %d there is no task of split %q in environment %s to dream: there are transitions of it, but no task.proposed event says what its tasks are; `dreamlog produce` takes one for each task_id of the transitions, such as %s",
				session.Snapshot(), split, b.visible.Environment, b.exampleOfTask(split))
		}
		return nil, fmt.Errorf("as of snapshot %d there is no task of split %q in environment %s to dream: `dreamlog sql \"SELECT split, count(*) FROM tasks WHERE environment = '%s' GROUP BY ALL\"` lists the splits",
			session.Snapshot(), split, b.visible.Environment, b.visible.Environment)
	}
	return tasks, nil
}

// anyTask says whether a task of the environment was ever proposed.
func (b *bed) anyTask(ctx context.Context, session *Session) (any bool, err error) {
	result, err := session.Trusted(ctx, "SELECT 1 FROM tasks WHERE environment = $1 LIMIT 1", b.visible.Environment)
	if err != nil {
		return false, fmt.Errorf("look for tasks of environment %s: %w", b.visible.Environment, err)
	}
	defer func() { err = errors.Join(err, result.Close()) }()
	return result.Next(), result.Err()
}

// exampleOfTask is an event that proposes a task, as produce takes it.
func (b *bed) exampleOfTask(split string) schema.JSON {
	type data struct {
		Environment string `json:"environment"`
		TaskID      string `json:"task_id"`
		Split       string `json:"split"`
		Kind        string `json:"kind"`
		Instruction string `json:"instruction"`
	}
	return schema.JSONOf(struct {
		Type string `json:"type"`
		Data data   `json:"data"`
	}{schema.TypeTaskProposed, data{b.visible.Environment, "…", split, "seed", "…"}})
}

// recorded says whether something of a task is visible, and takes the words that
// its episodes were told.
func (b *bed) recorded(ctx context.Context, task *producers.Task) (bool, error) {
	if task.Split != "train" {
		return false, nil
	}
	found, err := b.retriever.Beginnings(ctx, *task, 1)
	if err != nil || len(found) == 0 || found[0].Recording.Task.ID != task.ID {
		return false, err
	}
	if told := found[0].Recording.Task.Instruction; told != "" {
		task.Instruction = told
	}
	return true, nil
}
