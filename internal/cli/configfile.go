package cli

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/pflag"
	"go.yaml.in/yaml/v3"
)

// notInConfig are global flags that a config file cannot set.
var notInConfig = map[string]bool{"config": true, "help": true}

// applyConfig gives the global flags, as far as neither the command line nor
// the environment sets them, the values of a YAML file.
func applyConfig(flags *pflag.FlagSet, name string) error {
	file, err := os.Open(name)
	if err != nil {
		return fmt.Errorf("read the config: %w", err)
	}
	defer file.Close()
	values := map[string]yaml.Node{}
	if err := yaml.NewDecoder(file).Decode(&values); err != nil && !errors.Is(err, io.EOF) {
		return fmt.Errorf("config %s: %w", name, err)
	}
	var problems []error
	for key, node := range values {
		if err := applyValue(flags, key, node); err != nil {
			problems = append(problems, fmt.Errorf("config %s line %d: %w", name, node.Line, err))
		}
	}
	return errors.Join(problems...)
}

func applyValue(flags *pflag.FlagSet, key string, node yaml.Node) error {
	flag := flags.Lookup(key)
	if flag == nil || notInConfig[key] {
		return fmt.Errorf("unknown key %q; there are %s", key, strings.Join(configKeys(flags), ", "))
	}
	value, err := flagValue(flag, node)
	if err != nil {
		return fmt.Errorf("%s: %w", key, err)
	}
	if flag.Changed || key == "data" && os.Getenv(envData) != "" {
		return nil
	}
	if err := flag.Value.Set(value); err != nil {
		return fmt.Errorf("%s: %w", key, err)
	}
	return nil
}

// flagValue writes a value as it would stand on the command line.
func flagValue(flag *pflag.Flag, node yaml.Node) (string, error) {
	var list []string
	if flag.Value.Type() == "stringSlice" && node.Kind == yaml.SequenceNode {
		err := node.Decode(&list)
		return strings.Join(list, ","), err
	}
	if node.Kind != yaml.ScalarNode {
		return "", errors.New("must be a single value")
	}
	return node.Value, nil
}

func configKeys(flags *pflag.FlagSet) []string {
	var keys []string
	flags.VisitAll(func(f *pflag.Flag) {
		if !notInConfig[f.Name] {
			keys = append(keys, f.Name)
		}
	})
	return keys
}
