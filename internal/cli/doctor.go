package cli

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/dreamlog/dreamlog/internal/app"
)

const doctorLong = `Doctor checks what must hold between the event log, the lake and the data
directory, and says what to do where it does not (exit code 4). It changes
nothing, and reads registered models but no rows: ` + "`dreamlog verify`" + ` does.`

func newDoctor(e *env) *cobra.Command {
	return &cobra.Command{
		Use: "doctor", Short: "Check the invariants, say what to do", Long: doctorLong,
		Example: "  dreamlog doctor\n  dreamlog doctor --json | jq '.findings[] | select(.ok | not)'",
		Args:    arguments(),
		RunE: e.run(func(cmd *cobra.Command, _ []string) error {
			return e.withApp(cmd.Context(), app.Open, func(a *app.App) error { return e.doctor(cmd.Context(), a) })
		}),
	}
}

// doctorAnswer is what --json prints.
type doctorAnswer struct {
	OK       bool          `json:"ok"`
	Findings []app.Finding `json:"findings"`
}

func (e *env) doctor(ctx context.Context, a *app.App) error {
	findings, err := a.Doctor(ctx)
	if err != nil {
		return err
	}
	broken := int64(0)
	for _, f := range findings {
		if !f.OK {
			broken++
		}
	}
	if broken > 0 {
		err = unmet("%s of %d did not hold", several(broken, "check"), len(findings))
	}
	return errors.Join(err, e.answer(doctorAnswer{broken == 0, findings}, func(w io.Writer) { printFindings(w, findings) }))
}

func printFindings(w io.Writer, findings []app.Finding) {
	for _, f := range findings {
		if f.OK {
			fmt.Fprintf(w, "ok\t%s\t%s\n", f.Check, f.Detail)
			continue
		}
		fmt.Fprintf(w, "BROKEN\t%s\t%s\n", f.Check, f.Detail)
		if f.Remedy != "" {
			fmt.Fprintf(w, "\t\t-> %s\n", f.Remedy)
		}
	}
}
