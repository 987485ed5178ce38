package cli

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/dreamlog/dreamlog/internal/app"
)

const produceLong = `Produce takes events from stdin, one JSON object a line, in the JSON format of
CloudEvents:

  {"type": "transition", "data": {"episode_id": "…", "step": 0, …}}

Of the envelope only type and data must be given. An event whose id is known is
left out, so that a producer may send again what it is not sure of; without an
id it is in doubt only then. The fields of data are the columns that
` + "`dreamlog describe`" + ` shows. A line that is refused is reported with the field and
the rule, and the rest goes on (exit code 3).`

const produceExample = `  dreamlog produce < events.jsonl
  echo '{"type":"transition","data":{"environment":"shop","task_id":"t1","episode_id":"e1","step":0,
    "state":"a door","action":"open it","next_state":"a room","reward":1,"terminated":true,"truncated":false}}' |
    tr -d '\n' | dreamlog produce
  my-agent --events | dreamlog produce --json`

func newProduce(e *env) *cobra.Command {
	c := produceCommand{env: e}
	cmd := &cobra.Command{
		Use: "produce", Short: "Events in, as JSON lines from stdin", Long: produceLong, Example: produceExample,
		Args:        arguments(),
		Annotations: goOn("run it again with the same input: events with an id are not doubled"),
		RunE: e.run(func(cmd *cobra.Command, _ []string) error {
			return e.withApp(cmd.Context(), app.Create, func(a *app.App) error { return c.produce(cmd.Context(), a) })
		}),
	}
	cmd.Flags().BoolVar(&c.options.Strict, "strict", false, "stop at the first line refused")
	addNoLand(cmd, &c.options.NoLand)
	return cmd
}

type produceCommand struct {
	*env
	options app.ProduceOptions
	refused refusals
}

// produceAnswer is what --json prints.
type produceAnswer struct {
	app.Produced
	Rejections []refusal `json:"rejections,omitempty"`
}

func (c *produceCommand) produce(ctx context.Context, a *app.App) error {
	if isTerminal(c.stdin) {
		c.say("reading events, one JSON object a line; Ctrl-D ends the input")
	}
	c.options.Progress = func(p app.Produced) {
		c.stderr.progress(progress{text: several(p.Produced, "event")})
	}
	c.options.Rejected = func(line int, err error) {
		c.refused.add(refusal{Record: line, Error: err.Error()})
		if !c.options.Strict { // there it is the error that ends the command
			c.warn("refused: line %d: %v", line, err)
		}
	}
	stdin, stop := endable(ctx, c.stdin)
	defer stop()
	produced, err := a.Produce(ctx, stdin, c.options)
	c.stderr.endProgress()
	if err != nil && produced.Produced+produced.Rejected+produced.Duplicates == 0 {
		return err
	}
	answerErr := c.answer(produceAnswer{produced, c.refused}, func(w io.Writer) { printProduced(w, produced, c.options.NoLand) })
	if err == nil && produced.Rejected > 0 {
		err = partly("%s refused; the others are in", several(produced.Rejected, "line"))
	}
	return errors.Join(err, answerErr)
}

func printProduced(w io.Writer, p app.Produced, noLand bool) {
	fmt.Fprintf(w, "produced\t%s\n", several(p.Produced, "event"))
	if p.Duplicates > 0 {
		fmt.Fprintf(w, "left out\t%s known already\n", several(p.Duplicates, "event"))
	}
	if p.Rejected > 0 {
		fmt.Fprintf(w, "refused\t%s\n", several(p.Rejected, "line"))
	}
	printWhere(w, p.Landed, noLand)
}
