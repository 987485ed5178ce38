package app

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strings"

	"github.com/dreamlog/dreamlog/analytics"
	"github.com/dreamlog/dreamlog/lake/store"
	"github.com/dreamlog/dreamlog/producers/experience/lifted"
)

// Models lists the models that were fitted, the newest first, as of the snapshot
// that at names.
func (a *App) Models(ctx context.Context, at string) (all []FittedModel, err error) {
	session, err := a.Session(ctx, at, analytics.Options{})
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, session.Close()) }()
	return fittedModels(ctx, session)
}

func fittedModels(ctx context.Context, session *Session) (all []FittedModel, err error) {
	result, err := session.Trusted(ctx, `SELECT model_id, model_version, environment, coalesce(environment_version, ''), uri, sha256,
	snapshot, transitions, coalesce(tasks, 0), coalesce(seed, 0)
FROM models WHERE kind = 'lifted' ORDER BY log_generation DESC, ingest_time DESC, log_offset DESC, event_id`)
	if err != nil {
		return nil, fmt.Errorf("list the models that were fitted: %w", err)
	}
	defer func() { err = errors.Join(err, result.Close()) }()
	for result.Next() {
		row := result.Row()
		text := func(i int) string { s, _ := row[i].(string); return s }
		count := func(i int) int64 { n, _ := row[i].(int64); return n }
		all = append(all, FittedModel{
			ID: text(0), Version: text(1), Environment: text(2), EnvironmentVersion: text(3), URI: text(4), SHA256: text(5),
			Snapshot: count(6), Transitions: count(7), Tasks: count(8), Seed: count(9),
		})
	}
	return all, result.Err()
}

// liftedModel loads the newest fitted model of an environment in one version, or
// the one that is named by its version.
func (a *App) liftedModel(ctx context.Context, session *Session, environment, environmentVersion, version string) (*lifted.Model, error) {
	all, err := fittedModels(ctx, session)
	if err != nil {
		return nil, err
	}
	m, err := chooseModel(all, environment, environmentVersion, version)
	if err != nil {
		return nil, fmt.Errorf("as of snapshot %d %w", session.Snapshot(), err)
	}
	model, err := a.readModel(ctx, m)
	if err != nil {
		return nil, fmt.Errorf("load model %s version %s: %w", m.ID, m.Version, err)
	}
	return model, nil
}

// chooseModel picks one of the models, which come newest first.
func chooseModel(all []FittedModel, environment, environmentVersion, version string) (*FittedModel, error) {
	var other *FittedModel
	for i := range all {
		m := &all[i]
		switch {
		case m.Environment != environment || version != "" && m.Version != version:
		case m.EnvironmentVersion == environmentVersion:
			return m, nil
		case other == nil:
			other = m
		}
	}
	again := "`dreamlog model fit --env " + environment + "` fits one"
	switch {
	case other != nil:
		return nil, fmt.Errorf("model %s version %s learned environment %s in version %q, and the tasks are of version %q: versions are never mixed; %s",
			other.ID, other.Version, environment, other.EnvironmentVersion, environmentVersion, again)
	case version != "":
		return nil, fmt.Errorf("no model of environment %s has version %s: `dreamlog model list` lists those there are", environment, version)
	}
	return nil, fmt.Errorf("no model of environment %s was fitted: %s", environment, again)
}

// readArtefact reads the file of a model, and makes sure that it is what was
// registered.
func (a *App) readArtefact(ctx context.Context, m *FittedModel) ([]byte, error) {
	if !strings.HasPrefix(m.URI, "models/") {
		return nil, fmt.Errorf("it is registered at %q, which is not among the models of the lake", m.URI)
	}
	data, err := store.Get(ctx, a.store, m.URI)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, fmt.Errorf("its file %s is gone from the lake: restore it, or fit the model again from snapshot %d", m.URI, m.Snapshot)
	case err != nil:
		return nil, err
	}
	if digest := digestOf(data); digest != m.SHA256 {
		return nil, fmt.Errorf("its file %s was altered: its SHA-256 is %s, and %s was registered: restore it, or remove it and fit the model again from snapshot %d",
			m.URI, digest, m.SHA256, m.Snapshot)
	}
	return data, nil
}

// readModel reads a model, and makes sure that it is the one registered.
func (a *App) readModel(ctx context.Context, m *FittedModel) (*lifted.Model, error) {
	data, err := a.readArtefact(ctx, m)
	if err != nil {
		return nil, err
	}
	model, err := lifted.Read(bytes.NewReader(data))
	if err != nil {
		return nil, err
	}
	if about := model.Summary(); about.Environment != m.Environment || about.EnvironmentVersion != m.EnvironmentVersion {
		return nil, fmt.Errorf("its file %s says that it learned environment %s in version %q, and it is registered for %s in version %q",
			m.URI, about.Environment, about.EnvironmentVersion, m.Environment, m.EnvironmentVersion)
	}
	return model, nil
}
