package app

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"sync"

	"github.com/dreamlog/dreamlog/producers"
	"github.com/dreamlog/dreamlog/producers/environment/dream"
	"github.com/dreamlog/dreamlog/producers/experience/fidelity"
	"github.com/dreamlog/dreamlog/producers/rollout"
	"github.com/dreamlog/dreamlog/schema"
)

// PolicyOptions say which policies are compared, in what.
type PolicyOptions struct {
	// Environment is the real one; nil: no policies are compared.
	Environment producers.Environment
	Agents      []producers.Agent
	// Tasks is how many tasks are played, drawn by the seed among those that were
	// seen solved; 0: all.
	Tasks int
	// Attempts at each, Workers and MaxSteps as for play.
	Attempts, Workers, MaxSteps int
	Seed                        int64
	// K is the number of demonstrations that a dream is given.
	K int
}

// Agreement is how returns in the dream of a model compare with real ones.
type Agreement struct {
	Model        string `json:"model"`
	ModelVersion string `json:"model_version"`
	K            int    `json:"k"`
	// Tasks that each policy played, and Attempts at each, really and in the
	// dream.
	Tasks    int            `json:"tasks"`
	Attempts int            `json:"attempts"`
	Policies []PolicyReturn `json:"policies"`
	// Spearman and KendallTauB correlate the returns over the policies; nil where
	// there is no order to compare.
	Spearman    *float64 `json:"spearman"`
	KendallTauB *float64 `json:"kendall_tau_b"`
}

// PolicyReturn is what a policy achieved: mean undiscounted returns.
type PolicyReturn struct {
	Policy string `json:"policy"`
	// Real is J_real, Dream J_dream, Gap J_dream - J_real.
	Real  float64 `json:"j_real"`
	Dream float64 `json:"j_dream"`
	Gap   float64 `json:"gap"`
}

// comparePolicies lets each policy play the same tasks in the environment and in
// the dream of a model. Nothing of it is recorded.
func (m *fidelityRun) comparePolicies(ctx context.Context, model producers.ExperienceModel, retriever producers.Retriever) error {
	o := m.options.Policies
	if o.Environment == nil {
		return nil
	}
	if err := m.playReally(ctx); err != nil {
		return err
	}
	dreamt, err := dream.New(dream.Options{Model: model, Retriever: retriever, Tasks: m.tasks, K: o.K})
	if err != nil {
		return err
	}
	identity := model.Model()
	a := Agreement{Model: identity.ID, ModelVersion: identity.Version, K: o.K, Tasks: len(m.tasks), Attempts: o.Attempts}
	var inDream []float64
	for i, agent := range o.Agents {
		p := PolicyReturn{Policy: agent.Policy().ID, Real: m.really[i]}
		if p.Dream, err = m.meanReturn(ctx, dreamt, agent, m.tasks); err != nil {
			return fmt.Errorf("play %s in the dream of %s: %w", p.Policy, identity.ID, err)
		}
		p.Gap = p.Dream - p.Real
		inDream = append(inDream, p.Dream)
		a.Policies = append(a.Policies, p)
	}
	a.Spearman, a.KendallTauB = fidelity.Spearman(m.really, inDream), fidelity.KendallTauB(m.really, inDream)
	m.result.Policies = append(m.result.Policies, a)
	return nil
}

// playReally lets each policy play in the environment, once for all models.
func (m *fidelityRun) playReally(ctx context.Context) (err error) {
	if m.tasks != nil {
		return nil
	}
	o := m.options.Policies
	if m.tasks, err = m.policyTasks(ctx); err != nil {
		return err
	}
	for _, agent := range o.Agents {
		mean, err := m.meanReturn(ctx, o.Environment, agent, m.tasks)
		if err != nil {
			return fmt.Errorf("play %s in the environment: %w", agent.Policy().ID, err)
		}
		m.really = append(m.really, mean)
	}
	return nil
}

// policyTasks are the tasks of the environment that were seen solved: in a dream
// the scripted agent follows a recorded success.
func (m *fidelityRun) policyTasks(ctx context.Context) ([]producers.Task, error) {
	seen := map[string]string{} // the words that their episodes were told
	for _, r := range m.parts.Seen {
		if r.Success != nil && *r.Success {
			seen[r.Task.ID] = r.Task.Instruction
		}
	}
	all, err := m.options.Policies.Environment.Tasks(ctx)
	if err != nil {
		return nil, err
	}
	at := m.parts.Seen[0].Task
	tasks := slices.DeleteFunc(slices.Clone(all), func(t producers.Task) bool {
		_, solved := seen[t.ID]
		return !solved || t.Environment != at.Environment || t.EnvironmentVersion != at.EnvironmentVersion
	})
	for i := range tasks {
		tasks[i].Instruction = cmp.Or(tasks[i].Instruction, seen[tasks[i].ID])
	}
	if len(tasks) == 0 {
		return nil, fmt.Errorf("none of the %d tasks of the environment is among the %d of %s version %q that were seen solved: give the games that were played, and play them by an agent that solves some",
			len(all), len(seen), at.Environment, at.EnvironmentVersion)
	}
	return draw(tasks, m.options.Policies.Tasks, m.options.Policies.Seed), nil
}

// meanReturn plays without a record, and returns the mean return.
func (m *fidelityRun) meanReturn(ctx context.Context, e producers.Environment, agent producers.Agent, tasks []producers.Task) (float64, error) {
	o := m.options.Policies
	var sum returns
	_, err := rollout.Run(ctx, e, agent, &sum, &sum, rollout.Options{
		Tasks: tasks, Attempts: o.Attempts, Workers: o.Workers, MaxSteps: o.MaxSteps, Seed: o.Seed, Purpose: "probe", Now: m.app.config.Now,
	})
	if err != nil {
		return 0, err
	}
	return sum.mean()
}

// returns is a log that keeps the returns of episodes and nothing else.
type returns struct {
	mu       sync.Mutex
	sum      float64
	episodes int
	broken   int
}

// Produce implements rollout.Log.
func (r *returns) Produce(_ context.Context, row schema.Row) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	e, is := row.(*schema.EpisodeRow)
	switch {
	case !is:
	case e.Status == "aborted" || e.Status == "failed" || e.EpisodeReturn == nil:
		r.broken++
	default:
		r.sum, r.episodes = r.sum+*e.EpisodeReturn, r.episodes+1
	}
	return nil
}

// Flush implements rollout.Log.
func (*returns) Flush(context.Context) error { return nil }

// Seen implements rollout.Seen.
func (*returns) Seen(context.Context, []string) (map[string]struct{}, error) { return nil, nil }

func (r *returns) mean() (float64, error) {
	if r.episodes == 0 || r.broken > 0 {
		return 0, fmt.Errorf("%d of %d episodes broke off or were not graded: their returns cannot be compared", r.broken, r.broken+r.episodes)
	}
	if math.IsInf(r.sum, 0) {
		return 0, fmt.Errorf("the returns of %d episodes sum up to %v: they cannot be compared", r.episodes, r.sum)
	}
	return r.sum / float64(r.episodes), nil
}
