package app

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/dreamlog/dreamlog/consumers/replay"
	"github.com/dreamlog/dreamlog/producers"
	"github.com/dreamlog/dreamlog/producers/experience/copy"
)

// ExperienceOptions say which experience model answers.
type ExperienceOptions struct {
	// Kind is one of ExperienceKinds.
	Kind string
	// Version of the fitted model, for lifted; empty: the newest.
	Version string
	// Server that chat asks, and whether it is asked for the rewards of single
	// steps.
	Server ServerOptions
	Dense  bool
}

// Experience is an experience model, which may hold connections: close it.
type Experience struct {
	producers.ExperienceModel
	close func()
}

// Close ends what the model holds.
func (e *Experience) Close() { e.close() }

// experienceKinds make a model of each kind, for what is visible: with its
// environment and version named.
var experienceKinds = map[string]func(context.Context, *App, *Session, replay.Visibility, ExperienceOptions) (*Experience, error){
	"chat": func(_ context.Context, _ *App, _ *Session, _ replay.Visibility, o ExperienceOptions) (*Experience, error) {
		return chatExperience(o.Server, o.Dense)
	},
	"copy": func(context.Context, *App, *Session, replay.Visibility, ExperienceOptions) (*Experience, error) {
		return &Experience{copy.New(), func() {}}, nil
	},
	"lifted": func(ctx context.Context, a *App, s *Session, v replay.Visibility, o ExperienceOptions) (*Experience, error) {
		m, err := a.liftedModel(ctx, s, v.Environment, *v.EnvironmentVersion, o.Version)
		return &Experience{m, func() {}}, err
	},
}

// ExperienceKinds lists the kinds of experience models.
func ExperienceKinds() []string { return slices.Sorted(maps.Keys(experienceKinds)) }

// experience makes an experience model as of the snapshot of a session.
func (a *App) experience(ctx context.Context, s *Session, v replay.Visibility, o ExperienceOptions) (*Experience, error) {
	make, known := experienceKinds[o.Kind]
	if !known {
		return nil, fmt.Errorf("there is no experience model %q: give one of %s", o.Kind, strings.Join(ExperienceKinds(), ", "))
	}
	if o.Version != "" && o.Kind != "lifted" {
		return nil, fmt.Errorf("experience model %s has one version only: leave the version out", o.Kind)
	}
	e, err := make(ctx, a, s, v, o)
	if err != nil {
		return nil, err
	}
	return e, nil
}
