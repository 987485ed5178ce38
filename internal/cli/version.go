package cli

import (
	"fmt"
	"io"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"

	"github.com/dreamlog/dreamlog/internal/app/datadir"
)

// versionAnswer is what --json prints.
type versionAnswer struct {
	Version string `json:"version"`
	Commit  string `json:"commit,omitempty"`
	Go      string `json:"go"`
	// Platform is the operating system and the processor.
	Platform string `json:"platform"`
	// DataFormat is the version of the data directory's layout.
	DataFormat int `json:"data_format"`
}

func newVersion(e *env) *cobra.Command {
	return &cobra.Command{
		Use: "version", Short: "Version of the program and of its data format",
		Args: arguments(),
		RunE: e.run(func(*cobra.Command, []string) error {
			v := versionOf(debug.ReadBuildInfo())
			return e.answer(v, func(w io.Writer) {
				fmt.Fprintf(w, "dreamlog\t%s\n", v.Version)
				if v.Commit != "" {
					fmt.Fprintf(w, "commit\t%s\n", v.Commit)
				}
				fmt.Fprintf(w, "built with\t%s for %s\n", v.Go, v.Platform)
				fmt.Fprintf(w, "data format\t%d\n", v.DataFormat)
			})
		}),
	}
}

// versionOf reads what the Go toolchain noted in the program.
func versionOf(info *debug.BuildInfo, ok bool) versionAnswer {
	v := versionAnswer{Version: "unknown", Go: runtime.Version(), Platform: runtime.GOOS + "/" + runtime.GOARCH, DataFormat: datadir.FormatVersion}
	if !ok {
		return v
	}
	v.Version = info.Main.Version
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" {
			v.Commit = s.Value
		}
	}
	return v
}
