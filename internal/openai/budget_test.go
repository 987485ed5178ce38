package openai_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dreamlog/dreamlog/internal/openai"
	"github.com/dreamlog/dreamlog/internal/openai/openaitest"
)

// TestASpentBudgetEndsTheCalls: a call of 100 and 10 tokens at 1 and 5 dollars
// for a million costs 0.00015 dollars.
func TestASpentBudgetEndsTheCalls(t *testing.T) {
	c, script := client(t, openai.Options{Prices: openai.Prices{PromptUSD: 1, CompletionUSD: 5}, BudgetUSD: 0.0003}, openaitest.Say("well"))
	for range 2 {
		_, attempts, err := c.Chat(t.Context(), greeting())
		require.NoError(t, err)
		require.InDelta(t, 0.00015, *attempts[0].CostUSD, 1e-12)
	}
	_, attempts, err := c.Chat(t.Context(), greeting())
	require.ErrorIs(t, err, openai.ErrBudget)
	require.ErrorContains(t, err, "0.0003 of 0.0003 US dollars; raise the budget")
	require.Empty(t, attempts)
	require.Len(t, script.Requests(), 2)
	require.InDelta(t, 0.0003, c.SpentUSD(), 1e-12)
}

// TestABudgetHoldsWithoutUsage: a server that does not count tokens is not free.
func TestABudgetHoldsWithoutUsage(t *testing.T) {
	o := hasty
	o.Prices, o.BudgetUSD = openai.Prices{PromptUSD: 1, CompletionUSD: 5}, 0.001
	for name, reply := range map[string]openaitest.Reply{
		"answered":  openaitest.JSON(200, `{"choices":[{"message":{"content":"well"}}]}`),
		"malformed": openaitest.JSON(200, `{"choices":[]}`),
	} {
		t.Run(name, func(t *testing.T) {
			c, _ := client(t, o, reply)
			var err error
			calls := 0
			for ; calls < 100; calls++ {
				var attempts []openai.Attempt
				if _, attempts, err = c.Chat(t.Context(), greeting()); len(attempts) == 0 {
					break
				}
				require.Nil(t, attempts[0].CostUSD, "an estimate is no record")
			}
			require.ErrorIs(t, err, openai.ErrBudget)
			require.Greater(t, calls, 1)
			require.Less(t, calls, 50)
		})
	}
}

func TestARefusalCostsNothing(t *testing.T) {
	c, _ := client(t, openai.Options{Prices: openai.Prices{PromptUSD: 1}}, openaitest.JSON(400, `{}`))
	_, _, err := c.Chat(t.Context(), greeting())
	require.Error(t, err)
	require.Zero(t, c.SpentUSD())
}
