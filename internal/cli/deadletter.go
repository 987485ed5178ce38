package cli

import (
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/dreamlog/dreamlog/internal/app"
)

const redriveLong = `Redrive sends the records that could not be read when they landed again, as they
came: after an upgrade that knows their schema, say. Each is sent once; what
still cannot be read becomes a dead letter again. The view deadletter has them
all, with the reason of each.`

func newDeadletter(e *env) *cobra.Command {
	parent := &cobra.Command{
		Use: "deadletter", Short: "Records that could not be read", Args: arguments(),
		RunE: func(*cobra.Command, []string) error {
			return usagef("say what to do: redrive; `dreamlog sql \"FROM deadletter\"` shows them")
		},
	}
	parent.AddCommand(&cobra.Command{
		Use: "redrive", Short: "Send them again, after a fix", Long: redriveLong,
		Example: "  dreamlog sql \"SELECT reason, count(*) FROM deadletter GROUP BY ALL\"\n  dreamlog deadletter redrive",
		Args:    arguments(), Annotations: goOn("run it again: what was sent is not sent twice"),
		RunE: e.run(func(cmd *cobra.Command, _ []string) error {
			return e.withApp(cmd.Context(), app.Open, func(a *app.App) error {
				redriven, err := a.Redrive(cmd.Context())
				if err != nil {
					return err
				}
				return e.answer(redriven, func(w io.Writer) {
					fmt.Fprintf(w, "sent again\t%s\n", several(redriven.Redriven, "dead letter"))
					printLanded(w, redriven.Landed)
				})
			})
		}),
	})
	return parent
}
