package eventlog_test

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"log/slog"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/twmb/franz-go/pkg/kfake"

	"github.com/dreamlog/dreamlog/eventlog"
	"github.com/dreamlog/dreamlog/eventlog/eventlogtest"
)

const password = "correct horse"

// certificate makes an authority that is its own server for the loopback
// address, and the file that its clients trust it by.
func certificate(t *testing.T) (tls.Certificate, string) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "test"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IsCA: true, BasicConstraintsValid: true, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	require.NoError(t, err)
	file := filepath.Join(t.TempDir(), "ca.pem")
	require.NoError(t, os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o600))
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, file
}

func TestEncryptedAndAuthenticated(t *testing.T) {
	pair, trusted := certificate(t)
	_, foreign := certificate(t)
	for _, mechanism := range []string{eventlog.MechanismPlain, eventlog.MechanismScramSHA256, eventlog.MechanismScramSHA512} {
		t.Run(mechanism, func(t *testing.T) {
			cluster := startCluster(t, kfake.TLS(&tls.Config{Certificates: []tls.Certificate{pair}}), kfake.EnableSASL(), kfake.Superuser(mechanism, "ada", password))
			config := func(change func(*eventlog.Config)) eventlog.Config {
				c := eventlog.Config{
					Brokers: cluster.ListenAddrs(), OpenTimeout: 500 * time.Millisecond,
					TLS: &eventlog.TLS{CAFile: trusted}, SASL: &eventlog.SASL{Mechanism: mechanism, User: "ada", Password: password},
				}
				change(&c)
				return c
			}
			log := open(t, config(func(*eventlog.Config) {}))
			ids := produceMany(t, log, 1, 10)
			requireNothingLost(t, eventlogtest.ReadAll(t, log), ids, 10)

			for want, wrong := range map[string]eventlog.Config{
				"check whether it expects TLS, and the SASL mechanism, user and password": config(func(c *eventlog.Config) { c.SASL.Password = "wrong horse" }),
				"unknown authority": config(func(c *eventlog.Config) { c.TLS.CAFile = foreign }),
			} {
				_, err := eventlog.Open(t.Context(), wrong)
				require.ErrorContains(t, err, want)
				require.NotContains(t, err.Error(), "horse", "no error shows the password")
			}
		})
	}
}

func TestPlainTextToAnEncryptedBroker(t *testing.T) {
	pair, _ := certificate(t)
	cluster := startCluster(t, kfake.TLS(&tls.Config{Certificates: []tls.Certificate{pair}}))
	_, err := eventlog.Open(t.Context(), eventlog.Config{Brokers: cluster.ListenAddrs(), OpenTimeout: 500 * time.Millisecond})
	require.ErrorContains(t, err, "check whether it expects TLS")
}

func TestNobodyListens(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	address := listener.Addr().String()
	require.NoError(t, listener.Close())
	begun := time.Now()
	_, err = eventlog.Open(t.Context(), eventlog.Config{Brokers: []string{address}, OpenTimeout: 300 * time.Millisecond})
	require.ErrorContains(t, err, "connection refused")
	require.ErrorContains(t, err, address)
	require.Less(t, time.Since(begun), 5*time.Second)
}

func TestSecretsAreNotPrinted(t *testing.T) {
	config := eventlog.Config{SASL: &eventlog.SASL{Mechanism: "PLAIN", User: "ada", Password: password}}
	var lines bytes.Buffer
	slog.New(slog.NewJSONHandler(&lines, nil)).Info("config", "sasl", config.SASL, "password", config.SASL.Password)
	slog.New(slog.NewTextHandler(&lines, nil)).Info("config", "sasl", *config.SASL, "password", config.SASL.Password)
	encoded, err := json.Marshal(config.SASL)
	require.NoError(t, err)
	for _, text := range []string{lines.String(), string(encoded), fmt.Sprintf("%v %+v %#v %s", *config.SASL, *config.SASL, *config.SASL, config.SASL.Password)} {
		require.Contains(t, text, "ada")
		require.NotContains(t, text, "horse")
	}
}

func TestReadSecret(t *testing.T) {
	file := filepath.Join(t.TempDir(), "secret")
	require.NoError(t, os.WriteFile(file, []byte(" s3 cret \n"), 0o600))
	secret, err := eventlog.ReadSecret(file)
	require.NoError(t, err)
	require.Equal(t, eventlog.Secret(" s3 cret "), secret)
	_, err = eventlog.ReadSecret(file + ".absent")
	require.ErrorIs(t, err, os.ErrNotExist)
}

func TestConfigExplainsWhatIsWrong(t *testing.T) {
	good := eventlog.Config{Brokers: []string{"kafka:9092"}}
	require.NoError(t, good.Validate())
	wrong := eventlog.Config{
		Brokers: []string{"kafka"}, Topic: "a topic", Partitions: -1, ReplicationFactor: -1, OpenTimeout: -1,
		TLS: &eventlog.TLS{CertFile: "cert.pem"}, SASL: &eventlog.SASL{Mechanism: "GSSAPI", User: "ada"},
	}
	err := wrong.Validate()
	for _, want := range []string{`broker "kafka" is not host:port`, `topic "a topic"`, "partitions is -1", "replication factor is -1", "negative", "both the certificate and the key", `mechanism "GSSAPI"`, "user and the password"} {
		require.ErrorContains(t, err, want)
	}
	require.ErrorContains(t, eventlog.Config{}.Validate(), "no broker is named")
	_, err = eventlog.Open(t.Context(), wrong)
	require.ErrorContains(t, err, "open event log")
	for _, ca := range []string{"absent.pem", "security_test.go"} {
		_, err = eventlog.Open(t.Context(), eventlog.Config{Brokers: []string{"kafka:9092"}, TLS: &eventlog.TLS{CAFile: ca}})
		require.ErrorContains(t, err, ca)
	}
}
