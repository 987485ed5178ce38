package cli

import (
	"github.com/spf13/cobra"

	"github.com/dreamlog/dreamlog/consumers/replay"
)

// visibilityFlags say what a run may see, for every command that learns.
type visibilityFlags struct {
	v       replay.Visibility
	version string
	// versionFlag is the name of the flag of version.
	versionFlag string
}

func (f *visibilityFlags) register(cmd *cobra.Command) {
	f.registerPlace(cmd, "environment")
	cmd.Flags().StringVar(&f.v.RunID, "run", "", "`id` of the run that learns: what it played itself is visible as well (default: only offline data is)")
	f.registerLimits(cmd)
}

// registerPlace registers the environment under a name, such as that which play
// has for it, and its version.
func (f *visibilityFlags) registerPlace(cmd *cobra.Command, name string) {
	flags := cmd.Flags()
	flags.StringVar(&f.v.Environment, name, "", "`name` of the environment, as transitions have it (default: the only one there is)")
	f.versionFlag = name + "-version"
	flags.StringVar(&f.version, f.versionFlag, "", "`version` of its rules; '' for experience that names none (default: the only one there is)")
}

// registerLimits registers what narrows down what is visible.
func (f *visibilityFlags) registerLimits(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringArrayVar(&f.v.Sources, "source", nil, "only offline data of this `source`; may be given again")
	flags.StringArrayVar(&f.v.Runs, "from-run", nil, "only offline data played by the run of this `id`; may be given again")
	flags.StringArrayVar(&f.v.WithoutTasks, "without-task", nil, "hold the task of this `id` out; may be given again")
	flags.Int64Var(&f.v.MaxTransitions, "max-transitions", 0, "see whole tasks of about so many transitions, sampled by a hash of their ids (default: all)")
}

// visibility is what the flags say; cmd tells which of them were given.
func (f *visibilityFlags) visibility(cmd *cobra.Command) replay.Visibility {
	v := f.v
	if cmd.Flags().Changed(f.versionFlag) {
		v.EnvironmentVersion = &f.version
	}
	return v
}
