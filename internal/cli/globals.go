package cli

import (
	"errors"
	"fmt"
	"os"

	"github.com/spf13/pflag"

	"github.com/dreamlog/dreamlog/eventlog"
	"github.com/dreamlog/dreamlog/internal/app"
)

// Names of environment variables.
const (
	envData     = "DREAMLOG_DATA"
	envPassword = "DREAMLOG_SASL_PASSWORD"
)

const defaultData = "./dreamlog-data"

// globals are the flags of every command.
type globals struct {
	data        string
	brokers     []string
	topicPrefix string
	lake        string
	json        bool
	quiet       bool
	verbose     bool
	configFile  string

	tls                          bool
	tlsCA, tlsCert, tlsKey       string
	saslMechanism, saslUser      string
	saslPasswordFile, serverName string
}

func (g *globals) register(flags *pflag.FlagSet) {
	data := os.Getenv(envData)
	if data == "" {
		data = defaultData
	}
	flags.StringVar(&g.data, "data", data, "data directory, or $"+envData)
	flags.StringVar(&g.lake, "lake", "", "where the lake is, a directory or a URL such as s3://bucket/lake (default: in the data directory)")
	flags.BoolVar(&g.json, "json", false, "print the answer as JSON")
	flags.BoolVarP(&g.quiet, "quiet", "q", false, "show no progress")
	flags.BoolVarP(&g.verbose, "verbose", "v", false, "tell what happens inside")
	flags.StringVar(&g.configFile, "config", "", "YAML file with values for these flags, by their names")
	flags.StringSliceVar(&g.brokers, "brokers", nil, "Kafka brokers, as host:port,… (default: a broker inside, in the data directory)")
	flags.StringVar(&g.topicPrefix, "topic-prefix", "dreamlog", "events are in the topic PREFIX.experience")
	flags.BoolVar(&g.tls, "tls", false, "talk to the brokers over TLS; implied by the other flags of TLS")
	flags.StringVar(&g.tlsCA, "tls-ca", "", "PEM `file` of the authorities that signed the brokers' certificates (default: the system's)")
	flags.StringVar(&g.tlsCert, "tls-cert", "", "PEM `file` with our certificate, where brokers ask for one")
	flags.StringVar(&g.tlsKey, "tls-key", "", "PEM `file` with the key of --tls-cert")
	flags.StringVar(&g.serverName, "tls-server-name", "", "`name` in the brokers' certificates (default: the host dialled)")
	flags.StringVar(&g.saslMechanism, "sasl-mechanism", "", "PLAIN, SCRAM-SHA-256 or SCRAM-SHA-512")
	flags.StringVar(&g.saslUser, "sasl-user", "", "who we are to the brokers")
	flags.StringVar(&g.saslPasswordFile, "sasl-password-file", "", "`file` with the password, or $"+envPassword)
}

// place is the flags that lead another command to the same lake, as a shell takes
// them, with a space before each.
func (g *globals) place() (flags string) {
	if g.data != defaultData && g.data != os.Getenv(envData) {
		flags += " --data " + app.Quoted(g.data)
	}
	if g.lake != "" {
		flags += " --lake " + app.Quoted(g.lake)
	}
	return flags
}

// appConfig checks the flags against each other.
func (g *globals) appConfig() (app.Config, error) {
	config := app.Config{Data: g.data, Brokers: g.brokers, Topic: g.topicPrefix + ".experience", Lake: g.lake}
	var err error
	config.TLS = g.tlsConfig()
	if config.SASL, err = g.saslConfig(); err != nil {
		return config, err
	}
	log := eventlog.Config{Brokers: g.brokers, Topic: config.Topic, TLS: config.TLS, SASL: config.SASL}
	if len(g.brokers) == 0 {
		if config.TLS != nil || config.SASL != nil {
			return config, errors.New("the flags of TLS and SASL need --brokers: the broker inside takes connections of this machine only")
		}
		log.Brokers = []string{"127.0.0.1:9092"} // any will do to check the topic
	}
	return config, log.Validate()
}

func (g *globals) tlsConfig() *eventlog.TLS {
	t := eventlog.TLS{CAFile: g.tlsCA, CertFile: g.tlsCert, KeyFile: g.tlsKey, ServerName: g.serverName}
	if !g.tls && t == (eventlog.TLS{}) {
		return nil
	}
	return &t
}

// saslConfig takes the password from a file or the environment: on the command
// line every user of the machine could read it.
func (g *globals) saslConfig() (*eventlog.SASL, error) {
	if g.saslMechanism == "" && g.saslUser == "" && g.saslPasswordFile == "" {
		return nil, nil
	}
	s := &eventlog.SASL{Mechanism: g.saslMechanism, User: g.saslUser, Password: eventlog.Secret(os.Getenv(envPassword))}
	if g.saslPasswordFile != "" {
		var err error
		if s.Password, err = eventlog.ReadSecret(g.saslPasswordFile); err != nil {
			return nil, fmt.Errorf("--sasl-password-file: %w", err)
		}
	}
	if s.Password == "" {
		return nil, fmt.Errorf("SASL needs a password: give --sasl-password-file, or set %s", envPassword)
	}
	return s, nil
}
