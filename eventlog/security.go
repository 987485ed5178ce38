package eventlog

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"strings"

	"github.com/segmentio/kafka-go/sasl"
	"github.com/segmentio/kafka-go/sasl/plain"
	"github.com/segmentio/kafka-go/sasl/scram"
)

// TLS says how connections are encrypted. The broker's certificate is always
// verified; there is no switch to turn that off.
type TLS struct {
	// CAFile holds the certificates, in PEM, of the authorities that may
	// have signed the broker's. Empty: those of the system.
	CAFile string
	// CertFile and KeyFile hold this client's certificate and key, in PEM,
	// for brokers that ask for one. Both or neither.
	CertFile, KeyFile string
	// ServerName is the name that the broker's certificate must bear. Empty:
	// the host that was dialled.
	ServerName string
}

// SASL mechanisms.
const (
	MechanismPlain       = "PLAIN"
	MechanismScramSHA256 = "SCRAM-SHA-256"
	MechanismScramSHA512 = "SCRAM-SHA-512"
)

// SASL says who we are.
type SASL struct {
	// Mechanism is one of MechanismPlain, MechanismScramSHA256 and
	// MechanismScramSHA512.
	Mechanism string
	User      string
	// Password must come from a file or the environment, not from the
	// command line, where others can see it.
	Password Secret
}

// Secret is a text that no log and no error prints.
type Secret string

// ReadSecret takes a secret from a file, without the newline at its end.
func ReadSecret(file string) (Secret, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return "", fmt.Errorf("read secret: %w", err)
	}
	return Secret(strings.TrimRight(string(data), "\r\n")), nil
}

const redacted = "[redacted]"

func (Secret) String() string               { return redacted }
func (Secret) GoString() string             { return redacted }
func (Secret) MarshalText() ([]byte, error) { return []byte(redacted), nil }
func (Secret) LogValue() slog.Value         { return slog.StringValue(redacted) }

func (t *TLS) validate() []error {
	if (t.CertFile == "") != (t.KeyFile == "") {
		return []error{errors.New("TLS: give both the certificate and the key of this client, or neither")}
	}
	return nil
}

func (s *SASL) validate() []error {
	var problems []error
	switch s.Mechanism {
	case MechanismPlain, MechanismScramSHA256, MechanismScramSHA512:
	default:
		problems = append(problems, fmt.Errorf("SASL mechanism %q: give %s, %s or %s", s.Mechanism, MechanismPlain, MechanismScramSHA256, MechanismScramSHA512))
	}
	if s.User == "" || s.Password == "" {
		problems = append(problems, errors.New("SASL: give the user and the password"))
	}
	return problems
}

func (t *TLS) config() (*tls.Config, error) {
	if t == nil {
		return nil, nil
	}
	config := &tls.Config{ServerName: t.ServerName, MinVersion: tls.VersionTLS12}
	if t.CAFile != "" {
		pem, err := os.ReadFile(t.CAFile)
		if err != nil {
			return nil, fmt.Errorf("read the certificates of the authorities: %w", err)
		}
		config.RootCAs = x509.NewCertPool()
		if !config.RootCAs.AppendCertsFromPEM(pem) {
			return nil, fmt.Errorf("read the certificates of the authorities: %s holds no certificate in PEM", t.CAFile)
		}
	}
	if t.CertFile != "" {
		pair, err := tls.LoadX509KeyPair(t.CertFile, t.KeyFile)
		if err != nil {
			return nil, fmt.Errorf("read the client's certificate %s and key: %w", t.CertFile, err)
		}
		config.Certificates = []tls.Certificate{pair}
	}
	return config, nil
}

func (s *SASL) mechanism() (sasl.Mechanism, error) {
	if s == nil {
		return nil, nil
	}
	algorithm := scram.SHA256
	switch s.Mechanism {
	case MechanismPlain:
		return plain.Mechanism{Username: s.User, Password: string(s.Password)}, nil
	case MechanismScramSHA512:
		algorithm = scram.SHA512
	}
	mechanism, err := scram.Mechanism(algorithm, s.User, string(s.Password))
	if err != nil {
		// The cause may quote the password that it could not prepare.
		return nil, fmt.Errorf("SASL %s: the user or the password holds characters that it does not allow", s.Mechanism)
	}
	return mechanism, nil
}
