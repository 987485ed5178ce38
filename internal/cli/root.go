package cli

import (
	"fmt"
	"runtime/debug"
	"strings"

	"github.com/spf13/cobra"
)

// Groups of commands in the help.
const (
	groupBring = "bring"
	groupAsk   = "ask"
	groupKeep  = "keep"
)

const rootLong = `Dreamlog keeps the experience of LLM agents: every step of every episode is an
immutable event, landed exactly once as Parquet in an open lake, and answered
for in SQL.

Two commands to begin with:

  dreamlog import react trajectories.jsonl
  dreamlog sql "SELECT environment, count(*), avg(success::INT) FROM episodes GROUP BY ALL"

Everything is kept in one data directory (--data, $DREAMLOG_DATA, else
./dreamlog-data). Events go through a Kafka broker inside, or through a cluster
named by --brokers. Answers go to stdout, progress and errors to stderr.

Exit codes: 0 done; 1 failed; 2 wrong usage; 3 done in part (some records were
refused, each is reported); 4 a check did not hold (verify, doctor);
130 interrupted.`

func newRoot(e *env) *cobra.Command {
	root := &cobra.Command{
		Use: "dreamlog", Short: "Experience of LLM agents: in as events, out by SQL", Long: rootLong,
		SilenceErrors: true, SilenceUsage: true, Version: versionOf(debug.ReadBuildInfo()).Version,
		PersistentPreRunE: func(cmd *cobra.Command, _ []string) error { return e.begin(cmd) },
	}
	flags := root.PersistentFlags()
	flags.SortFlags = false // they are in the order of their use
	root.Flags().SortFlags = false
	e.global.register(flags)
	root.SetUsageTemplate(usageTemplate)
	root.SetHelpCommandGroupID(groupKeep)
	root.SetCompletionCommandGroupID(groupKeep)
	root.AddGroup(
		&cobra.Group{ID: groupBring, Title: "Bring experience in:"},
		&cobra.Group{ID: groupAsk, Title: "Ask:"},
		&cobra.Group{ID: groupKeep, Title: "Keep it in order:"},
	)
	add(root, groupBring, newPlay(e), newDream(e), newModel(e), newFidelity(e), newGames(e), newImport(e), newProduce(e), newAnnotate(e), newLand(e))
	add(root, groupAsk, newSQL(e), newDescribe(e), newShow(e), newStatus(e), newBuffer(e), newExport(e))
	add(root, groupKeep, newCompact(e), newGC(e), newVerify(e), newDoctor(e), newDeadletter(e), newVersion(e))
	return root
}

// parent makes a command that does nothing but have others below it.
func parent(cmd *cobra.Command, children ...*cobra.Command) *cobra.Command {
	var names []string
	for _, c := range children {
		names = append(names, c.Name())
	}
	cmd.AddCommand(children...)
	cmd.Args = func(_ *cobra.Command, args []string) error {
		if len(args) > 0 {
			return usagef("there is no %s %q: give one of %s", cmd.Name(), args[0], strings.Join(names, ", "))
		}
		return nil
	}
	cmd.RunE = func(*cobra.Command, []string) error { return usagef("say what to do: %s", strings.Join(names, ", ")) }
	return cmd
}

func add(root *cobra.Command, group string, commands ...*cobra.Command) {
	for _, c := range commands {
		c.GroupID = group
		root.AddCommand(c)
	}
}

// begin completes the global flags, before any command.
func (e *env) begin(cmd *cobra.Command) error {
	if e.global.configFile != "" {
		if err := applyConfig(cmd.Root().PersistentFlags(), e.global.configFile); err != nil {
			return err
		}
	}
	if text, ok := cmd.Annotations[goOnKey]; ok {
		e.goesOn.Store(&text)
	}
	e.stderr.hush(e.global.quiet)
	return nil
}

// run makes of what a command does a cobra command's RunE.
func (e *env) run(do func(cmd *cobra.Command, args []string) error) func(*cobra.Command, []string) error {
	return func(cmd *cobra.Command, args []string) error {
		e.started = true
		return do(cmd, args)
	}
}

// arguments wants as many arguments as there are names; with a trailing … at
// least as many, with brackets fewer.
func arguments(names ...string) cobra.PositionalArgs {
	least, most := 0, len(names)
	for _, name := range names {
		if !strings.HasPrefix(name, "[") {
			least++
		}
		if strings.HasSuffix(name, "…") {
			most = 1 << 30
		}
	}
	return func(_ *cobra.Command, args []string) error {
		switch {
		case len(args) < least:
			return fmt.Errorf("%s is missing: give %s", names[len(args)], strings.Join(names, " "))
		case len(args) > most && most == 0:
			return fmt.Errorf("it takes no arguments, not %q", args[0])
		case len(args) > most:
			return fmt.Errorf("%q is too much: give %s", args[most], strings.Join(names, " "))
		}
		return nil
	}
}
