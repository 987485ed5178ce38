package app

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"github.com/dreamlog/dreamlog/analytics"
	"github.com/dreamlog/dreamlog/consumers/replay"
	"github.com/dreamlog/dreamlog/lake/store"
	"github.com/dreamlog/dreamlog/producers/experience/lifted"
	"github.com/dreamlog/dreamlog/schema"
)

// FitOptions say what model to fit.
type FitOptions struct {
	// Visibility says what the model learns from. Whatever its origin, only what
	// environments answered is learned: a model that learned from dreams would
	// drift with each fit.
	Visibility replay.Visibility
	// At is the snapshot that is learned from; empty: the newest.
	At string
	// Seed of what is drawn at random.
	Seed   int64
	NoLand bool
}

// FittedModel is a model that is kept beside the lake, and registered in it.
type FittedModel struct {
	ID                 string `json:"model_id"`
	Version            string `json:"version"`
	Environment        string `json:"environment"`
	EnvironmentVersion string `json:"environment_version"`
	// URI is where it lies, from the root of the lake.
	URI    string `json:"uri"`
	SHA256 string `json:"sha256"`
	// Snapshot that it was fitted to, and how much that was.
	Snapshot    int64 `json:"snapshot"`
	Transitions int64 `json:"transitions"`
	Tasks       int64 `json:"tasks"`
	Seed        int64 `json:"seed"`
}

// Fit is what a fit did.
type Fit struct {
	FittedModel
	Episodes int64   `json:"episodes"`
	Seconds  float64 `json:"seconds"`
	// Repeated is how many transitions came after the very history and action of
	// another, and Contradicted how many of those had another outcome: where there
	// are any, the environment is random, or does not show all that matters.
	Repeated     int64 `json:"repeated"`
	Contradicted int64 `json:"contradicted"`
	// Known says that the newest model of the environment is the very same: it was
	// not registered again.
	Known  bool   `json:"known"`
	Landed Landed `json:"landed"`
}

// FitModel distils the lifted experience model from what a run may see, stores
// it beside the lake and registers it by an event, which makes it the newest of
// its environment. The same visibility, seed and transitions give the same model.
func (a *App) FitModel(ctx context.Context, o FitOptions) (_ Fit, err error) {
	o.Visibility.Origin = "real"
	fit, artefact, err := a.distil(ctx, o)
	if err != nil {
		return Fit{}, err
	}
	if err := a.keepArtefact(ctx, fit.URI, artefact); err != nil {
		return Fit{}, err
	}
	w, err := a.Writer(ctx, WriterOptions{NoLand: o.NoLand})
	if err != nil {
		return Fit{}, err
	}
	defer func() { err = joined(err, w.Close(context.WithoutCancel(ctx))) }()
	if err := w.CatchUp(ctx); err != nil {
		return Fit{}, err
	}
	if fit.Known, err = a.isNewest(ctx, &fit.FittedModel); err != nil {
		return Fit{}, err
	}
	if !fit.Known {
		if err := w.Produce(ctx, fitted(&fit, o, schema.MicrosOf(a.config.Now()))); err != nil {
			return Fit{}, fmt.Errorf("register model %s: %w", fit.ID, err)
		}
	}
	fit.Landed, err = w.Finish(ctx)
	return fit, err
}

// distil fits the model, and returns it as the bytes of its artefact.
func (a *App) distil(ctx context.Context, o FitOptions) (fit Fit, artefact []byte, err error) {
	session, err := a.Session(ctx, o.At, analytics.Options{})
	if err != nil {
		return fit, nil, err
	}
	defer func() { err = errors.Join(err, session.Close()) }()
	began := time.Now()
	model, err := lifted.Fit(ctx, a.recordings(ctx, session, o.Visibility), lifted.Options{Seed: o.Seed, MaxTransitions: int(o.Visibility.MaxTransitions)})
	if err != nil {
		return fit, nil, fmt.Errorf("fit a model as of snapshot %d: %w", session.Snapshot(), err)
	}
	var file bytes.Buffer
	if err := model.Write(&file); err != nil {
		return fit, nil, err
	}
	// What cannot be loaded is not registered.
	if _, err := lifted.Read(bytes.NewReader(file.Bytes())); err != nil {
		return fit, nil, fmt.Errorf("read the fitted model back: %w", err)
	}
	digest, about, identity := digestOf(file.Bytes()), model.Summary(), model.Model()
	return Fit{
		FittedModel: FittedModel{
			ID: identity.ID, Version: identity.Version, Environment: about.Environment, EnvironmentVersion: about.EnvironmentVersion,
			URI: "models/" + digest + ".lifted.gz", SHA256: digest, Snapshot: session.Snapshot(),
			Transitions: int64(about.Transitions), Tasks: int64(about.Tasks), Seed: o.Seed,
		},
		Episodes: int64(about.Recordings), Seconds: time.Since(began).Seconds(),
		Repeated: int64(about.Repeated), Contradicted: int64(about.Contradicted),
	}, file.Bytes(), nil
}

func digestOf(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

// keepArtefact puts an artefact beside the lake, under a name that says what is
// in it. Collection leaves it alone: it looks at the tables only.
func (a *App) keepArtefact(ctx context.Context, name string, data []byte) error {
	err := store.Put(ctx, a.store, name, data)
	if errors.Is(err, store.ErrExist) || errors.Is(err, store.ErrUnknown) {
		there, readErr := store.Get(ctx, a.store, name)
		switch {
		case readErr != nil:
			err = errors.Join(err, readErr)
		case !bytes.Equal(there, data):
			err = errors.New("what lies there was altered: remove the file, and fit again")
		default:
			err = nil
		}
	}
	if err != nil {
		return fmt.Errorf("keep model %s beside the lake: %w", name, err)
	}
	return nil
}

// fitted returns the event that registers a model.
func fitted(fit *Fit, o FitOptions, now schema.Micros) *schema.TrainingRow {
	seen := o.Visibility
	seen.Environment, seen.EnvironmentVersion = fit.Environment, &fit.EnvironmentVersion
	return &schema.TrainingRow{
		Envelope: schema.Envelope{
			EventID: schema.NewID(), EventType: schema.TypeModelFitted, Time: now, Source: "model", Subject: fit.ID,
		},
		Training: schema.Training{
			Environment: &fit.Environment, ModelID: &fit.ID, ModelVersion: &fit.Version, URI: &fit.URI, SHA256: &fit.SHA256,
			Snapshot: &fit.Snapshot, Transitions: &fit.Transitions,
			Hyperparameters: new(schema.JSONOf(hyperparameters{"lifted", o.Seed, seen})),
			Metrics: new(schema.JSONOf(map[string]float64{"episodes": float64(fit.Episodes), "tasks": float64(fit.Tasks), "seconds": fit.Seconds,
				"repeated": float64(fit.Repeated), "contradicted": float64(fit.Contradicted)})),
		},
	}
}

// hyperparameters are what a fit depends on beside the snapshot.
type hyperparameters struct {
	Kind       string            `json:"kind"`
	Seed       int64             `json:"seed"`
	Visibility replay.Visibility `json:"visibility"`
}

// isNewest says whether the newest model that is registered for the same rules
// is this one.
func (a *App) isNewest(ctx context.Context, m *FittedModel) (bool, error) {
	all, err := a.Models(ctx, "")
	if err != nil {
		return false, err
	}
	for i := range all {
		if all[i].Environment == m.Environment && all[i].EnvironmentVersion == m.EnvironmentVersion {
			return all[i].SHA256 == m.SHA256, nil
		}
	}
	return false, nil
}
