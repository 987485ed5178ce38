package cli

import (
	"errors"

	"github.com/spf13/pflag"

	"github.com/dreamlog/dreamlog/internal/app"
)

// serverFlags say which chat model is asked; prefix stands before their names,
// and about before what they mean. model is the name of the flag for the model.
func serverFlags(flags *pflag.FlagSet, s *app.ServerOptions, prefix, model, about string, temperature float64, maxTokens int) {
	flags.StringVar(&s.API, prefix+"api", "", about+"where the API begins, such as http://127.0.0.1:8000/v1")
	flags.StringVar(&s.Model, model, "", about+"the `name` of the model")
	flags.StringVar(&s.KeyVariable, prefix+"api-key-env", "", about+"environment `variable` with the key, where the server wants one")
	flags.Float64Var(&s.Temperature, prefix+"temperature", temperature, about+"sampling temperature")
	flags.IntVar(&s.MaxTokens, prefix+"max-tokens", maxTokens, about+"length of an answer, the thought included")
	flags.IntVar(&s.ContextTokens, prefix+"context-tokens", 8000, about+"length of a prompt, at four bytes a token")
	flags.IntVar(&s.Concurrency, prefix+"concurrency", 0, about+"requests at a time (default: as many as workers)")
	flags.IntVar(&s.RequestsPerMinute, prefix+"requests-per-minute", 0, about+"`rate` of requests (default: any)")
	flags.Float64Var(&s.BudgetUSD, prefix+"budget", 0, about+"US `dollars` after which nothing more is asked; needs the prices (default: any)")
	flags.Float64Var(&s.PromptUSD, prefix+"prompt-price", 0, about+"US `dollars` for a million tokens of prompt")
	flags.Float64Var(&s.CompletionUSD, prefix+"completion-price", 0, about+"US `dollars` for a million tokens of answer")
}

// checkServer says what of a server is missing.
func checkServer(s *app.ServerOptions, prefix, model string) error {
	if s.API == "" || s.Model == "" {
		return errors.New("give --" + prefix + "api and --" + model + ": where the API of the model server begins, and its name for the model")
	}
	return nil
}
