package openai

import (
	"cmp"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"
)

// Options say which server is asked, and within which bounds. Zero values stand
// for the defaults.
type Options struct {
	// BaseURL is where the API begins, such as http://127.0.0.1:8000/v1. A URL
	// without a path is taken with /v1.
	BaseURL string
	// KeyEnv names the environment variable that holds the API key; empty: no
	// key is sent.
	KeyEnv string
	// AllowInsecureKey sends the key over plain http to other machines too.
	AllowInsecureKey bool
	// Timeout of one attempt, until the last byte of its answer. Default: 2
	// minutes.
	Timeout time.Duration
	// MaxResponseBytes is the most that is read of an answer. Default: 8 MiB.
	MaxResponseBytes int64
	Retry            Retry
	Limits           Limits
	Prices           Prices
	// BudgetUSD is what all calls may cost together, in US dollars; 0: any.
	// A call is begun while less than that is spent, so what is spent in the end
	// can exceed it by the calls that were under way.
	BudgetUSD float64
	// Transport carries the requests; nil: the network.
	Transport http.RoundTripper
}

// Retry says how often a request is sent, and when again.
type Retry struct {
	// MaxAttempts of a request, the first included. Default: 5.
	MaxAttempts int
	// FirstPause bounds the first pause, LongestPause every pause: each is drawn
	// evenly between nothing and a bound that doubles (full jitter). Defaults:
	// 0.5 and 30 seconds.
	FirstPause, LongestPause time.Duration
	// MaxRetryAfter is the longest wait that a server may ask for; a request is
	// given up when it asks for more. Default: 2 minutes.
	MaxRetryAfter time.Duration
}

// Limits bound what is asked of the server by all who share the client.
type Limits struct {
	// Concurrency is the number of attempts under way at once. Default: 16.
	Concurrency int
	// RequestsPerMinute and TokensPerMinute (prompt and answer together); 0: any
	// number.
	RequestsPerMinute, TokensPerMinute int
}

// Prices are US dollars for a million tokens.
type Prices struct{ PromptUSD, CompletionUSD float64 }

// Known says whether there are prices.
func (p Prices) Known() bool { return p != Prices{} }

// Cost of a call in US dollars.
func (p Prices) Cost(promptTokens, completionTokens int64) float64 {
	return (float64(promptTokens)*p.PromptUSD + float64(completionTokens)*p.CompletionUSD) / 1e6
}

func (o Options) withDefaults() Options {
	o.Timeout = cmp.Or(o.Timeout, 2*time.Minute)
	o.MaxResponseBytes = cmp.Or(o.MaxResponseBytes, 8<<20)
	o.Retry.MaxAttempts = cmp.Or(o.Retry.MaxAttempts, 5)
	o.Retry.FirstPause = cmp.Or(o.Retry.FirstPause, 500*time.Millisecond)
	o.Retry.LongestPause = cmp.Or(o.Retry.LongestPause, 30*time.Second)
	o.Retry.MaxRetryAfter = cmp.Or(o.Retry.MaxRetryAfter, 2*time.Minute)
	o.Limits.Concurrency = cmp.Or(o.Limits.Concurrency, 16)
	return o
}

// Validate says what is wrong with the options.
func (o Options) Validate() error {
	if _, err := o.base(); err != nil {
		return err
	}
	switch {
	case o.Timeout < 0, o.MaxResponseBytes < 0, o.BudgetUSD < 0,
		o.Retry.MaxAttempts < 0, o.Retry.FirstPause < 0, o.Retry.LongestPause < 0, o.Retry.MaxRetryAfter < 0,
		o.Limits.Concurrency < 0, o.Limits.RequestsPerMinute < 0, o.Limits.TokensPerMinute < 0,
		o.Prices.PromptUSD < 0, o.Prices.CompletionUSD < 0:
		return errors.New("options of the model server: no bound may be negative; leave it out for the default")
	case o.BudgetUSD > 0 && !o.Prices.Known():
		return errors.New("options of the model server: a budget needs the prices of a million tokens")
	}
	return nil
}

// base returns where the API begins.
func (o Options) base() (*url.URL, error) {
	u, err := url.Parse(o.BaseURL)
	switch {
	case err != nil: // the error repeats the URL, which may hold a password
		return nil, errors.New("the URL of the model server cannot be parsed; give one such as http://127.0.0.1:8000/v1")
	case u.User != nil:
		return nil, errors.New("the URL of the model server holds a user or password; put the key into an environment variable and name that")
	case u.Scheme != "http" && u.Scheme != "https", u.Host == "":
		return nil, fmt.Errorf("the URL %q of the model server must begin with http:// or https:// and name a host", o.BaseURL)
	}
	if u.Path == "" || u.Path == "/" {
		u.Path = "/v1"
	}
	u.Path = strings.TrimSuffix(u.Path, "/")
	return u, nil
}

// key reads the API key, and refuses to send it where others can read along.
func (o Options) key(base *url.URL) (secret, error) {
	if o.KeyEnv == "" {
		return newSecret(""), nil
	}
	key := strings.TrimSpace(os.Getenv(o.KeyEnv))
	switch {
	case key == "":
		return secret{}, fmt.Errorf("the environment variable %s has no API key; set it, or name none for a server without keys", o.KeyEnv)
	case strings.ContainsFunc(key, func(r rune) bool { return r <= ' ' || r > '~' }):
		return secret{}, fmt.Errorf("the environment variable %s is no API key: it has blanks or characters beyond ASCII", o.KeyEnv)
	case base.Scheme == "http" && !loopback(base.Hostname()) && !o.AllowInsecureKey:
		return secret{}, fmt.Errorf("the API key would travel to %s unencrypted; use https, or allow it", base.Host)
	}
	return newSecret(key), nil
}

// loopback says whether a host is this machine.
func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}
