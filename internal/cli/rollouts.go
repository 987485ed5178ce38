package cli

import (
	"errors"
	"fmt"
	"io"
	"runtime"
	"strings"

	"github.com/spf13/pflag"

	"github.com/dreamlog/dreamlog/internal/app"
	"github.com/dreamlog/dreamlog/producers/rollout"
)

// rollouts is what play and dream have in common: who acts, how often, and what
// is told of it.
type rollouts struct {
	*env
	agent   app.AgentOptions
	options app.PlayOptions
}

func (c *rollouts) agentFlags(flags *pflag.FlagSet, model string) {
	a := &c.agent
	flags.StringVar(&a.Kind, "agent", "random", "agent: "+strings.Join(app.AgentKinds(), ", "))
	flags.Float64Var(&a.Noise, "noise", 0, "scripted, searching: the `rate` of random steps, from 0 to 1")
	flags.StringSliceVar(&a.Actions, "action", nil, "random: an action to draw from where the environment names none")
	serverFlags(flags, &a.ServerOptions, "", model, "chat: ", 1, 512)
	flags.StringVar(&a.Mode, "mode", "text", "chat: how the model answers: text, structured or tools")
	flags.StringVar(&a.Examples, "examples", "", "chat: `file` with examples that the prompt shows")
	flags.BoolVar(&a.Logprobs, "logprobs", false, "chat: ask for the log-probability of each token")
	flags.BoolVar(&a.TokenIDs, "token-ids", false, "chat: ask for token ids (vLLM, SGLang)")
}

func (c *rollouts) runFlags(flags *pflag.FlagSet, purpose string) {
	o := &c.options
	flags.IntVar(&o.Tasks, "tasks", 0, "attempt so many tasks, drawn by the seed (default: all)")
	flags.IntVar(&o.Attempts, "attempts", 1, "attempts at each task")
	flags.IntVar(&o.Workers, "workers", runtime.NumCPU(), "episodes played at a time")
	flags.Int64Var(&o.Seed, "seed", 0, "`seed` of everything random")
	flags.IntVar(&o.MaxSteps, "max-steps", rollout.DefaultMaxSteps, "cut an episode off after so many steps")
	flags.StringVar(&o.Purpose, "purpose", purpose, "why it is played: collect, train, evaluate or probe")
	flags.StringVar(&o.RunID, "run", "", "go on with the run of this `id`; give the other flags as they were")
}

// understand checks the flags that need nothing but a look.
func (c *rollouts) understand() error {
	for name, n := range map[string]int{"attempts": c.options.Attempts, "workers": c.options.Workers, "max-steps": c.options.MaxSteps} {
		if n < 1 {
			return fmt.Errorf("--%s %d: give 1 or more", name, n)
		}
	}
	if c.options.Tasks < 0 {
		return fmt.Errorf("--tasks %d: give 0 for all, or more", c.options.Tasks)
	}
	return checkPurpose(c.options.Purpose)
}

// makeAgent makes the agent; close it.
func (c *rollouts) makeAgent() (close func(), err error) {
	c.agent.Workers = c.options.Workers
	agent, err := app.NewAgent(c.agent)
	if err != nil {
		return nil, err
	}
	c.options.Agent = agent
	return agent.Close, nil
}

// watch shows how far the run is, and says how to go on with it.
func (c *rollouts) watch() {
	c.options.Began = func(run string) {
		c.say("run %s", run)
		c.goesOn.Store(new("the same command with --run " + run + " goes on where this ended"))
	}
	c.options.Progress = func(p rollout.Progress) {
		c.stderr.progress(progress{done: p.Result.Episodes, total: p.Total, text: playText(p)})
	}
}

// tell answers with what was played; answer is all of it, above what a person is
// told before (nil: nothing).
func (c *rollouts) tell(played *app.Played, answer any, above func(io.Writer), err error) error {
	c.stderr.endProgress()
	nothing := played.Episodes+played.Closed+played.Skipped == 0
	if played.RunID == "" || err != nil && nothing {
		return err
	}
	answerErr := c.answer(answer, func(w io.Writer) {
		if above != nil {
			above(w)
		}
		printPlayed(w, played, c.options.NoLand)
	})
	if broken := played.Aborted + played.Failed; err == nil && broken > 0 {
		text := several(broken, "episode") + " broke off"
		if reason, of := played.Why(); of > 0 {
			text += ", " + number(of) + " of them with: " + printable(reason)
		}
		err = partly("%s; `dreamlog sql%s \"SELECT status, reason, count(*) FROM episodes WHERE run_id = '%s' GROUP BY ALL\"` counts the reasons",
			text, c.global.place(), played.RunID)
	}
	return errors.Join(err, answerErr)
}

// playText says how far a run is.
func playText(p rollout.Progress) string {
	text := several(p.Result.Episodes, "episode")
	if s := p.Elapsed.Seconds(); s > 0 {
		text += fmt.Sprintf(", %s steps/s", number(int64(float64(p.Steps)/s)))
	}
	if rate := p.Result.SuccessRate; rate != nil {
		text += fmt.Sprintf(", %.0f %% success", 100**rate)
	}
	return text
}

func printPlayed(w io.Writer, p *app.Played, noLand bool) {
	fmt.Fprintf(w, "played\t%s, %s, %s\n", several(p.Episodes, "episode"), several(p.Transitions, "transition"), several(p.Tasks, "task"))
	if p.Skipped > 0 {
		fmt.Fprintf(w, "left out\t%s finished before\n", several(p.Skipped, "attempt"))
	}
	if p.Closed > 0 {
		fmt.Fprintf(w, "ended\t%s of a process that could not end them\n", several(p.Closed, "episode"))
	}
	if p.SuccessRate != nil {
		fmt.Fprintf(w, "success\t%.1f %% (%s of %s)\n", 100**p.SuccessRate, number(p.Successes), number(p.Graded))
	}
	fmt.Fprintf(w, "ends\t%s\n", endsText(&p.Result))
	fmt.Fprintf(w, "speed\t%s steps/s\n", number(int64(p.StepsPerSecond)))
	printWhere(w, p.Landed, noLand)
}

// endsText says how the episodes ended: 12 completed, 3 truncated.
func endsText(r *rollout.Result) string {
	var parts []string
	for _, c := range []struct {
		count int64
		how   string
	}{{r.Completed, "completed"}, {r.Truncated, "truncated"}, {r.Aborted, "aborted"}, {r.Failed, "failed"}} {
		if c.count > 0 {
			parts = append(parts, number(c.count)+" "+c.how)
		}
	}
	if len(parts) == 0 {
		return "nothing was left to play"
	}
	return strings.Join(parts, ", ")
}
