package openai_test

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dreamlog/dreamlog/internal/openai"
	"github.com/dreamlog/dreamlog/internal/openai/openaitest"
)

// planted is a key with characters that URLs and JSON spell in other ways.
const planted = "sk-live/+planted=4711"

// TestAKeyIsInNothingThatComesBack: servers repeat the key in every place they
// have, and nothing that the client returns has it.
func TestAKeyIsInNothingThatComesBack(t *testing.T) {
	t.Setenv("DREAMLOG_TEST_KEY", planted)
	for name, reply := range map[string]openaitest.Reply{
		"answer":   openaitest.Say("your key is " + planted),
		"message":  openaitest.JSON(401, `{"error":{"message":"bad key `+planted+`"}}`),
		"escaped":  openaitest.JSON(500, `{"error":{"message":"bad key sk-live\/+planted=4711"}}`),
		"unicode":  openaitest.JSON(400, `{"error":{"message":"bad key \u0073k-live/+planted=4711"}}`),
		"text":     openaitest.Body(503, "text/plain", "key "+planted+" is over its quota"),
		"encoded":  openaitest.Body(503, "text/plain", "GET /?key=sk-live%2F%2Bplanted%3D4711"),
		"redirect": openaitest.Redirect("https://" + "sk-live.example/" + planted + "?key=" + planted),
		"status":   openaitest.Header("Retry-After", planted, openaitest.JSON(429, `{}`)),
		"page":     openaitest.Body(200, "text/html", "<p>"+planted),
		"broken":   openaitest.JSON(200, `{"choices":`+planted),
		"cut":      openaitest.Cut(),
		"reset":    openaitest.Reset(),
	} {
		t.Run(name, func(t *testing.T) {
			o := hasty
			o.KeyEnv = "DREAMLOG_TEST_KEY"
			c, script := client(t, o, reply)
			got, attempts, err := c.Chat(t.Context(), greeting())
			require.Equal(t, "Bearer "+planted, script.Requests()[0].Header.Get("Authorization"), "the server knows it")
			require.NotEmpty(t, attempts)
			said := fmt.Sprintf("%v %+v %#v", err, err, err)
			if got != nil {
				said += fmt.Sprintf("%+v %s", got, got.Message.Raw)
			}
			for _, a := range attempts {
				said += fmt.Sprintf("%+v %s %v", a, a.Body, a.Err)
			}
			said += fmt.Sprintf("%v %+v %#v", c, c, *c)
			for _, spelling := range []string{planted, "planted=4711", "planted%3D4711"} {
				require.NotContains(t, said, spelling)
			}
		})
	}
}

// TestAShortKeyIsAPlaceholder: a word like EMPTY must not be cut out of answers.
func TestAShortKeyIsAPlaceholder(t *testing.T) {
	t.Setenv("DREAMLOG_TEST_KEY", "EMPTY")
	o := openai.Options{KeyEnv: "DREAMLOG_TEST_KEY"}
	c, script := client(t, o, openaitest.Say("the shelf is EMPTY"))
	got, _, err := c.Chat(t.Context(), greeting())
	require.NoError(t, err)
	require.Equal(t, "the shelf is EMPTY", got.Message.Content)
	require.Equal(t, http.Header{"Authorization": {"Bearer EMPTY"}}["Authorization"], script.Requests()[0].Header["Authorization"])
}

// TestAKeyIsInNoErrorMadeOfHeaders: these parts of a header go into errors.
func TestAKeyIsInNoErrorMadeOfHeaders(t *testing.T) {
	const plain = "sk-planted-4711"
	t.Setenv("DREAMLOG_TEST_KEY", plain)
	for _, reply := range []openaitest.Reply{
		openaitest.Redirect("https://" + plain + ".example/"),
		openaitest.Body(200, "text/"+plain, "hello"),
	} {
		c, _ := client(t, openai.Options{KeyEnv: "DREAMLOG_TEST_KEY"}, reply)
		_, _, err := c.Chat(t.Context(), greeting())
		require.ErrorContains(t, err, "[redacted]")
		require.NotContains(t, err.Error(), plain)
	}
}
