// Command dreamlog keeps the experience of LLM agents; see package cli.
package main

import (
	"context"
	"os"

	"github.com/dreamlog/dreamlog/internal/cli"
)

func main() { os.Exit(cli.Run(context.Background(), os.Args[1:], os.Stdin, os.Stdout, os.Stderr)) }
